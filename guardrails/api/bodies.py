"""Bodies: what clients send, as msgspec structs; their descriptions are those of the OpenAPI document."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from guardrails.models.codes import NAME_LENGTH, REFERENCE_LENGTH

VALID = "valid"
"""The key under which a field says what would be valid, in words that follow its name."""
MOST_FACTS = 500
LONGEST_NOTE = 2000
LONGEST_NUMBER = 40

Code = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
Reference = Annotated[str, Meta(min_length=1, max_length=REFERENCE_LENGTH)]
Note = Annotated[str, Meta(max_length=LONGEST_NOTE)]
NumberText = Annotated[str, Meta(min_length=1, max_length=LONGEST_NUMBER)]
Whole = Annotated[int, Meta(ge=-(10**15), le=10**15)]
Facts = Annotated[dict[str, Any], Meta(max_length=MOST_FACTS)]
Codes = Annotated[list[Code], Meta(max_length=MOST_FACTS)]

_CODE = f"must be text of 1 to {NAME_LENGTH} characters"
_REFERENCE = f"must be text of 1 to {REFERENCE_LENGTH} characters, or left out"
_OFTEN = f"{_CODE}, or left out"


def _field(what: str, valid: str, *examples: Any) -> Meta:
    return Meta(description=what, examples=list(examples), extra={VALID: valid})


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of money: decimal text in the currency's major unit, never a float."""

    amount: Annotated[NumberText, Meta(examples=["25.00"])]
    currency: Annotated[str, Meta(min_length=3, max_length=3, description="ISO 4217.", examples=["EUR"])]


class OffersBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What can be offered, now, for this case?"""

    policy: Annotated[Code, _field("The policy's code.", _CODE, "shop_eu")]
    reason: Annotated[Code, _field("One of the policy's reasons.", _CODE, "late_delivery")]
    agent: Annotated[
        Code | None,
        _field("Who serves the customer. An AI agent with its own token may leave it out.", _OFTEN, "ana"),
    ] = None
    channel: Annotated[Code | None, _field("Where the customer is served.", _OFTEN, "chat")] = None
    customer: Annotated[Reference | None, _field("The customer, as your system calls them.", _REFERENCE, "C-20417")] = (
        None
    )
    case: Annotated[Reference | None, _field("The case, as your system calls it.", _REFERENCE, "K-881")] = None
    facts: Annotated[
        Facts,
        _field(
            "What is known, by the codes of the policy's facts. `null` says that a fact is known not to apply; a fact"
            " that is left out is unknown. Money is text in major units.",
            f"must be an object with at most {MOST_FACTS} facts by their codes",
            {"order_total": "82.50", "days_late": 3, "tier": "gold", "damaged": False},
        ),
    ] = {}
    verified: Annotated[
        Codes | None,
        _field(
            "Codes of the facts that come from a system; left out: all of them. It counts only for a token with the"
            ' scope "facts".',
            "must be a list with codes of facts that are given",
            ["order_total"],
        ),
    ] = None


class ExceptionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Give the customer one of the offers of a decision."""

    decision: Annotated[Code, _field("The decision that offered it.", _CODE, "dec_01KAKZ3V8GQ4W2N6T7R5M9XCDE")]
    remedy: Annotated[Code, _field("The code of the remedy.", _CODE, "store_credit")]
    amount: Annotated[
        NumberText | Money | None,
        _field(
            "How much, of a remedy in money: within what is offered, in its steps. It may be left out where the"
            " offer is exact.",
            'must be money as text in major units, such as "12.50", or an object with amount and currency',
            "12.50",
        ),
    ] = None
    quantity: Annotated[
        NumberText | Whole | None,
        _field(
            "How much, of a remedy in a unit of its own.",
            'must be a whole number, or a decimal as text, such as 2 or "2.5"',
            2,
        ),
    ] = None
    terms: Annotated[
        dict[Code, NumberText | Whole],
        _field(
            "How far each further measure of the remedy goes, by its code; left out: as far as is offered.",
            'must be an object with whole numbers, or decimals as text, such as {"months": 6}',
            {"months": 6},
        ),
    ] = {}
    note: Annotated[
        Note | None,
        _field("Why, in the agent's words.", f"must be text of at most {LONGEST_NOTE} characters", "Third delay."),
    ] = None
    agent: Annotated[Code | None, _field("May be said again; it is the decision's.", _OFTEN, "ana")] = None
    reason: Annotated[Code | None, _field("May be said again; it is the decision's.", _OFTEN, "late_delivery")] = None
    told: Annotated[
        Note | None,
        _field(
            "What the customer was told while somebody has to agree; approvers read it.",
            f"must be text of at most {LONGEST_NOTE} characters",
            "I have asked my supervisor; you hear from us by three.",
        ),
    ] = None
    when_approved: Annotated[
        Literal["hold", "grant"],
        _field(
            "Where somebody has to agree: whether the last yes keeps it for the agent, or grants it at once.",
            "must be hold or grant",
            "hold",
        ),
    ] = "hold"
