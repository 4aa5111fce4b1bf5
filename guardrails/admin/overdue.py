"""Overdue: what the home page says of promises that are past their time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from guardrails.models import FollowUp, FollowUpState, WorkItem, WorkItemState
from policies.queries.scope import within

COUNTED = 1000


@dataclass(frozen=True)
class ToDo:
    """One thing to do, and where."""

    text: str
    link: str
    detail: str = ""
    urgent: bool = False


def overdue(request: HttpRequest, now: datetime) -> list[ToDo]:
    """Give what is owed or was handed over and should have been done, in the policies that the user sees."""
    owed = FollowUp.objects.filter(state=FollowUpState.OPEN, due_at__lte=now)
    waiting = WorkItem.objects.exclude(state=WorkItemState.DONE).filter(due_at__lte=now)
    found = []
    for text, rows, page in (
        ("See to what customers were promised", owed, "followup"),
        ("See to what was handed over", waiting, "workitem"),
    ):
        if number := counted(within(rows, request.user)):
            link = reverse(f"admin:guardrails_{page}_changelist") + "?standing=overdue"
            found.append(ToDo(text, link, f"{number} overdue", urgent=True))
    return found


def counted(rows: Any) -> str:
    """Count up to a limit, however many there are; empty where there are none."""
    number = rows.order_by()[: COUNTED + 1].count()
    return f"more than {COUNTED:,}" if number > COUNTED else f"{number:,}" if number else ""
