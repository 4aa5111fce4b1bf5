"""Answers about exceptions, as msgspec structs; the OpenAPI document is made of them."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.approval_parts import AlreadyWaiting, AwaitedApproval
from guardrails.api.bodies import Money
from guardrails.api.context_answer import Context, Decimal, Moment, Quantity
from guardrails.api.follow_ups_answer import FollowUpAnswer, OutcomeAnswer, RepeatContactAnswer
from guardrails.api.offers_answer import AgentNamed, BudgetLeft, FollowUp, Offer, OffersAnswer, PolicyNamed, RuleNamed

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


class FactTraced(Struct):
    """A fact as it was given."""

    fact: str
    name: str
    value: Any
    verified: bool
    personal: bool


class QuestionTraced(Struct):
    """What was asked, and what was known."""

    asked_at: Moment
    decided_at: Moment
    reason: str
    channel: str
    facts: list[FactTraced]
    history: Annotated[dict[str, int | None], Meta(description="History facts: counts, or money in minor units.")]
    context: Context


class VersionTraced(Struct):
    """The version that allowed it."""

    number: int
    hash: str
    published_at: Moment
    published_by: str | None
    note: str


class ConditionTraced(Struct, rename={"is_": "is"}):
    """A condition that held, and the value for which it did."""

    fact: str
    name: str
    needs: str
    is_: str | None


class RuleTraced(Struct):
    """The rule that allowed it."""

    code: str
    name: str
    sentence: str
    conditions: list[ConditionTraced]


class BudgetTraced(Struct):
    """A budget before and after; `key` says whose it is."""

    code: str
    name: str
    scope: str
    measure: Literal["money", "count"]
    key: str
    starts_on: str
    limit: Decimal
    before: Decimal
    after: Decimal


class Mismatch(Struct):
    """What was due when it was paid, and what was paid, where these differ."""

    due: HowMuch
    paid: HowMuch


class PaymentTraced(Struct):
    """What the system that pays said; also where it could not be, and was refused and kept."""

    state: Annotated[
        Literal["", "pending", "sent", "confirmed", "failed", "reversed"],
        Meta(description="What the settlement then was; empty: nothing was to be paid."),
    ]
    reference: Annotated[str | None, Meta(description="What the system that pays calls it.")]
    paid: Annotated[HowMuch | None, Meta(description="How much it said that it paid; null: it did not say.")]
    mismatch: Mismatch | None
    came_back: Annotated[HowMuch | None, Meta(description="How much of what was taken back has come back by then.")]
    refused: Annotated[str | None, Meta(description="What it said that could not be, such as `confirmed`.")]


class EventTraced(Struct):
    """A record of the audit log."""

    id: str
    at: Moment
    kind: str
    actor: str
    on_behalf_of: str
    client: str
    request_id: str
    digest: str
    why: Annotated[str | None, Meta(description="The reason that was given for it, where one was.")]
    role: Annotated[str | None, Meta(description="The role in which an approver spoke.")]
    amount: Annotated[Money | None, Meta(description="How much it then was, or was taken back; null: not said.")]
    quantity: Annotated[Quantity | None, Meta(description="The same, of a remedy that is not in money.")]
    payment: Annotated[PaymentTraced | None, Meta(description="Of an event of the settlement: what was said.")]
    budgets: Annotated[list[BudgetTraced], Meta(description="Each budget that it moved, before and after.")]


class ChangeDetail(Struct):
    """One field of a change."""

    field: str
    before: Any
    after: Any


class ChangeTraced(Struct):
    """What managers changed of the rows behind it, by whom and why."""

    at: Moment
    what: str
    kind: str
    by: str | None
    why: str | None
    since: Annotated[bool, Meta(description="Whether it came after the version was published.")]
    details: list[ChangeDetail]


class LinkTraced(Struct):
    """That one case replaces, splits or duplicates another, and who said so."""

    case: str
    kind: Literal["replaces", "splits", "duplicates"]
    other: str
    linked_at: Moment
    linked_by: str


class LinkedTraced(Struct):
    """The cases that belong together with that of the exception, itself included, as they do now."""

    cases: list[str]
    links: list[LinkTraced]


class Trace(Struct):
    """Everything that led to the exception, and everything that happened since."""

    question: QuestionTraced
    answer: OffersAnswer
    version: VersionTraced
    rule: RuleTraced
    budgets: list[BudgetTraced]
    linked: Annotated[LinkedTraced | None, Meta(description="null: the case stands for itself, or there is none.")]
    events: list[EventTraced]
    changes: list[ChangeTraced]


class ExceptionDetail(ExceptionAnswer, kw_only=True):
    """One exception as it stands, and what came of it; `trace` is for a token with the scope "audit"."""

    follow_ups: list[FollowUpAnswer]
    outcomes: Annotated[list[OutcomeAnswer], Meta(description="How it turned out, and how its case did.")]
    contacted_again: Annotated[
        bool | None,
        Meta(
            description="Whether the customer had to contact us again about it: as somebody said, or else as"
            " the case's later contacts show; null while that is not known yet."
        ),
    ]
    repeat_contacts: list[RepeatContactAnswer]
    trace: Trace | UnsetType = UNSET
    meanwhile: Annotated[
        list[Offer] | UnsetType, Meta(description="While it awaits approval: what can be offered now, without asking.")
    ] = UNSET
