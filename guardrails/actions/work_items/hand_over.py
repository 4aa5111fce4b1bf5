"""Hand over: a case goes to the next role, with everything said so far; nobody has to say anything twice."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.escalations.climb import within_answer_time
from guardrails.actions.faults import MissingScopeError, UnknownDecisionError
from guardrails.actions.follow_ups.follow_up_faults import InvalidRecipientError
from guardrails.actions.freezes.stops import stop_others
from guardrails.actions.once import Written, once
from guardrails.actions.work_items.receiving_role import next_with_people
from guardrails.actions.work_items.work_item_faults import WorkItemTakenError
from guardrails.actions.work_items.work_item_json import work_item_json
from guardrails.audit import Origin, Subject, record
from guardrails.models import HANDOVER, Decision, Scope, WorkItem, WorkItemState
from guardrails.models.identifiers import new_id
from guardrails.queries.agent_context import AgentContext, agent_context
from guardrails.queries.role_people import roles_with_people
from policies.engine.compile import Compiled
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody said: the customer, the agent, a bot …"""

    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverRequest:
    """Which decision is handed over, why, and what was said; `to` is a role, or "handover" (None: the next one)."""

    decision: str
    note: str = ""
    said: Sequence[Said] = ()
    to: str | None = None


def hand_over(*, caller: Caller, request: HandOverRequest, key: str, now: datetime) -> Written:
    """Make a work item of the decision; the agent whose decision it is hands it over, human or AI.

    It goes to the nearest role above in which there are people, or to the policy's hand-over where the ladder ends or
    where a whole policy, team or role is stopped.
    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownDecisionError, InvalidRecipientError, or
    WorkItemTakenError where it was handed over already.
    """
    if caller.scopes.isdisjoint((Scope.OFFERS, Scope.EXCEPTIONS)):
        raise MissingScopeError(scope=Scope.EXCEPTIONS)

    def write(origin: Origin, _: int) -> dict[str, Any]:
        decision, context = _asked(caller, request, now)
        row = _opened(decision, context, request, now)
        answer = work_item_json(row, now)
        record(
            kind="work_item.opened",
            subject=Subject(type="work_item", id=row.pk, policy_id=row.policy_id),
            body={"decision": decision.pk, "personal": {"said": row.said}, "answer": answer},
            actor=f"client:{caller.client}",
            on_behalf_of=f"agent:{context.agent}",
            origin=origin,
            now=now,
        )
        return answer

    asked = {"do": "hand over", **asdict(request)}
    return once(caller=caller, key=key, request=asked, turns=[("decision", request.decision)], write=write)


def _asked(caller: Caller, request: HandOverRequest, now: datetime) -> tuple[Decision, AgentContext]:
    decision = Decision.objects.select_related("policy", "agent", "version").filter(pk=request.decision).first()
    if decision is None:
        raise UnknownDecisionError(request.decision)
    context = agent_context(client=caller.client, agent=decision.agent.code, policy=decision.policy.code, now=now)
    if context is None or context.role is None:
        raise UnknownDecisionError(request.decision)
    return decision, context


def _opened(decision: Decision, context: AgentContext, request: HandOverRequest, now: datetime) -> WorkItem:
    there = WorkItem.objects.filter(decision=decision).exclude(state=WorkItemState.DONE).first()
    if there is not None:
        raise WorkItemTakenError(f"This decision was handed over already, as {there.pk}.")
    rules, role = compiled(context.version_id or decision.version_id), context.role or decision.role
    return WorkItem.objects.create(
        id=new_id("wrk", now),
        policy=decision.policy,
        for_role=_receiver(rules, role, context, request.to),
        from_agent=decision.agent,
        from_role=role,
        team=context.team,
        decision=decision,
        customer=decision.customer,
        case=decision.case,
        said=[asdict(each) for each in request.said],
        note=request.note,
        due_at=within_answer_time(rules, now),
        created_at=now,
    )


def _receiver(rules: Compiled, role: str, context: AgentContext, to: str | None) -> str:
    if to == HANDOVER or (to is None and rules.rulebook.handover and stop_others(context.stops)):
        return HANDOVER
    policy_id = context.policy_id or 0
    if to is None:
        return next_with_people(rules, role, policy_id=policy_id) or HANDOVER
    there = [code for code in rules.roles if code in roles_with_people(policy_id)]
    if to not in there:
        valid = ", ".join([*there, HANDOVER])
        raise InvalidRecipientError("/to", f"must be a role in which there are people: {valid}")
    return to
