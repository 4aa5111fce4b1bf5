"""Reading the calendar: which days are no working days."""

from __future__ import annotations

from policies.engine.calendar import USUAL_CALENDAR, Calendar
from policies.engine.document.cursor import Cursor
from policies.engine.rulebook import WEEKDAYS
from policies.engine.values import read_date


def read_calendar(cursor: Cursor | None) -> Calendar:
    """The policy's calendar; Saturday and Sunday and no holidays where it is left out."""
    if cursor is None:
        return USUAL_CALENDAR
    members = cursor.keys(optional=["weekend", "holidays"])
    weekend = USUAL_CALENDAR.weekend
    if "weekend" in members:
        named = {item.one_of(WEEKDAYS) for item in members["weekend"].items()}
        weekend = tuple(day for day in WEEKDAYS if day in named)
        if len(weekend) == len(WEEKDAYS):
            members["weekend"].fault("must leave at least one working day")
    days = members["holidays"].items() if "holidays" in members else []
    holidays = {item.read(lambda value: read_date(value).isoformat(), "") for item in days}
    return Calendar(weekend, tuple(sorted(day for day in holidays if day)))
