"""Aftermath: what the page of an exception shows of what came after it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from guardrails.actions.follow_ups.aftermath import aftermath
from guardrails.actions.follow_ups.follow_up_json import is_overdue
from guardrails.admin.figures import words
from guardrails.models import CareException, FollowUp, Outcome, Stayed
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
    """Give each outcome with what was said of it, in words, and whether each of it is good or bad news."""
    return [{"row": row, "said": list(_said(row))} for row in rows]


def _said(row: Outcome) -> Iterable[tuple[str, str]]:
    if row.reached is not None:
        yield ("Reached", "") if row.reached else ("Not reached", _BAD)
    for name, (words_of_it, most, bad, good) in _SCALES.items():
        if (value := getattr(row, name)) is not None:
            yield f"{words_of_it} {value} of {most}", _GOOD if value >= good else _BAD if value <= bad else ""
    if row.contacted_again is not None:
        yield ("Had to contact us again", _BAD) if row.contacted_again else ("Did not have to contact us again", _GOOD)
    if row.stayed:
        yield ("Stayed with us", _GOOD) if row.stayed == Stayed.STAYED else ("Left us", _BAD)
    if row.root_cause:
        yield f"Root cause: {words(row.root_cause).lower()}", ""


_GOOD, _BAD = "gr-good", "gr-bad"
_SCALES = {
    "satisfied": ("Satisfied", 5, 2, 4),
    "effort": ("Made easy", 7, 3, 6),
    "recommend": ("Would recommend", 10, 6, 9),
}
"""Each scale: its words, its end, up to where it is bad news, from where it is good."""
