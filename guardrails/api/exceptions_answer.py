"""Answers about exceptions, as msgspec structs; the OpenAPI document is made of them."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.approval_parts import AlreadyWaiting, AwaitedApproval
from guardrails.api.bodies import Money
from guardrails.api.context_answer import Decimal, Moment, Quantity
from guardrails.api.offers_answer import AgentNamed, BudgetLeft, FollowUp, Offer, PolicyNamed, RuleNamed

State = Literal[
    "held",
    "awaiting_approval",
    "approved",
    "granted",
    "reversed",
    "declined",
    "countered",
    "timed_out",
    "voided",
    "expired",
]
Terms = Annotated[dict[str, str], Meta(description="Further measures of the remedy, by their codes.")]


class GrantAnswer(Struct):
    """What was granted, or awaits approval."""

    exception: str
    state: State
    decision: str
    policy: PolicyNamed
    agent: AgentNamed
    customer: str | None
    case: str | None
    reason: str
    remedy: str
    name: str
    kind: str
    approval: AwaitedApproval | None
    budgets: Annotated[list[BudgetLeft], Meta(description="What is left of each budget afterwards.")]
    say: Annotated[str, Meta(description="What may be said to the customer; never a limit.")]
    guidance: str
    follow_up: FollowUp | None
    rule: RuleNamed
    note: str
    created_at: Moment
    granted_at: Moment | None
    expires_at: Annotated[Moment | None, Meta(description="Until when it is held, where it is.")]
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET
    terms: Terms | UnsetType = UNSET
    asks: Annotated[list[str] | UnsetType, Meta(description="Of a request: the roles that are asked.")] = UNSET
    meanwhile: Annotated[
        list[Offer] | UnsetType, Meta(description="Of a request: what can be offered now, without asking.")
    ] = UNSET
    already_waiting: Annotated[
        list[AlreadyWaiting] | UnsetType, Meta(description="Of a request: those that wait for the same already.")
    ] = UNSET


class AgentInTeam(Struct):
    """Who gave it, in which role and team, as they were then."""

    id: str
    role: str
    team: str


class HowMuch(Struct):
    """An amount with its currency, or a quantity with its unit."""

    amount: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    quantity: Decimal | UnsetType = UNSET
    unit: str | UnsetType = UNSET


class Reversed(Struct):
    """What was taken back."""

    cost: Annotated[Money, Meta(description="What was given back to budgets in money.")]
    by: Annotated[str | None, Meta(description="The agent who took it back last.")]
    because: Annotated[str | None, Meta(description="The reason that was given for it.")]
    owed_back: Annotated[
        HowMuch | None, Meta(description="What had been paid by then, and is to come back to who pays.")
    ]
    came_back: Annotated[HowMuch | None, Meta(description="How much of that has, as the payer says.")]
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET


class Settled(Struct):
    """Whether it has arrived, as the system that pays says."""

    state: Literal["pending", "sent", "confirmed", "failed", "reversed"]
    since: Moment | None
    reference: Annotated[str | None, Meta(description="What the system that pays calls it.")]
    amount: Annotated[HowMuch | None, Meta(description="How much it says it paid, where it said so.")]
    note: str | None


class ExceptionAnswer(Struct):
    """One exception as it stands."""

    exception: str
    state: State
    decision: str
    policy: PolicyNamed
    agent: AgentInTeam
    customer: str | None
    case: str | None
    channel: str | None
    reason: str
    remedy: str
    rule: str
    cost: Annotated[Money, Meta(description="What it takes from budgets in money.")]
    approval: AwaitedApproval | None
    expires_at: Annotated[Moment | None, Meta(description="Until when it is held, or its approval holds.")]
    reversed: Reversed | None
    settlement: Settled | None
    arises_from: Annotated[str | None, Meta(description="The request that this answers with another proposal.")]
    note: str
    client: Annotated[str, Meta(description="The id of the token through which it was made.")]
    created_at: Moment
    granted_at: Moment | None
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET
    terms: Terms | UnsetType = UNSET


class ExceptionPage(Struct):
    """Exceptions, newest first; `next` is the address of the next page."""

    results: list[ExceptionAnswer]
    next: str | None
