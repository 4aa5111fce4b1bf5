"""What answers about exceptions and about approvals share, as msgspec structs."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.bodies import Money
from guardrails.api.context_answer import Moment, Quantity
from guardrails.api.offers_answer import Approvers, Duration

ApprovalState = Literal["open", "question", "approved", "declined", "countered", "timed_out", "voided"]
WaitsFor = Literal["approvers", "requester"]
LeftAfterAnswer = Annotated[
    Duration | None, Meta(description="The business time that approvers have once their question is answered.")
]
Verdict = Literal["approve", "approve_less", "counter", "decline", "ask", "answer"]


class EarlierNo(Struct):
    """Somebody said no before, for the same case; asked again, it goes one level up."""

    request: str
    exception: str
    agent: str
    role: str
    at: Moment
    text: str
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET


class Proposal(Struct):
    """What an approver proposed instead: an approved exception of its own."""

    exception: Annotated[str, Meta(description="Grant this one, or void it.")]
    remedy: str
    name: str
    expires_at: Annotated[Moment | None, Meta(description="Until when it is kept.")]
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET


class AlreadyWaiting(Struct):
    """Another request for the same remedy that waits: for the chain of cases, or for the customer without a case."""

    request: str
    exception: str
    agent: Annotated[str, Meta(description="Who asked for it.")]
    asks: Annotated[list[str], Meta(description="The roles that are asked now.")]
    until: Moment
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET


class HowMuch(Struct):
    """An amount, a quantity, or neither, as the remedy's unit says."""

    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET


class Said(Struct):
    """What somebody said, in which role; `for_agent` is whom they stood in for."""

    verdict: Verdict
    agent: str
    role: str
    for_agent: str | None
    at: Moment
    text: str
    say: Annotated[str | UnsetType, Meta(description="What the customer may be told of what is proposed.")] = UNSET
    remedy: Annotated[str | UnsetType, Meta(description="What is proposed instead.")] = UNSET
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET
    proposal: Annotated[
        Proposal | UnsetType, Meta(description="Where the agent finds what was proposed instead, in an outcome.")
    ] = UNSET


class AwaitedApproval(Struct):
    """Whose yes is awaited, and until when; or what came of it."""

    by: Approvers
    answer_within: Annotated[Duration | None, Meta(description="Counted while somebody is there.")]
    until: Moment | None
    request: Annotated[str | None, Meta(description="Read it at /api/v1/approvals/.")]
    state: ApprovalState
    waits_for: Annotated[
        WaitsFor | None,
        Meta(description="Whose move it is: that of those who are asked, or of whoever is to answer their question."),
    ]
    asks: Annotated[list[str], Meta(description="The roles that are asked now, also while their question is open.")]
    asked_later: Annotated[list[str], Meta(description="The roles that are asked once those of now have agreed.")]
    asked_for: Annotated[HowMuch | None, Meta(description="How much was asked for, whatever was agreed to.")]
    told: Annotated[str, Meta(description="What the customer was told.")]
    question: Annotated[Said | None, Meta(description="What an approver wants to know; also late it can be answered.")]
    question_until: Annotated[
        Moment | None, Meta(description="Until when the answer is due and no time runs; then it runs on by itself.")
    ]
    left_after_answer: LeftAfterAnswer
    agreed: Annotated[list[Said], Meta(description="Everybody who has agreed, in order.")]
    outcome: Annotated[Said | None, Meta(description="What was said last, where that decided it.")]
    earlier_no: EarlierNo | None
    say: Annotated[
        str | None,
        Meta(
            description="What may be said to the customer by now; never a limit. null: it is over, or was decided"
            " before such words were kept."
        ),
    ]
