"""A tour of lives: every rule does something once, in an order in which it can, whatever else chance comes upon."""

from typing import Any

from tests.guardrails.lives.book import HOLD

Stop = tuple[str, dict[str, Any], str]
"""A rule, what it is given, and what is noted of it when it does what it is for."""


def nth(at: int) -> int:
    """Give the number that picks the one at this place of those in a fitting state."""
    return 8 * at + 1


def taking(customer: str, case: str, amount: int, *, hold: bool = False) -> dict[str, Any]:
    """Give what Ana asks for."""
    return {"customer": customer, "case": case, "amount": amount, "hold": hold, "at_once": False}


# There already: 20 held, 30, 26 (granted at once when agreed to) and 40 that await a yes, and 15 granted.
TOUR: tuple[Stop, ...] = (
    ("take", taking("C-0", "K-5", 500), "take, granted: done"),
    ("ask_the_same_again", {}, "ask the same again: done"),
    ("claim", {"number": nth(0), "who": "sam"}, "claim: done"),
    ("claim", {"number": nth(0), "who": "sam"}, "release: done"),
    ("ask_back", {"number": nth(0), "who": "sam"}, "ask: done"),
    ("answer", {"number": 0, "twice": True}, "answer: done"),
    ("approve", {"number": nth(0), "who": "sam", "part": 120}, "approve: done"),
    ("approve", {"number": nth(0), "who": "mia", "part": 50}, "approve: done"),
    ("amend", {"number": nth(0), "amount": 2550}, "amend approved, less: done"),
    ("amend", {"number": nth(1), "amount": 5000}, "amend awaiting_approval, more: done"),
    ("grant", {"number": nth(0), "part": 20}, "grant held, a part: done"),
    ("grant", {"number": nth(0), "part": 120}, "grant approved: done"),
    ("take", taking("C-2", "K-5", 500, hold=True), "hold: done"),
    ("void", {"number": nth(1)}, "void held: done"),
    ("take", taking("C-3", "K-5", 1000, hold=True), "hold: done"),
    ("time_passes", {"time": HOLD}, f"time passes: {HOLD}"),
    ("tidy_up", {}, "expire: done"),
    ("grant", {"number": nth(0), "part": 120}, "grant again: done"),
    ("settle", {"number": nth(0), "word": "sent", "reference": "PAY-1"}, "settle, sent: done"),
    ("settle", {"number": nth(0), "word": "failed", "reference": "PAY-1"}, "settle, failed: done"),
    ("settle", {"number": nth(0), "word": "confirmed", "reference": "PAY-2"}, "settle, confirmed: done"),
    ("reverse", {"number": nth(0), "cents": 500}, "reverse a part: done"),
    ("reverse", {"number": nth(0), "cents": 0}, "reverse: done"),
    ("counter", {"number": nth(0), "who": "mia", "amount": 2000}, "counter: done"),
    ("take", taking("C-2", "K-3", 2600), "take, awaiting_approval: done"),
    ("take", taking("C-2", "K-3", 2550), "take, awaiting_approval: done"),
    ("decline", {"number": nth(0), "who": "sam"}, "no reaches: awaiting_approval"),
    ("chase", {"jump": True}, "chase: approval.reminded"),
    ("chase", {"jump": True}, "chase: exception.timed_out"),
    ("publish", {"alone": 1500, "week": 20000, "reserves": True}, "publish: on_request"),
    ("link", {"number": 0}, "link: done"),
    ("freeze", {"breaks": False}, "freeze: keeps promises"),
    ("lift", {}, "lift: done"),
    ("freeze", {"breaks": True}, "freeze: breaks promises"),
)
