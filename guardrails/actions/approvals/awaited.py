"""Awaited: what an exception tells of the yes that it needs, or got: whose move it is, and what may be said by now."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guardrails.actions.approvals.customer_words import declined_words, unanswered_words, waiting_words
from guardrails.actions.approvals.seats import rules_in_force, time_left
from guardrails.models import CareException, State
from policies.engine.compile import Compiled
from policies.engine.durations import duration, duration_text

Json = dict[str, Any]
_AGREED = (State.APPROVED, State.GRANTED, State.COUNTERED)
"""States in which somebody agreed to something, and what may be said of it was written down."""


def awaited(approval: Mapping[str, Any] | None, since: datetime) -> Json | None:
    """Give whose yes is awaited, and until when, where that is limited; None where nobody has to agree."""
    if approval is None:
        return None
    within = duration(approval["answer_within"] or "")
    # What was asked for before there were requests says only by whom; later ones say what was known at their time.
    usual = {
        "by": approval["by"],
        "answer_within": approval["answer_within"],
        "until": (since + within).isoformat() if within else None,
        "request": None,
        "state": "open",
        "asks": [role for name in ("any_of", "all_of") for role in approval["by"].get(name, ())],
        "asked_later": [],
        "asked_for": None,
        "told": "",
        "question": None,
        "question_until": None,
        "waits_for": None,
        "left_after_answer": None,
        "agreed": [],
        "outcome": None,
        "earlier_no": None,
        "say": None,
    }
    return usual | dict(approval)


def approval_of(row: CareException, *, now: datetime | None = None) -> Json | None:
    """Give the same of an exception whose policy and version are loaded, with what changes while time passes.

    At `now` a question whose time is over stops nothing any more, and nobody is told a time that is over.
    """
    told = awaited(row.approval, row.created_at)
    if told is None:
        return None
    question_until = _moment(told["question_until"])
    if now and question_until and told["state"] == "question" and question_until <= now:
        told["state"] = "open"
    return told | whose_move(told, rules_in_force(row)) | {"say": _say(row, told, now)}


def whose_move(told: Mapping[str, Any], rules: Compiled) -> Json:
    """Give who has to do something now, and the business time that approvers have once a question is answered."""
    waits_for = {"open": "approvers", "question": "requester"}.get(told["state"])
    runs_on, until = _moment(told["question_until"]), _moment(told["until"])
    left = time_left(runs_on, until, rules) if waits_for == "requester" and runs_on and until else None
    return {"waits_for": waits_for, "left_after_answer": None if left is None else duration_text(left)}


def _say(row: CareException, told: Mapping[str, Any], now: datetime | None) -> str | None:
    rules = rules_in_force(row)
    name = rules.remedies[row.remedy].name if row.remedy in rules.remedies else row.remedy
    if row.state == State.AWAITING_APPROVAL:
        return waiting_say(name, told, rules, now=now)
    if row.state == State.DECLINED:
        return declined_words(name)
    if row.state == State.TIMED_OUT:
        return unanswered_words(name)
    over = row.state == State.APPROVED and now and row.expires_at and row.expires_at <= now
    said: str | None = told["say"] if row.state in _AGREED and not over else None
    return said


def waiting_say(remedy: str, told: Mapping[str, Any], rules: Compiled, *, now: datetime | None = None) -> str:
    """Give what may be said while it waits; by when is not known while others are asked after those of now."""
    until = None if told["asked_later"] else _moment(told["until"])
    late = until and now and until <= now
    return waiting_words(remedy, until=None if late else until, zone=rules.zone)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
