"""Answers about follow-ups, outcomes and work items, as msgspec structs; the OpenAPI document is made of them."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from guardrails.api.context_answer import Moment

EscalatedTo = Annotated[str | None, Meta(description="The role that was told last that it is overdue.")]


class Told(Struct):
    """A role, and when it was or is told that something is overdue."""

    role: str
    at: Moment


Escalations = Annotated[list[Told], Meta(description="The roles that were told that it is overdue, in order.")]
NextEscalation = Annotated[
    Told | None, Meta(description="Which role is told next, unless it is done before; null where nobody is above.")
]


class Owner(Struct):
    """Who has to see to it: an agent, or, where that is null, everybody in the role."""

    agent: str | None
    role: str


class HandedOn(Struct, rename={"from_": "from"}):
    """One step from hand to hand."""

    at: Moment
    by: str
    from_: Owner
    to: Owner
    note: str


class FollowUpAnswer(Struct):
    """What is still owed to the customer, by whom and until when."""

    follow_up: str
    state: Literal["open", "done", "cancelled"]
    overdue: Annotated[bool, Meta(description="Whether it should have been done by now.")]
    what: str
    due_at: Moment
    exception: str
    policy: str
    customer: str | None
    case: str | None
    owner: Owner
    escalated_to: EscalatedTo
    handed_on: list[HandedOn]
    created_at: Moment
    closed_at: Moment | None


class FollowUpPage(Struct):
    """Follow-ups, what is due first comes first; `next` is the address of the next page."""

    results: list[FollowUpAnswer]
    next: str | None


class OutcomeAnswer(Struct):
    """How it turned out; null is not known."""

    outcome: str
    id: Annotated[str | None, Meta(description="What the system that told it calls it.")]
    exception: str | None
    follow_up: str | None
    case: str | None
    source: Literal["agent", "survey", "system"]
    reached: bool | None
    satisfied: Annotated[int | None, Meta(description="From 1 to 5.")]
    effort: Annotated[int | None, Meta(description="From 1 to 7; 7 is without effort.")]
    recommend: Annotated[int | None, Meta(description="From 0 to 10.")]
    contacted_again: bool | None
    stayed: Literal["stayed", "left"] | None
    root_cause: str | None
    at: Moment
    words: Annotated[
        str | UnsetType | None, Meta(description="The customer's own words, for those who read the exception.")
    ] = UNSET


class RepeatContactAnswer(Struct):
    """A contact about the same thing after the grant."""

    on: str
    agent: str
    channel: str | None
    decision: str


class FollowUpDone(FollowUpAnswer, kw_only=True):
    """A follow-up that was done, and its outcome."""

    outcome: OutcomeAnswer


class Receiver(Struct):
    """For whom a work item is; the role is "handover" where the ladder of roles ends."""

    role: str
    name: str


class HandedOverBy(Struct):
    """From whom it came, in which role and team."""

    agent: str
    role: str
    team: str


class Ended(Struct):
    """How a work item ended."""

    text: str


class WorkItemAnswer(Struct, rename={"for_": "for", "from_": "from"}):
    """A case that was handed over."""

    work_item: str
    state: Literal["open", "claimed", "done"]
    overdue: bool
    policy: str
    for_: Receiver
    from_: HandedOverBy
    decision: str
    customer: str | None
    case: str | None
    reason: str
    note: str
    claimed_by: str | None
    claimed_at: Moment | None
    due_at: Moment
    escalated_to: EscalatedTo
    outcome: Ended | None
    created_at: Moment
    closed_at: Moment | None


class WorkItemPage(Struct):
    """Work items, what is due first comes first; `next` is the address of the next page."""

    results: list[WorkItemAnswer]
    next: str | None


class SaidAnswer(Struct):
    """What somebody said."""

    by: str
    text: str


Facts = Annotated[dict[str, Any], Meta(description="What was known, by the codes of the policy's facts.")]
