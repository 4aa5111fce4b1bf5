"""What a payer says of a settlement, and what it is answered."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from guardrails.api.bodies import VALID, Code, Money, Note, NumberText, Reference, Whole
from guardrails.api.exception_detail_answer import Mismatch
from guardrails.api.exceptions_answer import ExceptionAnswer


def _field(what: str, valid: str, *examples: Any) -> Meta:
    return Meta(description=what, examples=list(examples), extra={VALID: valid})


class SettlementBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of the payment or delivery of an exception."""

    exception: Annotated[
        Code, _field("The exception.", "must be text of 1 to 64 characters", "exc_01KAKZ3V8GQ4W2N6T7R5M9XCDE")
    ]
    event: Annotated[
        Literal["sent", "confirmed", "failed", "bounced", "returned"],
        _field(
            "What became of it: bounced is what had arrived and came back, returned what was taken back since.",
            "must be sent, confirmed, failed, bounced or returned",
            "confirmed",
        ),
    ]
    reference: Annotated[
        Reference | None,
        _field("What you call it.", "must be text of 1 to 128 characters, or left out", "PAY-2026-0881"),
    ] = None
    amount: Annotated[
        NumberText | Money | None,
        _field(
            "How much was paid, of a remedy in money. Where it is not what is due, the answer says so.",
            'must be money as text in major units, such as "12.50", or an object with amount and currency',
            "12.50",
        ),
    ] = None
    quantity: Annotated[
        NumberText | Whole | None,
        _field("The same, of a remedy in its own unit.", "must be a whole number or a decimal as text", 500),
    ] = None
    note: Annotated[
        Note | None,
        _field("Why it failed, for example.", "must be text of at most 2000 characters, or left out", "Card expired."),
    ] = None
    at: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        _field("When it was; left out: now.", "must be RFC 3339 with a time zone", "2026-06-15T12:00:00Z"),
    ] = None


class SettlementAnswer(ExceptionAnswer, kw_only=True):
    """The exception as it then stands."""

    mismatch: Annotated[Mismatch | None, Meta(description="Where another amount was paid than was due.")]
    because: Annotated[str | None, Meta(description="What you said of it.")]
