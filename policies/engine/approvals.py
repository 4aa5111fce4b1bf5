"""Where a role may not decide alone: how approvals run, who may go beyond a budget, where the ladder ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

USUAL_HOLD = "PT15M"
"""How long a quoted offer is held where the remedy does not say."""
USUAL_ALERTS = (50, 80, 100)
"""At which percents of a budget an alert is due where the budget does not say."""


def usual_alerts(scope: str) -> tuple[int, ...]:
    """The percents of a budget of this scope. One customer or case uses theirs up every day: nobody has to know."""
    return () if scope in ("customer", "case") else USUAL_ALERTS


class Open(NamedTuple):
    """One stretch of business hours of a weekday: from `opens` to before `closes`, as "09:00" and "17:00"."""

    weekday: str
    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class Approvals:
    """How requests for approval run. Durations are ISO 8601; without `hours` the clock of an answer always runs.

    `reserve` says when the budgets are reserved: "on_request" or "on_approval". `answer_within` is for steps that name
    none. `keep` is how long an approved amount may be taken.
    """

    reserve: str = "on_approval"
    answer_within: str = "PT4H"
    remind_before: str = "PT30M"
    keep: str = "P7D"
    hours: tuple[Open, ...] = ()


USUAL_APPROVALS = Approvals()
"""How they run where the policy does not say."""


@dataclass(frozen=True, slots=True)
class Beyond:
    """Who may say yes to more than a budget has left; `answer_within` is "" where the policy's own time counts."""

    by: str
    answer_within: str = ""


@dataclass(frozen=True, slots=True)
class Handover:
    """Where the top of the ladder leads."""

    name: str
    how: str = ""
