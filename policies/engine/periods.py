"""Calendar periods and rolling windows, keyed by local dates so that clock changes never move them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from policies.engine.rulebook import WEEKDAYS, Budget

ALWAYS = date(1, 1, 1)
"""The first day of a window that has no period: `ever`, and every rolling window."""


class Window(NamedTuple):
    """A budget's window in force: the local day it starts on (its key) and the moment at which the next one starts."""

    starts_on: date
    resets_at: datetime | None


def add_months(day: date, months: int) -> date:
    """The same day so many months later (or earlier), or the month's last day: 31 January + 1 month is 28 February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1 <= year <= 9999:
        return date.min if year < 1 else date.max
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1) if (year, month) != (9999, 11) else date.max
    last = (first_of_next - timedelta(days=1)).day if first_of_next != date.max else 31
    return date(year, month + 1, min(day.day, last))


def first_day(today: date, *, days: int | None, months: int | None) -> date:
    """The first day that lies in the last so many days or months before `today`, today included."""
    if days is not None:
        return today - timedelta(days=days - 1) if today.toordinal() >= days else date.min
    if today.year * 12 + today.month - 1 - (months or 0) < 12:
        return date.min
    return add_months(today, -(months or 0)) + timedelta(days=1)


def period_of(day: date, period: str, *, starts: str | tuple[int, int] = "") -> tuple[date, date | None]:
    """First day of the period in which `day` lies, and of the one after it (None: never, or after the year 9999)."""
    match period:
        case "day":
            return day, _days_after(day, 1)
        case "week":
            weekday = WEEKDAYS.index(starts) if isinstance(starts, str) and starts else 0
            since = (day.weekday() - weekday) % 7
            return date.fromordinal(max(1, day.toordinal() - since)), _days_after(day, 7 - since)
        case "month":
            return _months(day.replace(day=1), 1)
        case "quarter":
            return _months(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1), 3)
        case "year":
            month, first_of = _month_day(starts)
            first = date(day.year, month, first_of)
            return _months(first if first <= day else add_months(first, -12), 12)
        case _:
            return ALWAYS, None


def _days_after(day: date, days: int) -> date | None:
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal) if ordinal <= date.max.toordinal() else None


def _months(first: date, months: int) -> tuple[date, date | None]:
    after = add_months(first, months)
    return first, None if after == date.max else after


def _month_day(starts: str | tuple[int, int]) -> tuple[int, int]:
    if isinstance(starts, tuple):
        return starts
    return (int(starts[:2]), int(starts[3:])) if starts else (1, 1)


def window(budget: Budget, now: datetime, zone: ZoneInfo) -> Window:
    """The window of the budget that is in force at `now` (aware), in the policy's time zone."""
    if budget.rolling:
        return Window(ALWAYS, None)
    first, after = period_of(now.astimezone(zone).date(), budget.per, starts=budget.starts)
    return Window(first, None if after is None else datetime.combine(after, time.min, tzinfo=zone))
