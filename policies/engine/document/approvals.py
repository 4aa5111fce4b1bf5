"""Reading how approvals run: when budgets are reserved, the times, and the business hours."""

from __future__ import annotations

import re

from policies.engine.approvals import USUAL_APPROVALS, Approvals, Open
from policies.engine.document.cursor import Cursor
from policies.engine.rulebook import WEEKDAYS

RESERVE = ("on_request", "on_approval")
LONGEST = {"answer_within": "P90D", "remind_before": "P90D", "keep": "P365D"}
"""The longest of each duration; the shortest is a minute, for a reminder nothing at all."""
_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_OPEN = re.compile(rf"({_TIME})-({_TIME}|24:00)", re.ASCII)


def read_approvals(cursor: Cursor | None) -> Approvals:
    """How approvals run; what is left out is as usual."""
    if cursor is None:
        return USUAL_APPROVALS
    members = cursor.keys(optional=["reserve", *LONGEST, "hours"])
    reserve = members["reserve"].one_of(RESERVE) if "reserve" in members else ""
    times = {
        key: members[key].duration(least="PT0M" if key == "remind_before" else "PT1M", most=most)
        for key, most in LONGEST.items()
        if key in members
    }
    hours = _read_hours(members["hours"]) if "hours" in members else ()
    return Approvals(**{"reserve": reserve or USUAL_APPROVALS.reserve, "hours": hours, **times})  # type: ignore[arg-type]


def _read_hours(cursor: Cursor) -> tuple[Open, ...]:
    known = len(cursor.faults)
    members = cursor.keys(optional=WEEKDAYS)
    if not members and len(cursor.faults) == known:
        cursor.fault("must open on at least one day; leave it out where the clock always runs")
    return tuple(each for day, member in members.items() for each in _read_day(member, day))


def _read_day(cursor: Cursor, weekday: str) -> list[Open]:
    found: list[Open] = []
    if cursor.value == []:
        cursor.fault("is empty: leave the day out where it is closed")
    for item in cursor.items():
        match = _OPEN.fullmatch(item.value) if isinstance(item.value, str) else None
        if match is None or match[1] >= match[3]:
            item.fault('must be from when until when, such as "09:00-17:00", the later after the earlier')
        elif found and match[1] < found[-1].closes:
            item.fault("must begin after the one before it ends")
        else:
            found.append(Open(weekday, match[1], match[3]))
    return found
