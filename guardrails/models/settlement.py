"""Settlement: whether what was granted has arrived. Granting is not paying; the system that pays says so."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Step:
    """What an event makes of a settlement, and what must hold for it."""

    to: Settlement
    guard: str


P, V = Settlement, SettlementEvent
BEGINS = P.PENDING
"""What it is once the exception is granted."""
SETTLEMENTS: dict[tuple[Settlement, SettlementEvent], Step] = {
    (P.PENDING, V.SEND): Step(P.SENT, "the payer says so, or its endpoint has received the grant"),
    (P.PENDING, V.CONFIRM): Step(P.CONFIRMED, "it has arrived"),
    (P.PENDING, V.FAIL): Step(P.FAILED, "the payer could not"),
    (P.PENDING, V.TAKE_BACK): Step(P.REVERSED, "the whole exception is reversed"),
    (P.SENT, V.SEND): Step(P.SENT, "the payer says so itself, with a reference of its own"),
    (P.SENT, V.CONFIRM): Step(P.CONFIRMED, "it has arrived"),
    (P.SENT, V.FAIL): Step(P.FAILED, "it does not arrive"),
    (P.SENT, V.TAKE_BACK): Step(P.REVERSED, "the whole exception is reversed"),
    (P.CONFIRMED, V.BOUNCE): Step(P.FAILED, "it had arrived and came back, such as a transfer that the bank returns"),
    (P.CONFIRMED, V.RETURN): Step(P.CONFIRMED, "a part was taken back since it was paid, and has not all come back"),
    (P.CONFIRMED, V.TAKE_BACK): Step(P.REVERSED, "the whole exception is reversed; what was paid is to come back"),
    (P.FAILED, V.SEND): Step(P.SENT, "the payer says that it tries again; no repeated delivery does"),
    (P.FAILED, V.CONFIRM): Step(P.CONFIRMED, "it has arrived after all"),
    (P.FAILED, V.TAKE_BACK): Step(P.REVERSED, "the whole exception is reversed"),
    (P.REVERSED, V.RETURN): Step(P.REVERSED, "it was paid before, and has not all come back"),
}
"""What each event makes of a settlement; what is not here is refused."""

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
WORDS = {event: word for word, event in SAID.items()}
"""The same the other way round; for what nobody says, such as that it was taken back, there is none."""


def settlement_refusal(state: str, event: SettlementEvent) -> tuple[str, str]:
    """Give the code and the text of the refusal of an event that is not possible in this state, "" before a grant."""
    name = f"cannot_be_{WORDS.get(event, event.value)}_while_{state or 'not_granted'}"
    if state and event is V.RETURN:
        return name, "Nothing of it is to come back: no part of what was paid has been taken back since."
    if state and state != P.REVERSED and event is V.BOUNCE:
        return name, "What has not been confirmed cannot bounce. Say failed."
    return name, _OVER[Settlement(state) if state else ""]


def settlements_possible(state: str) -> tuple[str, ...]:
    """Give what a payer can say in a state, in its words."""
    return tuple(word for word, event in SAID.items() if state and (Settlement(state), event) in SETTLEMENTS)
