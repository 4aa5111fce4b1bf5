"""Bodies about what is owed afterwards, how it turned out, and what is handed over."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from guardrails.api import field_words as must
from guardrails.api.bodies import Code, Note, Reference, Text
from guardrails.api.field_words import says

MOST_SAID = 200

Satisfied = Annotated[int, Meta(ge=1, le=5)]
Effort = Annotated[int, Meta(ge=1, le=7)]
Recommend = Annotated[int, Meta(ge=0, le=10)]
RootCause = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,63}$")]


AgentField = Annotated[
    Code | None,
    says("Who does it. Left out: its owner, or the one agent whose own token it is.", must.OPTIONAL_CODE, "ana"),
]
TakerField = Annotated[
    Code | None,
    says("Who does it, a person of the role. Their own token may leave it out.", must.OPTIONAL_CODE, "sofia"),
]


class OutcomeFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How it turned out. What is left out or null is not known."""

    reached: Annotated[
        bool | None, says("Whether the customer was reached.", "must be true, false or left out", True)
    ] = None
    satisfied: Annotated[
        Satisfied | None,
        says("How satisfied they are, 5 is very.", "must be a whole number from 1 to 5, or left out", 4),
    ] = None
    effort: Annotated[
        Effort | None,
        says("How easy it was made for them, 7 is very.", "must be a whole number from 1 to 7, or left out", 6),
    ] = None
    recommend: Annotated[
        Recommend | None,
        says("Whether they would recommend us, 10 is surely.", "must be a whole number from 0 to 10, or left out", 9),
    ] = None
    contacted_again: Annotated[
        bool | None,
        says(
            "Whether they had to contact us again about the same thing. Where nobody says it, it is derived.",
            "must be true, false or left out",
            False,
        ),
    ] = None
    stayed: Annotated[
        Literal["stayed", "left"] | None,
        says("Whether they are still a customer.", "must be stayed, left or left out", "stayed"),
    ] = None
    root_cause: Annotated[
        RootCause | None,
        says(
            "What went wrong in the first place, as a code of your own.",
            "must be lower snake case of at most 64 characters, such as carrier_delay, or left out",
            "carrier_delay",
        ),
    ] = None
    words: Annotated[
        Note | None,
        says("What they said, in their words.", must.OPTIONAL_NOTE, "It came after all."),
    ] = None


class HandOnBody(Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a follow-up goes: an agent, or everybody in a role."""

    note: Annotated[Text, says("What they have to know.", must.TEXT, "I am away; she prefers to be called after six.")]
    to_agent: Annotated[
        Code | None, says("An active agent with a role in the policy; this or to_role.", must.OPTIONAL_CODE, "ben")
    ] = None
    to_role: Annotated[
        Code | None, says("A role of the policy; this or to_agent.", must.OPTIONAL_CODE, "supervisor")
    ] = None
    agent: AgentField = None


class FollowUpDoneBody(OutcomeFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A follow-up was done, and this is how it turned out."""

    reached: Annotated[bool, says("Whether the customer was reached.", "must be true or false", True)]
    agent: AgentField = None


class OutcomeBody(OutcomeFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an exception, or a case as a whole, turned out; at least one thing about it."""

    id: Annotated[Reference, says("What you call it; the same id again changes nothing.", must.REFERENCE)]
    exception: Annotated[
        Code | None,
        says("The exception; this, or policy and case.", must.OPTIONAL_CODE, "exc_01KAKZ4C0M3B8J5Y2E7S9TVAWF"),
    ] = None
    policy: Annotated[Code | None, says("The policy of the case.", must.OPTIONAL_CODE, "shop_eu")] = None
    case: Annotated[
        Reference | None,
        says("The case as a whole.", must.OPTIONAL_REFERENCE, "K-881"),
    ] = None
    source: Annotated[
        Literal["survey", "system"], says("Who told it.", "must be survey, system or left out", "survey")
    ] = "survey"
    at: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        says("When it was said; left out: now.", must.MOMENT, "2026-06-15T12:00:00Z"),
    ] = None


class SaidBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody said."""

    by: Annotated[Code, says("Who: the customer, an agent, a bot.", must.CODE, "customer")]
    text: Annotated[Text, says("What.", must.TEXT, "My husband died on Sunday.")]


SaidList = Annotated[list[SaidBody], Meta(max_length=MOST_SAID)]


class HandOverBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision is handed over to people, with all that was said."""

    decision: Annotated[Code, says("What was asked and answered.", must.CODE, "dec_01KAKZ3V8GQ4W2N6T7R5M9XCDE")]
    note: Annotated[
        Note | None, says("Why it is handed over.", must.OPTIONAL_NOTE, "She wants to keep the number.")
    ] = None
    said: Annotated[
        SaidList | Text | None,
        says(
            "What was said so far, in order; or one text.",
            f'must be text, or a list of at most {MOST_SAID} objects such as {{"by": "customer", "text": "…"}}',
            [{"by": "customer", "text": "My husband died on Sunday."}],
        ),
    ] = None
    to: Annotated[
        Code | None,
        says(
            'A role with people in it, or "handover". Left out: the next one up the ladder.',
            must.OPTIONAL_CODE,
            "supervisor",
        ),
    ] = None


class TakeUpBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes a work item up, or puts it back."""

    agent: TakerField = None


class WorkItemDoneBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How a work item ended."""

    outcome: Annotated[Text, says("How it ended.", must.TEXT, "The contract was ended; she keeps the number.")]
    agent: TakerField = None
