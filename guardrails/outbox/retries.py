"""Retries: when a delivery that failed is tried again, and when it is given up."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST = timedelta(seconds=5)
FACTOR = 4
LONGEST = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a delivery is tried: after 5 s, 20 s, 80 s, 5 min, 21 min, 85 min and 5.7 hours, then every 6 hours."""
JITTER = 0.25
_MOST_DIGITS = 9


def next_attempt(
    *, attempts: int, due_since: datetime, now: datetime, jitter: float, asked: timedelta = timedelta()
) -> datetime | None:
    """Give when to try again after so many attempts; None where it is given up.

    `jitter` from 0 to 1 makes the wait up to a quarter longer, so that not everything comes back at one moment.
    `asked` is how long the receiver wants to be left alone: it makes the wait longer, never shorter, and never so long
    that an attempt is lost by it.
    """
    steps = min(attempts - 1, 10)
    wait: timedelta = min(FIRST * FACTOR**steps, LONGEST) * (1 + JITTER * jitter)
    last = due_since + GIVEN_UP_AFTER
    if now + wait > last:
        return None
    return min(now + max(wait, asked), last)


def asked_wait(retry_after: str, *, now: datetime) -> timedelta:
    """Read a header Retry-After, seconds or a moment (RFC 9110, 10.2.3); at most LONGEST, and none if it says nothing.

    >>> asked_wait("120", now=now)
    datetime.timedelta(seconds=120)
    """
    text = retry_after.strip()
    if text.isascii() and text.isdecimal():
        return LONGEST if len(text) > _MOST_DIGITS else min(timedelta(seconds=int(text)), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(timedelta(), min(at - now, LONGEST))
