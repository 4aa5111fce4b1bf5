"""Acting on a follow-up: which agent does it, and whether they may know of it at all."""

from dataclasses import dataclass
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.follow_up_faults import FollowUpClosedError, UnknownFollowUpError
from guardrails.models import Agent, FollowUp, FollowUpState
from guardrails.queries.agent_context import AgentContext, agent_context
from guardrails.queries.follow_ups import follow_ups_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ActingOnFollowUp:
    """The follow-up, and the agent with a role under its policy who does something about it."""

    row: FollowUp
    context: AgentContext


def acting_on_follow_up(*, caller: Caller, follow_up: str, agent: str | None) -> ActingOnFollowUp:
    """Find the follow-up and the agent (None: its owner, or the one agent whose own token it is).

    Raises UnknownFollowUpError for everybody who may not know of it, as for a follow-up that does not exist.
    """
    row = FollowUp.objects.select_related("policy", "owner").filter(pk=follow_up).first()
    if row is None:
        raise UnknownFollowUpError(follow_up)
    context = _context(caller, row, agent)
    if context is None or context.role is None:
        raise UnknownFollowUpError(follow_up)
    if not follow_ups_of(Agent.objects.filter(pk=context.agent_id)).filter(pk=row.pk).exists():
        raise UnknownFollowUpError(follow_up)
    return ActingOnFollowUp(row=row, context=context)


def change_open(row: FollowUp, **changes: Any) -> None:
    """Change the follow-up, unless it was closed meanwhile; the row shows it. Raises FollowUpClosedError."""
    if not FollowUp.objects.filter(pk=row.pk, state=FollowUpState.OPEN).update(**changes):
        row.refresh_from_db(fields=["state"])
        raise FollowUpClosedError(row.state)
    for name, value in changes.items():
        setattr(row, name, value)


def _context(caller: Caller, row: FollowUp, agent: str | None) -> AgentContext | None:
    named = agent or (row.owner.code if row.owner else None)
    found = agent_context(client=caller.client, agent=named, policy=row.policy.code)
    if found is None and agent is None and named is not None:
        found = agent_context(client=caller.client, agent=None, policy=row.policy.code)
    return found
