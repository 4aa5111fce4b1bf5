"""Bodies of what happens to an exception, as msgspec structs: hold, grant, void, reverse."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from guardrails.api.bodies import LONGEST_NOTE, VALID, Code, Money, Note, NumberText, OffersBody, Whole

_CODE = "must be text of 1 to 64 characters"
_OFTEN = f"{_CODE}, or left out"
_TEXT = f"must be text of at most {LONGEST_NOTE} characters"
_AMOUNT = 'must be money as text in major units, such as "12.50", or an object with amount and currency'
_QUANTITY = 'must be a whole number, or a decimal as text, such as 2 or "2.5"'
_TERMS = 'must be an object with whole numbers, or decimals as text, such as {"months": 6}'


def _field(what: str, valid: str, *examples: Any) -> Meta:
    return Meta(description=what, examples=list(examples), extra={VALID: valid})


Amount = Annotated[NumberText | Money | None, _field("How much, of a remedy in money.", _AMOUNT, "12.50")]
HowMany = Annotated[NumberText | Whole | None, _field("How much, of a remedy in a unit of its own.", _QUANTITY, 2)]
Terms = Annotated[
    dict[Code, NumberText | Whole],
    _field("How far each further measure of the remedy goes, by its code.", _TERMS, {"months": 6}),
]
Agent = Annotated[
    Code | None,
    _field("Who does it; left out: whoever made it, or the AI agent whose token it is.", _OFTEN, "ana"),
]
Why = Annotated[
    str,
    Meta(min_length=1, max_length=LONGEST_NOTE, pattern=r"\S"),
    _field("Why.", f"must be text of 1 to {LONGEST_NOTE} characters that says why", "The parcel arrived after all."),
]
SaidNote = Annotated[Note | None, _field("Why, in the agent's words.", _TEXT, "Third delay.")]


class HoldWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the offers to hold at once, and how much of it."""

    remedy: Annotated[Code, _field("The code of the remedy.", _CODE, "store_credit")]
    amount: Amount = None
    quantity: HowMany = None
    terms: Terms = {}


class AskBody(OffersBody, frozen=True, forbid_unknown_fields=True):
    """What can be offered, now, for this case; and, where something is to be quoted, hold it."""

    hold: Annotated[
        HoldWish | None,
        _field(
            "One of the offers to hold at once. It needs the header Idempotency-Key and the scope exceptions.",
            "must be an object with a remedy and how much of it, or left out",
            {"remedy": "store_credit", "amount": "12.50"},
        ),
    ] = None


class HoldBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Hold one of the offers of a decision."""

    decision: Annotated[Code, _field("The decision that offered it.", _CODE, "dec_01KAKZ3V8GQ4W2N6T7R5M9XCDE")]
    remedy: Annotated[Code, _field("The code of the remedy.", _CODE, "store_credit")]
    amount: Amount = None
    quantity: HowMany = None
    terms: Terms = {}
    note: SaidNote = None
    agent: Annotated[Code | None, _field("May be said again; it is the decision's.", _OFTEN, "ana")] = None
    reason: Annotated[Code | None, _field("May be said again; it is the decision's.", _OFTEN, "late_delivery")] = None


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
