"""Outcome values: how it turned out, as it is told, kept and given again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.follow_ups.follow_up_faults import InvalidOutcomeError
from guardrails.models import Outcome, OutcomeSource
from guardrails.models.identifiers import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was found out; None and "" are not said. `satisfied` 1–5, `effort` 1–7, `recommend` 0–10.

    `stayed` is "stayed" or "left", `words` are the customer's, `root_cause` is a code.
    """

    reached: bool | None = None
    satisfied: int | None = None
    effort: int | None = None
    recommend: int | None = None
    contacted_again: bool | None = None
    stayed: str = ""
    root_cause: str = ""
    words: str = ""

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it."""
        return any(value not in (None, "") for value in asdict(self).values())


def require_reached(told: Told) -> None:
    """Refuse what only somebody who was reached can have said. Raises InvalidOutcomeError."""
    if told.reached is not False:
        return
    for name in ("satisfied", "effort", "recommend", "words"):
        if getattr(told, name) not in (None, ""):
            raise InvalidOutcomeError(f"/{name}", "must be left out where the customer was not reached")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an outcome is about: an exception, with the follow-up that found it out, or a case as a whole."""

    policy_id: int
    case: str
    exception_id: str | None = None
    follow_up_id: str | None = None


def keep_outcome(
    *,
    about: About,
    told: Told,
    source: OutcomeSource,
    client: str,
    now: datetime,
    external_id: str = "",
    said_at: datetime | None = None,
) -> Outcome:
    """Write the outcome, in the caller's transaction; its audit record is the caller's.

    `said_at` is when it was said, None: now. Raises InvalidOutcomeError.
    """
    require_reached(told)
    return Outcome.objects.create(
        id=new_id("out", now),
        **asdict(about),
        **asdict(told),
        source=source,
        external_id=external_id,
        client=client,
        at=said_at or now,
    )


def outcome_json(row: Outcome) -> dict[str, Any]:
    """Give the outcome without the customer's words, which are personal."""
    return {
        "outcome": row.pk,
        "id": row.external_id or None,
        "exception": row.exception_id,
        "follow_up": row.follow_up_id,
        "case": row.case or None,
        "source": str(row.source),
        "reached": row.reached,
        "satisfied": row.satisfied,
        "effort": row.effort,
        "recommend": row.recommend,
        "contacted_again": row.contacted_again,
        "stayed": row.stayed or None,
        "root_cause": row.root_cause or None,
        "at": row.at.isoformat(),
    }


def personal_of(told: Told) -> Mapping[str, Any]:
    """Give what an audit record keeps under "personal"."""
    return {"words": told.words} if told.words else {}
