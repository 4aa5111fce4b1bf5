"""Bodies of what happens to an exception, as msgspec structs: hold, grant, void, reverse."""

from typing import Annotated

from msgspec import Meta, Struct

from guardrails.api import field_words as must
from guardrails.api.bodies import Code, Money, Note, NumberText, OffersBody, Whole
from guardrails.api.field_words import LONGEST_NOTE, says

Amount = Annotated[NumberText | Money | None, says("How much, of a remedy in money.", must.AMOUNT, "12.50")]
HowMany = Annotated[NumberText | Whole | None, says("How much, of a remedy in a unit of its own.", must.QUANTITY, 2)]
Terms = Annotated[
    dict[Code, NumberText | Whole],
    says("How far each further measure of the remedy goes, by its code.", must.TERMS, {"months": 6}),
]
Agent = Annotated[
    Code | None,
    says("Who does it; left out: whoever made it, or the AI agent whose token it is.", must.OPTIONAL_CODE, "ana"),
]
Why = Annotated[
    str,
    Meta(min_length=1, max_length=LONGEST_NOTE, pattern=r"\S"),
    says("Why.", f"must be text of 1 to {LONGEST_NOTE} characters that says why", "The parcel arrived after all."),
]
SaidNote = Annotated[Note | None, says("Why, in the agent's words.", must.NOTE, "Third delay.")]


class HoldWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the offers to hold at once, and how much of it."""

    remedy: Annotated[Code, says("The code of the remedy.", must.CODE, "store_credit")]
    amount: Amount = None
    quantity: HowMany = None
    terms: Terms = {}


class AskBody(OffersBody, frozen=True, forbid_unknown_fields=True):
    """What can be offered, now, for this case; and, where something is to be quoted, hold it."""

    hold: Annotated[
        HoldWish | None,
        says(
            "One of the offers to hold at once. It needs the header Idempotency-Key and the scope exceptions.",
            "must be an object with a remedy and how much of it, or left out",
            {"remedy": "store_credit", "amount": "12.50"},
        ),
    ] = None


class HoldBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one of the offers of a decision."""

    decision: Annotated[Code, says("The decision that offered it.", must.CODE, "dec_01KAKZ3V8GQ4W2N6T7R5M9XCDE")]
    remedy: Annotated[Code, says("The code of the remedy.", must.CODE, "store_credit")]
    amount: Amount = None
    quantity: HowMany = None
    terms: Terms = {}
    note: SaidNote = None
    agent: Annotated[Code | None, says("May be said again; it is the decision's.", must.OPTIONAL_CODE, "ana")] = None
    reason: Annotated[
        Code | None, says("May be said again; it is the decision's.", must.OPTIONAL_CODE, "late_delivery")
    ] = None


class GrantHeldBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Grant what is held or approved: all of it, or less; the rest goes back."""

    amount: Amount = None
    quantity: HowMany = None
    terms: Terms = {}
    note: SaidNote = None
    agent: Agent = None


class VoidBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Let go of what is held, asked for or approved."""

    note: SaidNote = None
    agent: Agent = None


class ReverseBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Take back what was granted: everything that stands, or a part of it."""

    reason: Why
    amount: Amount = None
    quantity: HowMany = None
    agent: Agent = None
