"""Customer words: what an agent can say to the customer of a request that waits, or got no yes. No limit is in it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from policies.engine.words import lower_first


def waiting_words(remedy: str, *, until: datetime | None, zone: ZoneInfo) -> str:
    """Say that a colleague has to confirm the remedy (its name), by when the customer hears of it where that is known.

    It is no promise of the remedy, so it does not say how much.
    """
    by = f" by {_moment_words(until.astimezone(zone))}" if until else ""
    return (
        f"I would like to arrange this for you: {lower_first(remedy)}. "
        f"A colleague has to confirm it; I will let you know{by}."
    )


def declined_words(remedy: str) -> str:
    """Say that it is not given, and that this is not the end of it."""
    return (
        f"I am sorry: I could not arrange this for you as I had hoped: {lower_first(remedy)}. "
        "Let me see what I can do instead."
    )


def unanswered_words(remedy: str) -> str:
    """Say that nobody has answered yet, which is no "no"."""
    return (
        f"I am sorry that this takes so long: {lower_first(remedy)}. "
        "It is not confirmed yet; let me see what I can do for you now."
    )


def _moment_words(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B}, {at:%H:%M}"
