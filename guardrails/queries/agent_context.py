"""Agent context: who asks, in which role, under which version; whether this client may ask for them; what is stopped.

It also tells which cases belong together with the one that is asked about: one query before anything else.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from guardrails.models import AgentKind, FreezeTarget, OpenPromises
from guardrails.models.portable_sql import json_array, json_list, read_moment, stored
from guardrails.models.prepared import prepared_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A freeze in force that concerns whoever asks, or a remedy of the policy they ask under."""

    id: str
    kind: FreezeTarget
    target: str
    name: str
    reason: str
    instead: str
    ends_at: datetime | None
    promises: OpenPromises


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentContext:
    """An active agent for whom the client may act, with their role under one policy.

    `policy_id` is None where the policy is unknown or the agent has no role in it, `version_id` where it was
    never published. `chain` is the id of the chain that the case belongs to, and `linked` its cases, in order;
    both are empty where the case stands for itself.
    """

    agent_id: int
    agent: str
    is_ai: bool
    team: str
    role: str | None
    policy_id: int | None
    policy: str | None
    version_id: int | None
    version_number: int | None
    version_hash: str | None
    stops: tuple[Stop, ...] = ()
    chain: str = ""
    linked: tuple[str, ...] = ()


# A client acts for its own agent alone, or for the agents and teams that it was given.
# Stopping an AI agent's own token stops that agent, whichever client asks for it.
_SELECT = """
SELECT a.id, a.code, a.kind, t.code, r.code, r.policy_id, p.code, v.id, v.number, v.hash,
  (SELECT CAST({list}({json}(f.id, f.kind, f.target, f.name, f.reason, f.instead, f.ends_at, f.promises)) AS text)
   FROM guardrails_freeze f
   WHERE f.lifted_at IS NULL AND f.begins_at <= %s AND (f.ends_at IS NULL OR f.ends_at > %s)
     AND (f.policy_id IS NULL OR f.policy_id = p.id)
     AND (f.kind IN ('remedy', 'policy') OR f.kind = 'agent' AND f.target = a.code
       OR f.kind = 'team' AND f.target = t.code OR f.kind = 'role' AND f.target = r.code
       OR f.kind = 'client' AND (f.target = k.public_id OR a.kind = 'ai' AND EXISTS (
         SELECT 1 FROM guardrails_apitoken own WHERE own.public_id = f.target AND own.agent_id = a.id)))),
  (SELECT CAST({json}(c.chain, {list}(l."case")) AS text)
   FROM guardrails_linkedcase c JOIN guardrails_linkedcase l ON l.chain = c.chain
   WHERE c.policy_id = p.id AND c."case" = %s GROUP BY c.chain)
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
_NAMED = "%s"
_OWN = "(SELECT own.code FROM guardrails_agent own WHERE own.id = k.agent_id)"


def agent_context(
    *, client: str, agent: str | None, policy: str, case: str = "", now: datetime | None = None
) -> AgentContext | None:
    """Give the context of this agent (None: the client's own), or None where the client may not act for them.

    Stops are those in force `now`; without it they are not asked for, nor is the chain without `case`.
    An unknown agent, an inactive one and somebody else's look the same: a stranger learns nothing.
    """
    at = stored(now) if now else None
    named = [] if agent is None else [agent]
    with prepared_cursor() as cursor:
        cursor.execute(_sql(_NAMED if named else _OWN), [at, at, case, *named, policy, client])
        row = cursor.fetchone()
    if row is None:
        return None
    id_, code, kind, team, role, policy_id, policy_code, version_id, number, hash_, stops, linked = row
    chain, cases = json.loads(linked) if linked else ("", [])
    return AgentContext(
        agent_id=id_,
        agent=code,
        is_ai=kind == AgentKind.AI,
        team=team,
        role=role,
        policy_id=policy_id,
        policy=policy_code,
        version_id=version_id,
        version_number=number,
        version_hash=hash_,
        stops=_stops(json.loads(stops)) if stops else (),
        chain=chain,
        linked=tuple(sorted(cases)),
    )


def _stops(rows: list[list[Any]]) -> tuple[Stop, ...]:
    return tuple(
        Stop(
            id=id_,
            kind=FreezeTarget(kind),
            target=target,
            name=name,
            reason=reason,
            instead=instead,
            ends_at=read_moment(ends_at) if ends_at else None,
            promises=OpenPromises(promises),
        )
        for id_, kind, target, name, reason, instead, ends_at, promises in sorted(rows)
    )


@cache
def _sql(agent: str) -> str:
    return _SELECT.format(agent=agent, json=json_array(), list=json_list())
