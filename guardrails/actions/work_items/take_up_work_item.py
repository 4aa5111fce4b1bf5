"""Take up a work item: claim it, put it back, or finish it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.caller import Caller
from guardrails.actions.once import Written, once
from guardrails.actions.work_items.work_item_faults import NotReceiverError, UnknownWorkItemError, WorkItemTakenError
from guardrails.actions.work_items.work_item_json import receiver_name, work_item_json
from guardrails.audit import Origin, Subject, record
from guardrails.models import Agent, Scope, WorkItem, WorkItemState
from guardrails.queries.agent_context import AgentContext, agent_context
from guardrails.queries.work_items import work_items_for, work_items_of
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeUpRequest:
    """Which work item, who does it (None: the agent whose own token it is); `outcome` is how it ended."""

    work_item: str
    agent: str | None = None
    outcome: str = ""


def claim_work_item(*, caller: Caller, request: TakeUpRequest, key: str, now: datetime) -> Written:
    """Take it up, if nobody else has. Only people of the role that it is for may, never an AI agent.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownWorkItemError, NotReceiverError or
    WorkItemTakenError.
    """

    def act(row: WorkItem, agent: AgentContext) -> None:
        changes = {"state": WorkItemState.CLAIMED, "claimed_by_id": agent.agent_id, "claimed_at": now}
        if not WorkItem.objects.filter(pk=row.pk, state=WorkItemState.OPEN).update(**changes):
            raise WorkItemTakenError(_taken(row))

    return _taken_up(caller=caller, request=request, key=key, now=now, what="claimed", act=act)


def release_work_item(*, caller: Caller, request: TakeUpRequest, key: str, now: datetime) -> Written:
    """Put it back for the others of the role: by whoever has it, or a colleague where they are away.

    Raises what claim_work_item raises.
    """

    def act(row: WorkItem, agent: AgentContext) -> None:
        changes = {"state": WorkItemState.OPEN, "claimed_by": None, "claimed_at": None}
        if not WorkItem.objects.filter(pk=row.pk, state=WorkItemState.CLAIMED).update(**changes):
            raise WorkItemTakenError(_taken(row))

    return _taken_up(caller=caller, request=request, key=key, now=now, what="released", act=act)


def finish_work_item(*, caller: Caller, request: TakeUpRequest, key: str, now: datetime) -> Written:
    """Say how it ended; only whoever has it can. Raises what claim_work_item raises."""

    def act(row: WorkItem, agent: AgentContext) -> None:
        changes = {"state": WorkItemState.DONE, "outcome": request.outcome, "closed_at": now}
        theirs = WorkItem.objects.filter(pk=row.pk, state=WorkItemState.CLAIMED, claimed_by=agent.agent_id)
        if not theirs.update(**changes):
            raise WorkItemTakenError(_taken(row))

    return _taken_up(caller=caller, request=request, key=key, now=now, what="done", act=act)


def _taken_up(
    *,
    caller: Caller,
    request: TakeUpRequest,
    key: str,
    now: datetime,
    what: str,
    act: Callable[[WorkItem, AgentContext], None],
) -> Written:
    caller.require(Scope.EXCEPTIONS)

    def write(origin: Origin, _: int) -> dict[str, Any]:
        row, agent = _acting(caller, request)
        act(row, agent)
        row.refresh_from_db()
        answer = work_item_json(row, now)
        record(
            kind=f"work_item.{what}",
            subject=Subject(type="work_item", id=row.pk, policy_id=row.policy_id),
            body={"decision": row.decision_id, "answer": answer},
            actor=f"client:{caller.client}",
            on_behalf_of=f"agent:{agent.agent}",
            origin=origin,
            now=now,
        )
        return answer

    asked = {"do": what, **asdict(request)}
    return once(caller=caller, key=key, request=asked, turns=[("work_item", request.work_item)], write=write)


def _acting(caller: Caller, request: TakeUpRequest) -> tuple[WorkItem, AgentContext]:
    """Find the item and who takes it up; whoever may only know of it is told for whom it is."""
    rows = WorkItem.objects.select_related("policy", "from_agent", "claimed_by", "decision")
    row = rows.filter(pk=request.work_item).first()
    if row is None:
        raise UnknownWorkItemError(request.work_item)
    context = agent_context(client=caller.client, agent=request.agent, policy=row.policy.code)
    if context is None or context.role is None:
        raise UnknownWorkItemError(request.work_item)
    agent = Agent.objects.filter(pk=context.agent_id)
    if not work_items_of(agent).filter(pk=row.pk).exists():
        raise UnknownWorkItemError(request.work_item)
    if not work_items_for(agent).filter(pk=row.pk).exists():
        name = receiver_name(compiled(row.decision.version_id), row.for_role)
        raise NotReceiverError(role=name, is_ai=context.is_ai)
    return row, context


def _taken(row: WorkItem) -> str:
    row.refresh_from_db()
    if row.state == WorkItemState.DONE:
        return "It is done."
    if row.claimed_by is not None:
        return f"{row.claimed_by.name} has claimed it; they can put it back, or finish it."
    return "Nobody has claimed it; claim it first."
