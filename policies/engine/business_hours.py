"""Time that counts only while somebody is there: business hours of the policy's time zone, without its holidays.

Every stretch is half-open: an office open from 09:00 to 17:00 is open at 09:00 and closed at 17:00. Wall clocks rule:
of an hour that the clocks skip nothing counts, and an hour that they repeat counts twice. Without business hours the
clock always runs. Moments are aware, and given back in UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policies.engine.approvals import Approvals
from policies.engine.calendar import Calendar
from policies.engine.rulebook import WEEKDAYS

LONGEST = timedelta(days=3660)
"""Nobody looks further ahead: what is not due within ten years of an office's hours is due then."""
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def due_at(start: datetime, within: timedelta, approvals: Approvals, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The first moment at which `within` of business time has passed since `start`."""
    start = start.astimezone(UTC)
    if not approvals.hours:
        return start + within
    if not within:
        return start
    for opens, closes in _stretches(start, approvals, calendar, zone):
        if within <= closes - opens:
            return opens + within
        within -= closes - opens
    return start + LONGEST


def remind_at(
    start: datetime, within: timedelta, before: timedelta, *, approvals: Approvals, calendar: Calendar, zone: ZoneInfo
) -> datetime:
    """The last moment at which `before` of the business time `within` since `start` is left, and somebody is there."""
    reached = due_at(start, max(timedelta(0), within - before), approvals, calendar, zone)
    return opening(reached, approvals, calendar, zone)


def opening(at: datetime, approvals: Approvals, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The first business moment at or after `at`: itself while somebody is there."""
    at = at.astimezone(UTC)
    if not approvals.hours:
        return at
    return next((opens for opens, _ in _stretches(at, approvals, calendar, zone)), at + LONGEST)


def business_time(
    start: datetime, end: datetime, approvals: Approvals, calendar: Calendar, zone: ZoneInfo
) -> timedelta:
    """How much business time lies from `start` to before `end`: nothing where the end comes first."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if not approvals.hours:
        return max(timedelta(0), end - start)
    found = timedelta(0)
    for opens, closes in _stretches(start, approvals, calendar, zone):
        if opens >= end:
            break
        found += min(closes, end) - opens
    return found


def _stretches(
    start: datetime, approvals: Approvals, calendar: Calendar, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of business time from `start` (UTC) on, in order, for as long as anybody looks ahead."""
    hours = _by_weekday(approvals)
    holidays = frozenset(calendar.holidays)
    at, last = start, start + LONGEST
    while at < last:
        local = at.astimezone(zone)
        offset = local.utcoffset() or timedelta(0)
        day = local.date()
        midnight = datetime.combine(day, time.min, tzinfo=UTC) - offset
        until = _steady(at, midnight + _DAY, zone, offset)
        if day.isoformat() not in holidays:
            for opens, closes in hours.get(day.weekday(), ()):
                first, end = max(at, midnight + opens), min(until, midnight + closes)
                if first < end:
                    yield first, end
        at = until


def _by_weekday(approvals: Approvals) -> dict[int, list[tuple[timedelta, timedelta]]]:
    found: dict[int, list[tuple[timedelta, timedelta]]] = {}
    for each in approvals.hours:
        found.setdefault(WEEKDAYS.index(each.weekday), []).append(
            (_since_midnight(each.opens), _since_midnight(each.closes))
        )
    return found


def _since_midnight(text: str) -> timedelta:
    return timedelta(hours=int(text[:2]), minutes=int(text[3:]))


def _steady(at: datetime, until: datetime, zone: ZoneInfo, offset: timedelta) -> datetime:
    """`until`, or the moment before it at which the clocks change from `offset` (within a day they do so once)."""
    if _offset(until - _SECOND, zone) == offset:
        return until
    # Clocks change on whole seconds, so whole seconds are enough to look for.
    steady, changed = 0, int((until - at.replace(microsecond=0)).total_seconds()) - 1
    base = at.replace(microsecond=0)
    while changed - steady > 1:
        middle = (steady + changed) // 2
        if _offset(base + middle * _SECOND, zone) == offset:
            steady = middle
        else:
            changed = middle
    return base + changed * _SECOND


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
