"""Agent context: who asks, in which role, under which version; and whether this client may ask for them."""

from dataclasses import dataclass

from guardrails.models import AgentKind
from guardrails.models.prepared import prepared_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentContext:
    """An active agent for whom the client may act, with their role under one policy.

    `policy_id` is None where the policy is unknown or the agent has no role in it, `version_id` where it was
    never published.
    """

    agent_id: int
    agent: str
    agent_name: str
    is_ai: bool
    team: str
    role: str | None
    policy_id: int | None
    policy: str | None
    version_id: int | None
    version_number: int | None
    version_hash: str | None


# A client acts for its own agent alone, or for the agents and teams that it was given.
_SELECT = """
SELECT a.id, a.code, a.name, a.kind, t.code, r.code, r.policy_id, p.code, v.id, v.number, v.hash
FROM guardrails_apitoken k
JOIN guardrails_agent a ON a.code = {agent}
JOIN guardrails_team t ON t.id = a.team_id
LEFT JOIN policies_policy p ON p.code = %s
LEFT JOIN guardrails_assignment s ON s.agent_id = a.id AND s.policy_id = p.id
LEFT JOIN policies_role r ON r.id = s.role_id AND r.policy_id = p.id
LEFT JOIN policies_policyversion v ON v.id = p.current_version_id AND r.id IS NOT NULL
WHERE k.public_id = %s AND k.active AND a.active AND (
  k.agent_id = a.id OR k.agent_id IS NULL AND (
    EXISTS (SELECT 1 FROM guardrails_apitoken_agents g WHERE g.apitoken_id = k.public_id AND g.agent_id = a.id)
    OR EXISTS (SELECT 1 FROM guardrails_apitoken_teams g WHERE g.apitoken_id = k.public_id AND g.team_id = t.id)
  )
)
"""
_NAMED = _SELECT.format(agent="%s")
_OWN = _SELECT.format(agent="(SELECT own.code FROM guardrails_agent own WHERE own.id = k.agent_id)")


def agent_context(*, client: str, agent: str | None, policy: str) -> AgentContext | None:
    """Give the context of this agent (None: the client's own), or None where the client may not act for them.

    An unknown agent, an inactive one and somebody else's look the same: a stranger learns nothing.
    """
    with prepared_cursor() as cursor:
        if agent is None:
            cursor.execute(_OWN, [policy, client])
        else:
            cursor.execute(_NAMED, [agent, policy, client])
        row = cursor.fetchone()
    if row is None:
        return None
    id_, code, name, kind, team, role, policy_id, policy_code, version_id, number, hash_ = row
    return AgentContext(
        agent_id=id_,
        agent=code,
        agent_name=name,
        is_ai=kind == AgentKind.AI,
        team=team,
        role=role,
        policy_id=policy_id,
        policy=policy_code,
        version_id=version_id,
        version_number=number,
        version_hash=hash_,
    )
