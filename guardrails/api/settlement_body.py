"""What a payer says of a settlement."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from guardrails.api import field_words as must
from guardrails.api.bodies import Code, Money, Note, NumberText, Reference, Whole
from guardrails.api.field_words import says


class SettlementBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of the payment or delivery of an exception."""

    exception: Annotated[Code, says("The exception.", must.CODE, "exc_01KAKZ3V8GQ4W2N6T7R5M9XCDE")]
    event: Annotated[
        Literal["sent", "confirmed", "failed", "bounced", "returned"],
        says(
            "What became of it: bounced is what had arrived and came back, returned what was taken back since.",
            "must be sent, confirmed, failed, bounced or returned",
            "confirmed",
        ),
    ]
    reference: Annotated[
        Reference | None,
        says("What you call it.", must.OPTIONAL_REFERENCE, "PAY-2026-0881"),
    ] = None
    amount: Annotated[
        NumberText | Money | None,
        says(
            "How much was paid, of a remedy in money. Where it is not what is due, the answer says so.",
            must.AMOUNT,
            "12.50",
        ),
    ] = None
    quantity: Annotated[
        NumberText | Whole | None,
        says("The same, of a remedy in its own unit.", "must be a whole number or a decimal as text", 500),
    ] = None
    note: Annotated[
        Note | None,
        says("Why it failed, for example.", must.OPTIONAL_NOTE, "Card expired."),
    ] = None
    at: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        says("When it was; left out: now.", must.MOMENT, "2026-06-15T12:00:00Z"),
    ] = None
