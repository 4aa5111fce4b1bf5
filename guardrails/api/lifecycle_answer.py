"""Answers about what happened to an exception, as msgspec structs; the OpenAPI document is made of them."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.bodies import Money
from guardrails.api.context_answer import Quantity
from guardrails.api.exceptions_answer import ExceptionAnswer, GrantAnswer
from guardrails.api.offers_answer import BudgetLeft, FollowUp, Offer, OffersAnswer, RuleNamed
from guardrails.api.problem_answer import FaultAnswer


class HoldRefused(Struct):
    """Why nothing is held; the offers are answered all the same."""

    code: Annotated[str, Meta(description="The kind of problem.", examples=["out_of_range"])]
    title: str
    detail: str
    errors: Annotated[list[FaultAnswer], Meta(description="What of the wish is not valid, and what would be.")]
    alternatives: Annotated[list[Offer] | UnsetType, Meta(description="What can be offered instead.")] = UNSET


class HoldOutcome(Struct):
    """What became of the wish to hold an offer: either of the two."""

    held: GrantAnswer | UnsetType = UNSET
    refused: HoldRefused | UnsetType = UNSET


class AskAnswer(OffersAnswer):
    """Everything that may be offered now; `hold` where one of the offers was to be held."""

    hold: HoldOutcome | UnsetType = UNSET


class GrantedAnswer(ExceptionAnswer, kw_only=True):
    """The exception that was held or approved, as it was granted."""

    rule: RuleNamed  # type: ignore[assignment]
    name: str
    kind: str
    budgets: Annotated[list[BudgetLeft], Meta(description="What is left of each budget afterwards.")]
    say: Annotated[str, Meta(description="What may be said to the customer; never a limit.")]
    guidance: str
    follow_up: FollowUp | None
    decided_again: Annotated[bool, Meta(description="Whether its time was over, so that it was decided anew.")]
    text: Annotated[str | UnsetType, Meta(description="What that meant, in words.")] = UNSET


class TakenBack(Struct):
    """What was taken back this time."""

    cost: Annotated[Money, Meta(description="What was given back to budgets in money.")]
    amount: Money | UnsetType = UNSET
    quantity: Quantity | UnsetType = UNSET


class ReversedAnswer(ExceptionAnswer, kw_only=True):
    """The exception as it stands after all or a part of it was taken back."""

    taken_back: TakenBack
