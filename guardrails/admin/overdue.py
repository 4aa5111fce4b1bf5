"""Overdue: what the home page says of promises that are past their time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from guardrails.admin.figures import reason_name
from guardrails.models import Agent, FollowUp, FollowUpState, WorkItem, WorkItemState
from guardrails.queries.work_items import work_items_for
from policies.engine.words import lower_first
from policies.queries.scope import within

COUNTED = 1000
MOST = 8


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


def handed_over(request: HttpRequest, now: datetime) -> list[ToDo]:
    """Give what was handed over to the agent whose login this is, and what they have claimed; due first comes first."""
    mine = Agent.objects.filter(user=request.user.pk, active=True)
    rows = within(work_items_for(mine).exclude(state=WorkItemState.DONE), request.user)
    theirs = rows.filter(Q(claimed_by=None) | Q(claimed_by__in=mine)).order_by("due_at", "pk")[:MOST]
    return [
        ToDo(
            f"{'Finish' if row.claimed_by else 'Take up'} what {row.from_agent.name} handed over: "
            f"{lower_first(reason_name(row.decision))}",
            reverse("admin:guardrails_workitem_change", args=[row.pk]),
            row.note,
            urgent=row.due_at <= now,
        )
        for row in theirs
    ]


def counted(rows: Any) -> str:
    """Count up to a limit, however many there are; empty where there are none."""
    number = rows.order_by()[: COUNTED + 1].count()
    return f"more than {COUNTED:,}" if number > COUNTED else f"{number:,}" if number else ""
