"""Arguments that several commands read."""

from argparse import ArgumentTypeError
from datetime import UTC, datetime


def moment(text: str) -> datetime:
    """Read a day or a moment; without a zone it is UTC. Raises ArgumentTypeError, which says what would be valid."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day or moment, such as 2026-06-01 or 2026-06-01T12:00:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
