"""Inquiry: who asks what, under which version; everything that is known before anything is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from guardrails.actions.faults import (
    InvalidQuestionError,
    UnknownAgentError,
    UnknownPolicyError,
    UnpublishedPolicyError,
)
from guardrails.queries.agent_context import AgentContext, agent_context
from policies.engine.compile import Compiled
from policies.engine.faults import Fault
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """`context` has a role, a policy and a version, in which `role` and `reason` are; `now` is aware."""

    context: AgentContext
    compiled: Compiled
    role: str
    policy_id: int
    version_id: int
    reason: str
    channel: str
    customer: str
    case: str
    facts: Mapping[str, Any]
    verified: frozenset[str]
    now: datetime

    @property
    def today(self) -> date:
        """The day in the policy's time zone."""
        return self.now.astimezone(self.compiled.zone).date()

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases over which limits count: the whole chain, the case alone, or none."""
        return self.context.linked or ((self.case,) if self.case else ())


def inquire(
    *,
    client: str,
    agent: str | None,
    policy: str,
    reason: str,
    channel: str,
    customer: str,
    case: str,
    facts: Mapping[str, Any],
    verified: frozenset[str],
    now: datetime,
) -> Inquiry:
    """Find the agent, their role and the version in force, in one query.

    Raises UnknownAgentError, UnknownPolicyError, UnpublishedPolicyError or InvalidQuestionError.
    """
    known = role_in(client=client, agent=agent, policy=policy, customer=customer, case=case, now=now)
    if reason not in known.compiled.reasons:
        valid = ", ".join(known.compiled.reasons)
        raise InvalidQuestionError([Fault("/reason", f"is not a reason of this policy: {valid}")])
    return replace(known, reason=reason, channel=channel, facts=facts, verified=verified)


def role_in(*, client: str, agent: str | None, policy: str, customer: str, case: str, now: datetime) -> Inquiry:
    """Find the agent, their role and the version in force, without asking anything (`reason` is empty).

    Raises UnknownAgentError, UnknownPolicyError or UnpublishedPolicyError.
    """
    context = agent_context(client=client, agent=agent, policy=policy, case=case, now=now)
    if context is None:
        raise UnknownAgentError(agent)
    if context.policy_id is None or context.role is None:
        raise UnknownPolicyError(policy)
    if context.version_id is None:
        raise UnpublishedPolicyError(policy)
    rules = compiled(context.version_id)
    if context.role not in rules.roles:
        raise UnpublishedPolicyError(policy, role=context.role)
    return Inquiry(
        context=context,
        compiled=rules,
        role=context.role,
        policy_id=context.policy_id,
        version_id=context.version_id,
        reason="",
        channel="",
        customer=customer,
        case=case,
        facts={},
        verified=frozenset(),
        now=now,
    )
