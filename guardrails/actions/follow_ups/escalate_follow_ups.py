"""Escalate follow-ups: what was promised and is past its time is told to the roles above, one after the other."""

from datetime import datetime

from django.db import transaction

from guardrails.actions.acting import SYSTEM
from guardrails.actions.escalations.climb import climb, to_look_at
from guardrails.actions.follow_ups.follow_up_json import follow_up_json
from guardrails.actions.turns import take_turns
from guardrails.audit import Subject, record
from guardrails.models import FollowUp, FollowUpState
from policies.engine.compile import Compiled
from policies.queries.rulebooks import compiled


def escalate_follow_ups(now: datetime) -> int:
    """Go one role up with each that is due for it at `now`, and give how many; a task of `manage.py tend`.

    The owner stays its owner.
    """
    owed = FollowUp.objects.filter(state=FollowUpState.OPEN)
    return sum(_escalated(each, now) for each in to_look_at(owed, now))


def follow_up_rules(row: FollowUp) -> Compiled:
    """Give the rules under which it goes up: the version in force; its policy and exception are loaded."""
    return compiled(row.policy.current_version_id or row.exception.version_id)


def _escalated(follow_up: str, now: datetime) -> bool:
    with transaction.atomic():
        take_turns(("follow_up", follow_up))
        row = FollowUp.objects.select_related("policy", "owner", "exception").get(pk=follow_up)
        if row.state != FollowUpState.OPEN or (row.chase_at or row.due_at) > now:
            return False
        what = climb(row, own=row.role, rules=follow_up_rules(row), now=now)
        if what is None:
            return False
        record(
            kind=f"follow_up.{what}",
            subject=Subject(type="follow_up", id=row.pk, policy_id=row.policy_id),
            body={"exception": row.exception_id, "answer": follow_up_json(row, now)},
            actor=SYSTEM.actor,
            now=now,
        )
    return True
