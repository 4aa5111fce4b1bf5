"""Acting: who does something about an exception that is there, and whether they may know of it at all."""

from dataclasses import dataclass, replace
from datetime import datetime

from guardrails.actions.caller import Caller
from guardrails.actions.faults import UnknownExceptionError
from guardrails.audit import NOWHERE, Origin
from guardrails.models import CareException
from guardrails.queries.agent_context import AgentContext, agent_context
from policies.engine.compile import Compiled
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it, as the audit log names them: "client:tok_…" on behalf of "agent:ana", "user:…", or "system"."""

    actor: str
    on_behalf_of: str = ""
    origin: Origin = NOWHERE

    def without_key(self) -> "Actor":
        """Give the same, for an event that is not the answer to the client's key."""
        return replace(self, origin=replace(self.origin, idempotency_key="", request_digest=""))


SYSTEM = Actor(actor="system")
"""Housekeeping, which nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """An agent who may know of the exception; `context` has their role under its policy, or None there."""

    exception: CareException
    context: AgentContext

    @property
    def rules(self) -> Compiled:
        """The version in force of the exception's policy, or the exception's own before there is one."""
        return compiled(self.context.version_id or self.exception.version_id)

    def actor(self, caller: Caller, origin: Origin) -> Actor:
        """Give who does it, for the audit log."""
        return Actor(actor=f"client:{caller.client}", on_behalf_of=f"agent:{self.context.agent}", origin=origin)


def acting_on(*, caller: Caller, exception: str, agent: str | None, now: datetime | None = None) -> Acting:
    """Find the exception and the agent who acts on it (None: whoever made it; of an AI agent's token, its own).

    They made it, belong to the team in which it was made, or have a role above the one in which it was made.
    With `now` the context also has what is stopped for them. It has the chain of the exception's case.
    Raises UnknownExceptionError for everybody else, as for an exception that does not exist.
    """
    row = CareException.objects.select_related("policy", "version", "agent").filter(pk=exception).first()
    if row is None:
        raise UnknownExceptionError(exception)
    asked = {"client": caller.client, "policy": row.policy.code, "case": row.case}
    context = agent_context(**asked, agent=agent or row.agent.code, now=now)
    if context is None and agent is None:
        context = agent_context(**asked, agent=None, now=now)
    if context is None or context.role is None or not _may_know(row, context):
        raise UnknownExceptionError(exception)
    return Acting(exception=row, context=context)


def _may_know(row: CareException, context: AgentContext) -> bool:
    if context.agent_id == row.agent_id or context.team == row.team:
        return True
    return context.role in roles_above(compiled(context.version_id or row.version_id), row.role)


def roles_above(rules: Compiled, role: str) -> tuple[str, ...]:
    """Give the roles above this one, nearest first."""
    found: list[str] = []
    above = rules.roles[role].escalates_to if role in rules.roles else None
    while above is not None and above not in found:
        found.append(above)
        above = rules.roles[above].escalates_to
    return tuple(found)
