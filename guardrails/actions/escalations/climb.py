"""Climb: what is past its time is told to the next role up the ladder, and stays with whoever has it.

The first role is told when it is due. Every further one is told when those before had as long as the policy gives an
approver to answer (`answer_within`, in its business hours). At the top it stays overdue, and nobody is told again.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from guardrails.actions.acting import roles_above
from guardrails.models import Escalation, FollowUp, WorkItem
from guardrails.queries.role_people import roles_with_people
from policies.engine.business_hours import due_at
from policies.engine.compile import Compiled
from policies.engine.durations import duration

AT_ONCE = 100
"""How many are looked at in one call."""

Late = FollowUp | WorkItem


def to_look_at(rows: "QuerySet[FollowUp] | QuerySet[WorkItem]", now: datetime) -> list[str]:
    """Give the ids of those that are due to be looked at; `rows` are those that are still to do."""
    looked_at = rows.annotate(look_at=Coalesce("chase_at", "due_at")).filter(look_at__lte=now)
    return list(looked_at.order_by("look_at").values_list("pk", flat=True)[:AT_ONCE])


def next_told(row: Late, *, own: str, rules: Compiled) -> str | None:
    """Give the role that is told next; None: nobody is above, and those who have it know.

    `own` is the role that has it. Roles without people are passed over. Where nobody is above from the beginning,
    its own role is told: a promise is never lost because nobody is above.
    """
    begin = row.escalated_to if row.escalated_to in rules.roles else own
    if own in roles_above(rules, begin):
        # It was handed on upwards since.
        begin = own
    know = {own, *row.escalations.values_list("role", flat=True)}
    there = roles_with_people(row.policy_id)
    above = next((role for role in roles_above(rules, begin) if role in there and role not in know), None)
    return above or (None if row.overdue_at else own)


def within_answer_time(rules: Compiled, now: datetime) -> datetime:
    """Give the moment until which somebody who is asked now has time: as long as an approval may take."""
    book = rules.rulebook
    return due_at(now, duration(book.approvals.answer_within), book.approvals, book.calendar, rules.zone)


def way_up(row: Late, *, own: str, rules: Compiled, done: bool) -> dict[str, Any]:
    """Give which roles were told when, and which is told next and when; null where nobody is."""
    told = None if done else next_told(row, own=own, rules=rules)
    return {
        "escalations": [{"role": each.role, "at": each.at.isoformat()} for each in row.escalations.all()],
        "next_escalation": {"role": told, "at": (row.chase_at or row.due_at).isoformat()} if told else None,
    }


def climb(row: Late, *, own: str, rules: Compiled, now: datetime) -> str | None:
    """Go one step up, in the caller's transaction, and show it in the row.

    Gives what happened for the audit log: "overdue" at first, "escalated" later; None where there was nothing to tell
    or somebody was quicker. The caller has read the row in this transaction.
    """
    told, first = next_told(row, own=own, rules=rules), row.overdue_at is None
    changes = {
        "chase_at": within_answer_time(rules, now),
        "overdue_at": row.overdue_at or now,
        "escalated_to": told or row.escalated_to,
    }
    # Several processes tend at the same time, and others finish it; only one finds it as it was read.
    rows = type(row)._default_manager  # noqa: SLF001 - Django's documented name
    if not rows.filter(pk=row.pk, state=row.state, chase_at=row.chase_at).update(**changes):
        return None
    for name, value in changes.items():
        setattr(row, name, value)
    if told is None:
        return None
    about = {"follow_up": row} if isinstance(row, FollowUp) else {"work_item": row}
    Escalation.objects.create(**about, role=told, at=now)
    return "overdue" if first else "escalated"
