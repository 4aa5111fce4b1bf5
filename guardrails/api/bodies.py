"""Bodies: what clients send, as msgspec structs; their descriptions are those of the OpenAPI document."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from guardrails.api import field_words as must
from guardrails.api.field_words import LONGEST_NOTE, says
from guardrails.models.codes import NAME_LENGTH, REFERENCE_LENGTH

MOST_FACTS = 500
LONGEST_NUMBER = 40

Code = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
Reference = Annotated[str, Meta(min_length=1, max_length=REFERENCE_LENGTH)]
Note = Annotated[str, Meta(max_length=LONGEST_NOTE)]
Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)]
NumberText = Annotated[str, Meta(min_length=1, max_length=LONGEST_NUMBER)]
Whole = Annotated[int, Meta(ge=-(10**15), le=10**15)]
Facts = Annotated[dict[str, Any], Meta(max_length=MOST_FACTS)]
Codes = Annotated[list[Code], Meta(max_length=MOST_FACTS)]


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount of money: decimal text in the currency's major unit, never a float."""

    amount: Annotated[NumberText, Meta(examples=["25.00"])]
    currency: Annotated[str, Meta(min_length=3, max_length=3, description="ISO 4217.", examples=["EUR"])]


class OffersBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What can be offered, now, for this case?"""

    policy: Annotated[Code, says("The policy's code.", must.CODE, "shop_eu")]
    reason: Annotated[Code, says("One of the policy's reasons.", must.CODE, "late_delivery")]
    agent: Annotated[
        Code | None,
        says("Who serves the customer. An AI agent with its own token may leave it out.", must.OPTIONAL_CODE, "ana"),
    ] = None
    channel: Annotated[Code | None, says("Where the customer is served.", must.OPTIONAL_CODE, "chat")] = None
    customer: Annotated[
        Reference | None, says("The customer, as your system calls them.", must.OPTIONAL_REFERENCE, "C-20417")
    ] = None
    case: Annotated[
        Reference | None,
        says("The case, as your system calls it.", must.OPTIONAL_REFERENCE, "K-881"),
    ] = None
    facts: Annotated[
        Facts,
        says(
            "What is known, by the codes of the policy's facts. `null` says that a fact is known not to apply; a fact"
            " that is left out is unknown. Money is text in major units.",
            f"must be an object with at most {MOST_FACTS} facts by their codes",
            {"order_total": "82.50", "days_late": 3, "tier": "gold", "damaged": False},
        ),
    ] = {}
    verified: Annotated[
        Codes | None,
        says(
            "Codes of the facts that come from a system; left out: all of them. It counts only for a token with the"
            ' scope "facts".',
            "must be a list with codes of facts that are given",
            ["order_total"],
        ),
    ] = None


class ExceptionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Give the customer one of the offers of a decision."""

    decision: Annotated[Code, says("The decision that offered it.", must.CODE, "dec_01KAKZ3V8GQ4W2N6T7R5M9XCDE")]
    remedy: Annotated[Code, says("The code of the remedy.", must.CODE, "store_credit")]
    amount: Annotated[
        NumberText | Money | None,
        says(
            "How much, of a remedy in money: within what is offered, in its steps. It may be left out where the"
            " offer is exact.",
            must.AMOUNT,
            "12.50",
        ),
    ] = None
    quantity: Annotated[
        NumberText | Whole | None,
        says(
            "How much, of a remedy in a unit of its own.",
            must.QUANTITY,
            2,
        ),
    ] = None
    terms: Annotated[
        dict[Code, NumberText | Whole],
        says(
            "How far each further measure of the remedy goes, by its code; left out: as far as is offered.",
            must.TERMS,
            {"months": 6},
        ),
    ] = {}
    note: Annotated[
        Note | None,
        says("Why, in the agent's words.", must.NOTE, "Third delay."),
    ] = None
    agent: Annotated[Code | None, says("May be said again; it is the decision's.", must.OPTIONAL_CODE, "ana")] = None
    reason: Annotated[
        Code | None, says("May be said again; it is the decision's.", must.OPTIONAL_CODE, "late_delivery")
    ] = None
    told: Annotated[
        Note | None,
        says(
            "What the customer was told while somebody has to agree; approvers read it.",
            must.NOTE,
            "I have asked my supervisor; you hear from us by three.",
        ),
    ] = None
    when_approved: Annotated[
        Literal["hold", "grant"],
        says(
            "Where somebody has to agree: whether the last yes keeps it for the agent, or grants it at once.",
            "must be hold or grant",
            "hold",
        ),
    ] = "hold"
