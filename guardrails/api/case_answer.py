"""Answers that hold a whole case: a follow-up or a work item with all that there is to know."""

from typing import Annotated

from msgspec import Meta

from guardrails.api.exceptions_answer import ExceptionAnswer
from guardrails.api.follow_ups_answer import (
    Escalations,
    Facts,
    FollowUpAnswer,
    NextEscalation,
    OutcomeAnswer,
    RepeatContactAnswer,
    SaidAnswer,
    WorkItemAnswer,
)
from guardrails.api.offers_answer import OffersAnswer

History = Annotated[list[ExceptionAnswer], Meta(description="Other exceptions of the case and those linked with it.")]


class FollowUpDetail(FollowUpAnswer, kw_only=True):
    """A follow-up with all that somebody has to know before they call."""

    about: Annotated[ExceptionAnswer, Meta(description="The exception after which it is owed.")]
    say: Annotated[str, Meta(description="What the customer could be told when it was granted.")]
    case_history: History
    outcomes: list[OutcomeAnswer]
    contacted_again: bool | None
    repeat_contacts: list[RepeatContactAnswer]
    escalations: Escalations
    next_escalation: NextEscalation


class WorkItemDetail(WorkItemAnswer, kw_only=True, rename={"for_": "for", "from_": "from"}):
    """A work item with the whole case; the customer says nothing twice."""

    said: list[SaidAnswer]
    channel: str | None
    facts: Facts
    answer: Annotated[OffersAnswer, Meta(description="What could be offered to whoever handed it over.")]
    case_history: History
    escalations: Escalations
    next_escalation: NextEscalation
