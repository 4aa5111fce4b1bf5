"""Settlement: whether what was granted has arrived. Granting is not paying; the system that pays says so."""

from django.db import models


class Settlement(models.TextChoices):
    """Where the payment or delivery of a granted exception is."""

    PENDING = "pending", "Pending"
    SENT = "sent", "Sent to the system that pays"
    CONFIRMED = "confirmed", "Confirmed"
    FAILED = "failed", "Failed"
    REVERSED = "reversed", "Reversed"


class SettlementEvent(models.TextChoices):
    """What the system that pays, or a reversal, says of it."""

    SEND = "send", "is sent to the system that pays"
    CONFIRM = "confirm", "is confirmed"
    FAIL = "fail", "fails"
    TAKE_BACK = "take_back", "is taken back"


P, V = Settlement, SettlementEvent
SETTLEMENTS: dict[tuple[Settlement, SettlementEvent], Settlement] = {
    (P.PENDING, V.SEND): P.SENT,
    (P.PENDING, V.CONFIRM): P.CONFIRMED,
    (P.PENDING, V.FAIL): P.FAILED,
    (P.PENDING, V.TAKE_BACK): P.REVERSED,
    # It is sent with its webhook, and once more where the payer says so itself, with a reference of its own.
    (P.SENT, V.SEND): P.SENT,
    (P.SENT, V.CONFIRM): P.CONFIRMED,
    (P.SENT, V.FAIL): P.FAILED,
    (P.SENT, V.TAKE_BACK): P.REVERSED,
    (P.CONFIRMED, V.TAKE_BACK): P.REVERSED,
    (P.FAILED, V.SEND): P.SENT,
    (P.FAILED, V.CONFIRM): P.CONFIRMED,
    (P.FAILED, V.TAKE_BACK): P.REVERSED,
}
"""What each event makes of a settlement; what is not here is refused. A failed one may be tried again."""

_OVER = {
    "": "It was not granted, or is not any more: nothing is to be paid.",
    P.PENDING: "It has not been sent yet.",
    P.SENT: "It was sent already.",
    P.CONFIRMED: "It was confirmed already.",
    P.FAILED: "It failed already; send or confirm it when it has gone through.",
    P.REVERSED: "It was taken back: nothing is to be paid, and what was paid is to come back.",
}


def settlement_refusal(state: str, event: SettlementEvent) -> tuple[str, str]:
    """Give the code and the text of the refusal of an event that is not possible in this state, "" before a grant."""
    return f"cannot_{event}_{state or 'nothing'}", _OVER[Settlement(state) if state else ""]


def settlements_possible(state: str) -> tuple[SettlementEvent, ...]:
    """Give the events that are possible in a state."""
    return tuple(event for (source, event) in SETTLEMENTS if source == state)
