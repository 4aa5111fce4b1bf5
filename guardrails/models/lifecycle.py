"""The life of an exception as one table: in which state which event is possible, and what it is then.

The diagram in the manual is drawn from this table, every event is one action, and what the table does not allow
is refused by the name that `refusal` gives.
"""

from dataclasses import dataclass

from django.db import models


class State(models.TextChoices):
    """Where an exception is in its life."""

    HELD = "held", "Held"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    APPROVED = "approved", "Approved"
    GRANTED = "granted", "Granted"
    REVERSED = "reversed", "Reversed"
    DECLINED = "declined", "Declined"
    COUNTERED = "countered", "Answered with another proposal"
    TIMED_OUT = "timed_out", "Timed out"
    VOIDED = "voided", "Voided"
    EXPIRED = "expired", "Expired"


class Event(models.TextChoices):
    """What can happen to an exception; each is one action, one transaction and one audit record."""

    HOLD = "hold", "is held"
    REQUEST = "request", "is sent for approval"
    GRANT = "grant", "is granted"
    VOTE = "vote", "gets one of several votes"
    APPROVE = "approve", "is approved"
    COUNTER = "counter", "is answered with another proposal"
    DECLINE = "decline", "is declined"
    ASK = "ask", "is asked about"
    ANSWER = "answer", "is explained"
    QUESTION_OVER = "question_over", "is not explained in time"
    CLAIM = "claim", "is taken up by an approver"
    UNCLAIM = "unclaim", "is put back by an approver"
    REMIND = "remind", "is remembered"
    ESCALATE = "escalate", "goes to the next role"
    TIME_OUT = "time_out", "times out"
    AMEND = "amend", "is changed"
    VOID = "void", "is voided"
    EXPIRE = "expire", "expires"
    REVERSE = "reverse", "is taken back, or a part of it"


@dataclass(frozen=True, slots=True)
class Transition:
    """What an event makes of an exception: the states that it may lead to, and what must hold for it."""

    to: tuple[State, ...]
    guard: str


S, E = State, Event
NEW = ""
"""Before an exception is there."""
TRANSITIONS: dict[tuple[str, Event], Transition] = {
    (NEW, E.HOLD): Transition((S.HELD,), "offered to the role alone, and every budget bears it"),
    (NEW, E.REQUEST): Transition((S.AWAITING_APPROVAL,), "within the approval ladder"),
    (NEW, E.GRANT): Transition((S.GRANTED,), "offered to the role alone, and every budget bears it"),
    (NEW, E.COUNTER): Transition((S.APPROVED,), "proposed by an approver, within what is offered and their reach"),
    (S.HELD, E.GRANT): Transition((S.GRANTED,), "at most what is held; after its time it is decided again"),
    (S.HELD, E.VOID): Transition((S.VOIDED,), "by whoever holds it, or by a freeze"),
    (S.HELD, E.EXPIRE): Transition((S.EXPIRED,), "its time is over"),
    (S.EXPIRED, E.GRANT): Transition((S.GRANTED,), "decided again, as if it were new"),
    (S.AWAITING_APPROVAL, E.VOTE): Transition((S.AWAITING_APPROVAL,), "by one of several who must agree"),
    (S.AWAITING_APPROVAL, E.APPROVE): Transition(
        (S.APPROVED, S.GRANTED), "the last of those who must agree has; never the one who asked"
    ),
    (S.AWAITING_APPROVAL, E.COUNTER): Transition((S.COUNTERED,), "by an approver, with something that is offered"),
    (S.AWAITING_APPROVAL, E.DECLINE): Transition(
        (S.DECLINED,), "by an approver, with a reason; or with another one, where nobody is above"
    ),
    (S.AWAITING_APPROVAL, E.ASK): Transition((S.AWAITING_APPROVAL,), "by an approver"),
    (S.AWAITING_APPROVAL, E.ANSWER): Transition((S.AWAITING_APPROVAL,), "by whoever asked for the approval"),
    (S.AWAITING_APPROVAL, E.QUESTION_OVER): Transition(
        (S.AWAITING_APPROVAL,), "a question's time is over; that of the approvers runs on"
    ),
    (S.AWAITING_APPROVAL, E.CLAIM): Transition((S.AWAITING_APPROVAL,), "by an approver; nobody else has it"),
    (S.AWAITING_APPROVAL, E.UNCLAIM): Transition((S.AWAITING_APPROVAL,), "by the approver who has it"),
    (S.AWAITING_APPROVAL, E.REMIND): Transition((S.AWAITING_APPROVAL,), "once, before its time is over"),
    (S.AWAITING_APPROVAL, E.ESCALATE): Transition(
        (S.AWAITING_APPROVAL,), "its time is over, or the same was declined; and a role is above"
    ),
    (S.AWAITING_APPROVAL, E.TIME_OUT): Transition((S.TIMED_OUT,), "its time is over, and no role is above"),
    (S.AWAITING_APPROVAL, E.AMEND): Transition((S.AWAITING_APPROVAL,), "by whoever asked; beyond it, asked anew"),
    (S.AWAITING_APPROVAL, E.VOID): Transition((S.VOIDED,), "by whoever asked, or by a freeze"),
    (S.APPROVED, E.GRANT): Transition((S.GRANTED,), "within what was approved"),
    (S.APPROVED, E.AMEND): Transition(
        (S.APPROVED, S.AWAITING_APPROVAL), "within what was approved it stays; beyond it, it is asked anew"
    ),
    (S.APPROVED, E.VOID): Transition((S.VOIDED,), "by whoever asked, or by a freeze"),
    (S.APPROVED, E.EXPIRE): Transition((S.EXPIRED,), "nobody took it in time"),
    (S.GRANTED, E.REVERSE): Transition((S.GRANTED, S.REVERSED), "by a role that may, with a reason; at most the rest"),
}
"""Everything that can happen; what is not here is refused."""

LIVE = (State.HELD, State.AWAITING_APPROVAL, State.APPROVED, State.GRANTED)
"""States in which the decision's offer is taken, or spoken for."""
PROMISED = (State.HELD, State.APPROVED, State.GRANTED)
"""States in which the customer counts on it: it takes from budgets and counts as given."""

_OVER = {
    State.GRANTED: "It is granted; what is wrong with it can be reversed.",
    State.REVERSED: "It was taken back already; ask for offers to give something else.",
    State.DECLINED: "It was declined; ask again, and it goes one level up.",
    State.COUNTERED: "It was answered with another proposal; take or void that one.",
    State.TIMED_OUT: "Nobody answered in time; ask again, or take what can be offered now.",
    State.VOIDED: "It was voided; ask for offers again.",
    State.EXPIRED: "Its time is over; granting it decides it again.",
    State.HELD: "It is held; grant it, or void it.",
    State.AWAITING_APPROVAL: "It awaits approval.",
    State.APPROVED: "It is approved; grant it, change it, or void it.",
}


def leads_to(state: str, event: Event) -> tuple[State, ...]:
    """Give the states that the event may lead to; empty where it is not possible."""
    found = TRANSITIONS.get((state, event))
    return found.to if found else ()


def refusal(state: str, event: Event) -> tuple[str, str]:
    """Give the code and the text of the refusal of an event that the table does not allow in this state."""
    if state == NEW:
        return f"cannot_{event}_nothing", "There is no such exception yet."
    return f"cannot_{event}_{state}", _OVER[State(state)]


def allowed(state: str) -> tuple[Event, ...]:
    """Give the events that are possible in a state."""
    return tuple(event for (source, event) in TRANSITIONS if source == state)
