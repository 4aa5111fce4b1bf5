"""The answer that tells one exception whole: as it stands, what came of it, and for auditors its trace."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.bodies import Money
from guardrails.api.context_answer import Context, Decimal, Moment, Quantity
from guardrails.api.exceptions_answer import ExceptionAnswer, HowMuch
from guardrails.api.follow_ups_answer import FollowUpAnswer, OutcomeAnswer, RepeatContactAnswer
from guardrails.api.offers_answer import Offer, OffersAnswer


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
