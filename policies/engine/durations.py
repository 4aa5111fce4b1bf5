"""ISO 8601 durations in days, hours and minutes, as the rulebook writes them."""

from __future__ import annotations

import re
from datetime import timedelta

_PARTS = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", re.ASCII)


def duration(text: str) -> timedelta:
    """The length of a duration that the rulebook accepted: `duration("P1DT12H")` is a day and a half."""
    found = _PARTS.fullmatch(text)
    days, hours, minutes = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    return timedelta(days=days, hours=hours, minutes=minutes)


def duration_text(length: timedelta) -> str:
    """The whole minutes of a length as a duration, in hours and minutes: "PT25H30M"."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes or not hours else "")
