"""Hand a follow-up on: to another agent, or to everybody in a role, with all that is known about it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.acting_on_follow_up import ActingOnFollowUp, acting_on_follow_up, change_open
from guardrails.actions.follow_ups.follow_up_faults import InvalidRecipientError
from guardrails.actions.follow_ups.follow_up_json import follow_up_json
from guardrails.actions.once import Written, once
from guardrails.audit import Origin, Subject, record
from guardrails.models import Agent, AgentKind, Assignment, Scope
from guardrails.queries.role_people import roles_with_people
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOnRequest:
    """To whom: an agent or a role; `agent` is who hands on (None: the owner, or whose own token it is)."""

    follow_up: str
    note: str
    to_agent: str | None = None
    to_role: str | None = None
    agent: str | None = None


def hand_on_follow_up(*, caller: Caller, request: HandOnRequest, key: str, now: datetime) -> Written:
    """Give the follow-up to somebody else. When it is due stays as it is, and so does everything that was noted.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownFollowUpError, FollowUpClosedError or
    InvalidRecipientError.
    """
    caller.require(Scope.EXCEPTIONS)

    def write(origin: Origin, _: int) -> dict[str, Any]:
        acting = acting_on_follow_up(caller=caller, follow_up=request.follow_up, agent=request.agent)
        row, before = acting.row, acting.row.owner
        owner, role = _recipient(acting, request)
        step = {
            "at": now.isoformat(),
            "by": acting.context.agent,
            "from": {"agent": before.code if before else None, "role": row.role},
            "to": {"agent": owner.code if owner else None, "role": role},
            "note": request.note,
        }
        change_open(row, owner=owner, role=role, handed_on=[*row.handed_on, step])
        answer = follow_up_json(row, now)
        record(
            kind="follow_up.handed_on",
            subject=Subject(type="follow_up", id=row.pk, policy_id=row.policy_id),
            body={"exception": row.exception_id, "step": step, "answer": answer},
            actor=f"client:{caller.client}",
            on_behalf_of=f"agent:{acting.context.agent}",
            origin=origin,
            now=now,
        )
        return answer

    asked = {"do": "hand on", **asdict(request)}
    return once(caller=caller, key=key, request=asked, turns=[("follow_up", request.follow_up)], write=write)


def _recipient(acting: ActingOnFollowUp, request: HandOnRequest) -> tuple[Agent | None, str]:
    if (request.to_agent is None) == (request.to_role is None):
        raise InvalidRecipientError("/to_agent", "or to_role must be given, not both")
    if request.to_role is None:
        return _person(acting.row.policy_id, request.to_agent)
    _require_people(acting, request.to_role)
    return None, request.to_role


def _require_people(acting: ActingOnFollowUp, role: str) -> None:
    """Refuse a role that the policy has not, or that AI agents alone have; nobody may have it yet."""
    row = acting.row
    roles = compiled(acting.context.version_id or row.exception.version_id).roles
    if role not in roles:
        raise InvalidRecipientError("/to_role", f"must be one of the policy's roles: {', '.join(roles)}")
    holders = Assignment.objects.filter(policy=row.policy_id, role__code=role, agent__active=True)
    if holders.exists() and role not in roles_with_people(row.policy_id):
        raise InvalidRecipientError("/to_role", "must be a role of people: this one has AI agents alone")


def _person(policy_id: int, agent: str | None) -> tuple[Agent, str]:
    found = Assignment.objects.filter(policy=policy_id, agent__code=agent, agent__active=True)
    assigned = found.select_related("agent", "role").first()
    if assigned is None:
        raise InvalidRecipientError("/to_agent", "must be an active agent with a role in this policy")
    if assigned.agent.kind == AgentKind.AI:
        raise InvalidRecipientError("/to_agent", "must be a person: an AI agent does not keep promises to customers")
    return assigned.agent, assigned.role.code
