"""Bodies of votes and changes, as msgspec structs."""

from typing import Annotated

from msgspec import Struct

from guardrails.api import field_words as must
from guardrails.api.bodies import Code, Money, Note, NumberText, Text, Whole
from guardrails.api.field_words import says

Agent = Annotated[
    Code | None, says("Who says it. An agent's own token may leave it out.", must.OPTIONAL_CODE, "sam@example.com")
]


class ClaimBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Take a request up, or put it back."""

    agent: Agent = None


class ApproveBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A yes: to all that is asked for, or to less."""

    agent: Agent = None
    amount: Annotated[NumberText | Money | None, says("How much; left out: all of it.", must.AMOUNT, "20.00")] = None
    quantity: Annotated[NumberText | Whole | None, says("How much; left out: all of it.", must.QUANTITY, 2)] = None
    text: Annotated[Note | None, says("What the agent is told.", must.NOTE, "Fine.")] = None


class SayBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A no, a question or an answer, in words."""

    text: Annotated[Text, says("What is said.", must.TEXT, "They were refunded in May for the same parcel.")]
    agent: Agent = None


class CounterBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Something else instead: of what is offered now, and within the approver's reach."""

    remedy: Annotated[Code, says("What to give instead.", must.CODE, "store_credit")]
    text: Annotated[Text, says("Why.", must.TEXT, "A replacement is what they need.")]
    say: Annotated[
        Note | None,
        says(
            "What the customer may be told; left out: what the policy says.",
            must.NOTE,
            "We'll send you a new one today.",
        ),
    ] = None
    agent: Agent = None
    amount: Annotated[NumberText | Money | None, says("How much, of a remedy in money.", must.AMOUNT, "20.00")] = None
    quantity: Annotated[
        NumberText | Whole | None, says("How much, of a remedy in a unit of its own.", must.QUANTITY, 2)
    ] = None
    terms: Annotated[
        dict[Code, NumberText | Whole],
        says("How far each further measure goes, by its code.", "must be an object with numbers", {"months": 3}),
    ] = {}


class AmendBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Change what awaits approval or is approved; what is left out stays as it is."""

    agent: Agent = None
    amount: Annotated[NumberText | Money | None, says("How much instead.", must.AMOUNT, "35.00")] = None
    quantity: Annotated[NumberText | Whole | None, says("How much instead.", must.QUANTITY, 2)] = None
    note: Annotated[Note | None, says("Why, in the agent's words.", must.NOTE, "Hm.")] = None
    told: Annotated[
        Note | None,
        says("What the customer was told.", must.NOTE, "I'll ask."),
    ] = None
