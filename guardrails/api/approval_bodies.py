"""Bodies of votes and changes, as msgspec structs."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from guardrails.api.bodies import LONGEST_NOTE, VALID, Code, Money, Note, NumberText, Whole

_OFTEN = "must be text of 1 to 64 characters, or left out"
_AMOUNT = 'must be money as text in major units, such as "12.50", or an object with amount and currency'
_QUANTITY = 'must be a whole number, or a decimal as text, such as 2 or "2.5"'
_TEXT = f"must be text of 1 to {LONGEST_NOTE} characters"


def _field(what: str, valid: str, *examples: Any) -> Meta:
    return Meta(description=what, examples=list(examples), extra={VALID: valid})


Agent = Annotated[Code | None, _field("Who says it. An agent's own token may leave it out.", _OFTEN, "sam@example.com")]
Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)]


class ClaimBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Take a request up, or put it back."""

    agent: Agent = None


class ApproveBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A yes: to all that is asked for, or to less."""

    agent: Agent = None
    amount: Annotated[NumberText | Money | None, _field("How much; left out: all of it.", _AMOUNT, "20.00")] = None
    quantity: Annotated[NumberText | Whole | None, _field("How much; left out: all of it.", _QUANTITY, 2)] = None
    text: Annotated[
        Note | None, _field("What the agent is told.", f"must be text of at most {LONGEST_NOTE} characters", "Fine.")
    ] = None


class SayBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A no, a question or an answer, in words."""

    text: Annotated[Text, _field("What is said.", _TEXT, "They were refunded in May for the same parcel.")]
    agent: Agent = None


class CounterBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Something else instead: of what is offered now, and within the approver's reach."""

    remedy: Annotated[Code, _field("What to give instead.", "must be text of 1 to 64 characters", "store_credit")]
    text: Annotated[Text, _field("Why.", _TEXT, "A replacement is what they need.")]
    say: Annotated[
        Note | None,
        _field(
            "What the customer may be told; left out: what the policy says.",
            f"must be text of at most {LONGEST_NOTE} characters",
            "We'll send you a new one today.",
        ),
    ] = None
    agent: Agent = None
    amount: Annotated[NumberText | Money | None, _field("How much, of a remedy in money.", _AMOUNT, "20.00")] = None
    quantity: Annotated[
        NumberText | Whole | None, _field("How much, of a remedy in a unit of its own.", _QUANTITY, 2)
    ] = None
    terms: Annotated[
        dict[Code, NumberText | Whole],
        _field("How far each further measure goes, by its code.", "must be an object with numbers", {"months": 3}),
    ] = {}


class AmendBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Change what awaits approval or is approved; what is left out stays as it is."""

    agent: Agent = None
    amount: Annotated[NumberText | Money | None, _field("How much instead.", _AMOUNT, "35.00")] = None
    quantity: Annotated[NumberText | Whole | None, _field("How much instead.", _QUANTITY, 2)] = None
    note: Annotated[
        Note | None, _field("Why, in the agent's words.", f"must be text of at most {LONGEST_NOTE} characters", "Hm.")
    ] = None
    told: Annotated[
        Note | None,
        _field("What the customer was told.", f"must be text of at most {LONGEST_NOTE} characters", "I'll ask."),
    ] = None
