"""Moment said: when something was, as another system says."""

from datetime import UTC, datetime, timedelta

CLOCKS = timedelta(minutes=5)
"""How far another system's clock may be ahead of ours."""


def moment_said(text: str, now: datetime) -> datetime:
    """Read RFC 3339; empty: `now`, which it never is after. Raises ValueError, which says what would be valid."""
    if not text:
        return now
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be RFC 3339, such as 2026-06-15T12:00:00Z") from None
    if at.tzinfo is None:
        raise ValueError("must have a time zone, such as 2026-06-15T12:00:00Z")
    if at > now + CLOCKS:
        raise ValueError("must not be in the future")
    return min(at, now).astimezone(UTC)
