"""Counting working days without looking at each day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date

from policies.engine.calendar import Calendar
from policies.engine.rulebook import WEEKDAYS


def working_days(calendar: Calendar) -> Callable[[date, date], int]:
    """The function that counts working days after its first date up to and including its second; backwards negative."""
    free = {WEEKDAYS.index(day) for day in calendar.weekend}
    holidays = [day for day in map(date.fromisoformat, calendar.holidays) if day.weekday() not in free]
    # Working days of a week up to and including each weekday; ordinal 1 (0001-01-01) is a Monday.
    up_to = [sum(1 for weekday in range(last + 1) if weekday not in free) for last in range(7)]

    def until(day: date) -> int:
        weeks, weekday = divmod(day.toordinal() - 1, 7)
        return weeks * up_to[6] + up_to[weekday] - bisect_right(holidays, day)

    return lambda start, end: until(end) - until(start)
