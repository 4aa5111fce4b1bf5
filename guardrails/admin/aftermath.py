"""Aftermath: what the page of an exception shows of what came after it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from guardrails.actions.follow_ups.aftermath import aftermath
from guardrails.actions.follow_ups.follow_up_json import is_overdue
from guardrails.admin.figures import words
from guardrails.models import CareException, FollowUp, Outcome
from guardrails.models.database_clock import database_now


def aftermath_card(row: CareException) -> dict[str, Any]:
    """Give what is owed, how it turned out, and who came back."""
    now = database_now()
    known = aftermath(row, now)
    owed = FollowUp.objects.filter(exception=row).select_related("owner")
    ids = [each["outcome"] for each in known["outcomes"]]
    told = Outcome.objects.filter(pk__in=ids).order_by("at", "id")
    return {
        "follow_ups": [{"row": each, "overdue": is_overdue(each, now), "role": words(each.role)} for each in owed],
        "outcomes": outcome_rows(told),
        "contacted_again": known["contacted_again"],
        "repeats": [each | {"day": date.fromisoformat(each["on"])} for each in known["repeat_contacts"]],
    }


def outcome_rows(rows: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Give each outcome with what was said of it, in words."""
    return [{"row": row, "said": list(_said(row))} for row in rows]


def _said(row: Outcome) -> Iterable[str]:
    if row.reached is not None:
        yield "reached" if row.reached else "not reached"
    for name, most in (("satisfied", 5), ("effort", 7), ("recommend", 10)):
        if (value := getattr(row, name)) is not None:
            yield f"{_SCALES[name]} {value} of {most}"
    if row.contacted_again is not None:
        yield "had to contact us again" if row.contacted_again else "did not have to contact us again"
    if row.stayed:
        yield f"{row.stayed} with us" if row.stayed == "stayed" else "left us"
    if row.root_cause:
        yield f"root cause: {words(row.root_cause).lower()}"


_SCALES = {"satisfied": "satisfied", "effort": "made easy", "recommend": "would recommend"}
