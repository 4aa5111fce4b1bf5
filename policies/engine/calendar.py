"""Which days are no working days."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are no working days: weekdays, and dates in ISO form, in order."""

    weekend: tuple[str, ...] = ("saturday", "sunday")
    holidays: tuple[str, ...] = ()


USUAL_CALENDAR = Calendar()
"""The calendar of a policy that does not say."""
