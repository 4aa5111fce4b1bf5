"""Answers about approvals, as msgspec structs; the OpenAPI document is made of them."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.approval_parts import (
    AlreadyWaiting,
    ApprovalState,
    EarlierNo,
    HowMuch,
    LeftAfterAnswer,
    Proposal,
    Said,
    WaitsFor,
)
from guardrails.api.bodies import Money
from guardrails.api.context_answer import Context, Moment, Quantity
from guardrails.api.exceptions_answer import AgentInTeam, ExceptionAnswer
from guardrails.api.offers_answer import Approvers, Offer


class Seat(Struct):
    """One of those who must agree: anybody of these roles, or of a role above one of them."""

    position: int
    roles: list[str]
    state: Literal["waiting", "open", "approved", "closed"]
    claimed_by: Annotated[str | None, Meta(description="Who has taken it up.")]
    claimed_at: Moment | None
    due_at: Moment | None
    overdue: bool
    reminded_at: Moment | None
    escalated_from: Annotated[list[str], Meta(description="The roles that did not answer in time.")]


class MayDecide(Struct):
    """One of your agents who may decide it, and in which role; `for_agent` is whom they stand in for."""

    agent: str
    role: str
    for_agent: str | None


class Waiting(Struct, rename={"for_": "for"}):
    """What awaits one of your agents."""

    request: str
    exception: str
    policy: str
    remedy: str
    name: str
    cost: Annotated[Money, Meta(description="What it would take from budgets in money.")]
    customer: str | None
    case: str | None
    reason: str
    requested_by: AgentInTeam
    says: Annotated[str, Meta(description="Why, in the agent's words.")]
    state: Literal["open", "question"]
    waits_for: Annotated[WaitsFor, Meta(description="Whose move it is: yours, or of whoever is to answer a question.")]
    left_after_answer: LeftAfterAnswer
    question_due_at: Annotated[
        Moment | None, Meta(description="While a question stops the clock: when it runs on, answered or not.")
    ]
    seat: Seat
    for_: list[MayDecide]
    asked_again: Annotated[bool, Meta(description='Whether somebody said "no" before.')]
    created_at: Moment
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET


class WaitingPage(Struct):
    """The most urgent first; `next` is the address of the next page."""

    results: list[Waiting]
    next: str | None


class FactTold(Struct):
    """A fact as it was told; `used`: the rule depends on it."""

    fact: str
    name: str
    value: Any
    verified: bool
    personal: bool
    used: bool


class OfferedNow(Struct):
    """What is offered of it at this moment, with what its budgets have left; or why it would be refused."""

    offer: Offer | None
    why_not: str | None
    context: Context
    meanwhile: Annotated[list[Offer], Meta(description="What the agent can offer without asking.")]


class ApprovalAnswer(Struct):
    """A request with everything that it carries."""

    request: str
    state: ApprovalState
    exception: ExceptionAnswer
    requested_by: AgentInTeam
    needs: Approvers
    seats: list[Seat]
    asked_for: HowMuch
    alone: Annotated[HowMuch | None, Meta(description="What the role could have given without asking.")]
    agreed_to: Annotated[HowMuch | None, Meta(description="The least that those who agreed have agreed to.")]
    cost: Money
    beyond: Annotated[list[str], Meta(description="The budgets that it goes beyond.")]
    reserved: Annotated[bool, Meta(description="Whether its budgets were set aside when it was asked for.")]
    says: Annotated[str, Meta(description="Why, in the agent's words.")]
    told: Annotated[str, Meta(description="What the customer was told.")]
    when_approved: Literal["hold", "grant"]
    facts: list[FactTold]
    offered: Annotated[list[Offer], Meta(description="What was offered when it was asked for.")]
    now: OfferedNow | None
    history: list[Said]
    earlier_no: EarlierNo | None
    already_waiting: Annotated[list[AlreadyWaiting], Meta(description="What else waits for the same.")]
    due_at: Moment
    waits_for: WaitsFor | None
    left_after_answer: LeftAfterAnswer
    paused_at: Annotated[Moment | None, Meta(description="Since when a question stops the clock.")]
    question_due_at: Annotated[Moment | None, Meta(description="When it runs on, answered or not.")]
    created_at: Moment
    closed_at: Moment | None


class VotedAnswer(ExceptionAnswer, kw_only=True):
    """The exception as it then stands, and what was said."""

    request: str
    asks: Annotated[list[str], Meta(description="The roles that are asked from now on.")]
    vote: Said | UnsetType = UNSET
    claimed_by: str | UnsetType | None = UNSET
    proposal: Annotated[
        Proposal | UnsetType,
        Meta(description="What was proposed instead: an approved exception, for the agent to take."),
    ] = UNSET


class AmendedAnswer(ExceptionAnswer, kw_only=True):
    """The exception as it then stands; `asked_anew`: what was agreed to is void, and it awaits approval again."""

    request: str | None
    asks: Annotated[list[str], Meta(description="The roles that are asked now.")]
    asked_anew: bool
    text: Annotated[str | UnsetType, Meta(description="What else can be done now.")] = UNSET
    meanwhile: list[Offer] | UnsetType = UNSET
