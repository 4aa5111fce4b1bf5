"""Escalate follow-ups: what was promised and is past its time is told to the next role, once."""

from datetime import datetime

from django.db import transaction

from guardrails.actions.acting import SYSTEM
from guardrails.actions.follow_ups.follow_up_json import follow_up_json
from guardrails.actions.work_items.receiving_role import next_with_people
from guardrails.audit import Subject, record
from guardrails.models import FollowUp, FollowUpState
from policies.queries.rulebooks import compiled

AT_ONCE = 100
"""How many are looked at in one call."""


def escalate_follow_ups(now: datetime) -> int:
    """Record what is overdue at `now`, and give how many were recorded; a task of `manage.py tend`.

    The owner stays its owner. Where no role above has people, the owner's own role is told: a promise is never
    lost because nobody is above.
    """
    late = FollowUp.objects.filter(state=FollowUpState.OPEN, overdue_at__isnull=True, due_at__lte=now)
    rows = late.select_related("policy", "owner", "exception").order_by("due_at")[:AT_ONCE]
    return sum(_escalated(row, now) for row in rows)


def _escalated(row: FollowUp, now: datetime) -> bool:
    with transaction.atomic():
        # Several processes tend at the same time; the first one's update is the only one that finds it unnoticed.
        noticed = FollowUp.objects.filter(pk=row.pk, state=FollowUpState.OPEN, overdue_at__isnull=True)
        told = _told(row)
        if not noticed.update(overdue_at=now, escalated_to=told):
            return False
        row.overdue_at, row.escalated_to = now, told
        record(
            kind="follow_up.overdue",
            subject=Subject(type="follow_up", id=row.pk, policy_id=row.policy_id),
            body={"exception": row.exception_id, "answer": follow_up_json(row, now)},
            actor=SYSTEM.actor,
            now=now,
        )
    return True


def _told(row: FollowUp) -> str:
    rules = compiled(row.policy.current_version_id or row.exception.version_id)
    return next_with_people(rules, row.role, policy_id=row.policy_id) or row.role
