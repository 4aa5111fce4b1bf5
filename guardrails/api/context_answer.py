"""Context: what answers say of the customer and the case, as msgspec structs."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.bodies import Money

Decimal = Annotated[str, Meta(description="Exact decimal text.", examples=["12.50"])]
Moment = Annotated[str, Meta(description="RFC 3339, with its offset.", examples=["2026-11-23T00:00:00+01:00"])]


class CustomerContext(Struct):
    """What this customer was given before."""

    exceptions_12_months: int
    given_12_months: Money
    open_follow_ups: Annotated[int, Meta(description="What is still owed to this customer afterwards.")]
    declined: Annotated[
        "list[Declined] | UnsetType", Meta(description="What somebody said no to, and is not told with the case.")
    ] = UNSET


class Quantity(Struct):
    """A number of a remedy's own unit."""

    quantity: Decimal
    unit: str


class Declined(Struct):
    """Somebody said no; asked again for the same case, it goes one level up."""

    remedy: str
    by: Annotated[str, Meta(description="The role that said it.")]
    at: Moment
    text: str


class EarlierException(Struct):
    """What was given, or asked for, in this case before."""

    exception: str
    remedy: str
    name: str
    at: Moment
    by: Annotated[str, Meta(description="The role that gave it.")]
    state: str
    note: str
    case: Annotated[str | UnsetType, Meta(description="Of a linked case: which one it was.")] = UNSET
    settlement: Annotated[
        Literal["pending", "sent", "confirmed", "failed", "reversed"] | UnsetType,
        Meta(description="Of what was granted: whether it has arrived, as the system that pays says."),
    ] = UNSET
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET
    declined: Declined | UnsetType = UNSET


class HandedOverFor(Struct):
    """The role that takes it up, or the policy's hand-over."""

    role: str
    name: str


class HandedOver(Struct, rename={"for_": "for"}):
    """Work on this case that was handed over and is not done."""

    work_item: str
    for_: HandedOverFor
    state: Literal["open", "claimed"]
    claimed_by: Annotated[str | None, Meta(description="Who has taken it up.")]
    due_at: Moment


class CaseContext(Struct):
    """What happened in this case, so that nobody repeats their story."""

    contacts: Annotated[int, Meta(description="How often the case came up, this time included.")]
    tried: list[str]
    earlier: list[EarlierException]
    linked: Annotated[
        list[str] | UnsetType,
        Meta(description="Cases that replace, split or duplicate it; everything counts over all of them."),
    ] = UNSET
    handed_over: Annotated[
        list[HandedOver] | UnsetType, Meta(description="What somebody else is to take care of already.")
    ] = UNSET


class Context(Struct):
    """What is known of the customer and the case that the question names."""

    customer: CustomerContext | UnsetType = UNSET
    case: CaseContext | UnsetType = UNSET
