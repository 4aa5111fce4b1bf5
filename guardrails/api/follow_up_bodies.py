"""Bodies about what is owed afterwards, how it turned out, and what is handed over."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from guardrails.api.bodies import LONGEST_NOTE, VALID, Code, Note, Reference

MOST_SAID = 200
_CODE = "must be text of 1 to 64 characters"
_OFTEN = f"{_CODE}, or left out"
_TEXT = f"must be text of 1 to {LONGEST_NOTE} characters"
_WORDS = f"must be text of at most {LONGEST_NOTE} characters, or left out"

Text = Annotated[str, Meta(min_length=1, max_length=LONGEST_NOTE)]
Satisfied = Annotated[int, Meta(ge=1, le=5)]
Effort = Annotated[int, Meta(ge=1, le=7)]
Recommend = Annotated[int, Meta(ge=0, le=10)]
RootCause = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,63}$")]


def _field(what: str, valid: str, *examples: Any) -> Meta:
    return Meta(description=what, examples=list(examples), extra={VALID: valid})


AgentField = Annotated[
    Code | None,
    _field("Who does it. Left out: its owner, or the one agent whose own token it is.", _OFTEN, "ana"),
]
TakerField = Annotated[
    Code | None, _field("Who does it, a person of the role. Their own token may leave it out.", _OFTEN, "sofia")
]


class OutcomeFields(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How it turned out. What is left out or null is not known."""

    reached: Annotated[
        bool | None, _field("Whether the customer was reached.", "must be true, false or left out", True)
    ] = None
    satisfied: Annotated[
        Satisfied | None,
        _field("How satisfied they are, 5 is very.", "must be a whole number from 1 to 5, or left out", 4),
    ] = None
    effort: Annotated[
        Effort | None,
        _field("How easy it was made for them, 7 is very.", "must be a whole number from 1 to 7, or left out", 6),
    ] = None
    recommend: Annotated[
        Recommend | None,
        _field("Whether they would recommend us, 10 is surely.", "must be a whole number from 0 to 10, or left out", 9),
    ] = None
    contacted_again: Annotated[
        bool | None,
        _field(
            "Whether they had to contact us again about the same thing. Where nobody says it, it is derived.",
            "must be true, false or left out",
            False,
        ),
    ] = None
    stayed: Annotated[
        Literal["stayed", "left"] | None,
        _field("Whether they are still a customer.", "must be stayed, left or left out", "stayed"),
    ] = None
    root_cause: Annotated[
        RootCause | None,
        _field(
            "What went wrong in the first place, as a code of your own.",
            "must be lower snake case of at most 64 characters, such as carrier_delay, or left out",
            "carrier_delay",
        ),
    ] = None
    words: Annotated[Note | None, _field("What they said, in their words.", _WORDS, "It came after all.")] = None


class HandOnBody(Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a follow-up goes: an agent, or everybody in a role."""

    note: Annotated[Text, _field("What they have to know.", _TEXT, "I am away; she prefers to be called after six.")]
    to_agent: Annotated[
        Code | None, _field("An active agent with a role in the policy; this or to_role.", _OFTEN, "ben")
    ] = None
    to_role: Annotated[Code | None, _field("A role of the policy; this or to_agent.", _OFTEN, "supervisor")] = None
    agent: AgentField = None


class FollowUpDoneBody(OutcomeFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A follow-up was done, and this is how it turned out."""

    reached: Annotated[bool, _field("Whether the customer was reached.", "must be true or false", True)]
    agent: AgentField = None


class OutcomeBody(OutcomeFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an exception, or a case as a whole, turned out; at least one thing about it."""

    id: Annotated[
        Reference, _field("What you call it; the same id again changes nothing.", "must be text of 1 to 128 characters")
    ]
    exception: Annotated[
        Code | None, _field("The exception; this, or policy and case.", _OFTEN, "exc_01KAKZ4C0M3B8J5Y2E7S9TVAWF")
    ] = None
    policy: Annotated[Code | None, _field("The policy of the case.", _OFTEN, "shop_eu")] = None
    case: Annotated[
        Reference | None,
        _field("The case as a whole.", "must be text of 1 to 128 characters, or left out", "K-881"),
    ] = None
    source: Annotated[
        Literal["survey", "system"], _field("Who told it.", "must be survey, system or left out", "survey")
    ] = "survey"
    at: Annotated[
        Annotated[str, Meta(min_length=1, max_length=40)] | None,
        _field("When it was said; left out: now.", "must be RFC 3339 with a time zone", "2026-06-15T12:00:00Z"),
    ] = None


class SaidBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody said."""

    by: Annotated[Code, _field("Who: the customer, an agent, a bot.", _CODE, "customer")]
    text: Annotated[Text, _field("What.", _TEXT, "My husband died on Sunday.")]


SaidList = Annotated[list[SaidBody], Meta(max_length=MOST_SAID)]


class HandOverBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A decision is handed over to people, with all that was said."""

    decision: Annotated[Code, _field("What was asked and answered.", _CODE, "dec_01KAKZ3V8GQ4W2N6T7R5M9XCDE")]
    note: Annotated[Note | None, _field("Why it is handed over.", _WORDS, "She wants to keep the number.")] = None
    said: Annotated[
        SaidList | Text | None,
        _field(
            "What was said so far, in order; or one text.",
            f'must be text, or a list of at most {MOST_SAID} objects such as {{"by": "customer", "text": "…"}}',
            [{"by": "customer", "text": "My husband died on Sunday."}],
        ),
    ] = None
    to: Annotated[
        Code | None,
        _field('A role with people in it, or "handover". Left out: the next one up the ladder.', _OFTEN, "supervisor"),
    ] = None


class TakeUpBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes a work item up, or puts it back."""

    agent: TakerField = None


class WorkItemDoneBody(Struct, frozen=True, forbid_unknown_fields=True):
    """How a work item ended."""

    outcome: Annotated[Text, _field("How it ended.", _TEXT, "The contract was ended; she keeps the number.")]
    agent: TakerField = None
