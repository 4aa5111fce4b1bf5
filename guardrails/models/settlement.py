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
    BOUNCE = "bounce", "comes back after it had arrived"
    RETURN = "return", "is returned after it was taken back"
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
    # A transfer that the bank sends back: it has not arrived after all, and is paid again.
    (P.CONFIRMED, V.BOUNCE): P.FAILED,
    # What was paid and then taken back, all of it or a part, is with the payer again.
    (P.CONFIRMED, V.RETURN): P.CONFIRMED,
    (P.REVERSED, V.RETURN): P.REVERSED,
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
    P.CONFIRMED: "It was confirmed already. Where the money has come back since, say bounced.",
    P.FAILED: "It failed already; send or confirm it when it has gone through.",
    P.REVERSED: "It was taken back: nothing is to be paid. What was paid is to come back: say returned when it has.",
}
SAID = {
    "sent": V.SEND,
    "confirmed": V.CONFIRM,
    "failed": V.FAIL,
    "bounced": V.BOUNCE,
    "returned": V.RETURN,
}
"""What a payer may say, by its word for it."""
_WORDS = {event: word for word, event in SAID.items()}


def settlement_refusal(state: str, event: SettlementEvent) -> tuple[str, str]:
    """Give the code and the text of the refusal of an event that is not possible in this state, "" before a grant."""
    name = f"cannot_be_{_WORDS.get(event, event.value)}_while_{state or 'not_granted'}"
    if state and event is V.RETURN:
        return name, "Nothing of it is to come back: no part of what was paid has been taken back since."
    if state and state != P.REVERSED and event is V.BOUNCE:
        return name, "What has not been confirmed cannot bounce. Say failed."
    return name, _OVER[Settlement(state) if state else ""]


def settlements_possible(state: str) -> tuple[str, ...]:
    """Give what a payer can say in a state, in its words."""
    return tuple(word for word, event in SAID.items() if state and (Settlement(state), event) in SETTLEMENTS)
