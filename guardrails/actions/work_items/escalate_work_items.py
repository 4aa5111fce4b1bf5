"""Escalate work items: what was handed over and not taken care of in time is told to the roles above."""

from datetime import datetime

from django.db import transaction

from guardrails.actions.acting import SYSTEM
from guardrails.actions.escalations.climb import climb, to_look_at
from guardrails.actions.turns import take_turns
from guardrails.actions.work_items.work_item_json import work_item_json
from guardrails.audit import Subject, record
from guardrails.models import WorkItem, WorkItemState
from policies.engine.compile import Compiled
from policies.queries.rulebooks import compiled


def escalate_work_items(now: datetime) -> int:
    """Go one role up with each that is due for it at `now`, and give how many; a task of `manage.py tend`.

    Whoever has claimed it keeps it: they may be talking to the customer. People of the roles above can put it back.
    """
    waiting = WorkItem.objects.exclude(state=WorkItemState.DONE)
    return sum(_escalated(each, now) for each in to_look_at(waiting, now))


def work_item_rules(row: WorkItem) -> Compiled:
    """Give the rules under which it goes up: the version in force; its policy and decision are loaded."""
    return compiled(row.policy.current_version_id or row.decision.version_id)


def _escalated(work_item: str, now: datetime) -> bool:
    with transaction.atomic():
        take_turns(("work_item", work_item))
        row = WorkItem.objects.select_related("policy", "from_agent", "claimed_by", "decision").get(pk=work_item)
        if row.state == WorkItemState.DONE or (row.chase_at or row.due_at) > now:
            return False
        what = climb(row, own=row.for_role, rules=work_item_rules(row), now=now)
        if what is None:
            return False
        record(
            kind=f"work_item.{what}",
            subject=Subject(type="work_item", id=row.pk, policy_id=row.policy_id),
            body={"decision": row.decision_id, "answer": work_item_json(row, now)},
            actor=SYSTEM.actor,
            now=now,
        )
    return True
