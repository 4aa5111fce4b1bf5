"""Retries: when a delivery that failed is tried again, and when it is given up."""

from datetime import datetime, timedelta

FIRST = timedelta(seconds=5)
FACTOR = 4
LONGEST = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
"""How long a delivery is tried: after 5 s, 20 s, 80 s, 5 min, 21 min, 85 min and 5.7 hours, then every 6 hours."""
JITTER = 0.25


def next_attempt(*, attempts: int, due_since: datetime, now: datetime, jitter: float) -> datetime | None:
    """Give when to try again after so many attempts; None where it is given up.

    `jitter` from 0 to 1 makes the wait up to a quarter longer, so that not everything comes back at one moment.
    """
    steps = min(attempts - 1, 10)
    wait = min(FIRST * FACTOR**steps, LONGEST) * (1 + JITTER * jitter)
    at = now + wait
    return at if at - due_since <= GIVEN_UP_AFTER else None
