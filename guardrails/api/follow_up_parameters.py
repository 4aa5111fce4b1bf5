"""Parameters of the lists of what is owed and of what was handed over."""

from typing import Annotated, Literal

from msgspec import Struct

from guardrails.api import field_words as must
from guardrails.api.bodies import Code, Reference
from guardrails.api.field_words import says
from guardrails.api.parameters import PAGE, Cursor, Limit, When

Overdue = Annotated[bool | None, says("Whether it should have been done by now.", "must be true or false")]
DueBefore = Annotated[When | None, says("Due before this date (midnight UTC) or moment.", must.DAY_OR_MOMENT)]

EscalatedTo = Annotated[Code | None, says("A role that was told that it is overdue.")]


class FollowUpParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which follow-ups; several parameters narrow each other down."""

    agent: Annotated[Code | None, says("Who owns it.")] = None
    role: Annotated[Code | None, says("The owner's role, or the one that owns it.")] = None
    escalated_to: EscalatedTo = None
    policy: Annotated[Code | None, says("The policy's code.")] = None
    customer: Annotated[Reference | None, says("The customer.", must.REFERENCE)] = None
    case: Annotated[Reference | None, says("The case.", must.REFERENCE)] = None
    exception: Annotated[Code | None, says("The exception after which it is owed.")] = None
    state: Annotated[
        Literal["open", "done", "cancelled"] | None, says("Where it is.", "must be open, done or cancelled")
    ] = None
    overdue: Overdue = None
    due_before: DueBefore = None
    limit: Limit = PAGE
    cursor: Cursor = None


class WorkItemParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which work items; several parameters narrow each other down."""

    role: Annotated[Code | None, says('For whom it is; "handover" where the ladder of roles ends.')] = None
    escalated_to: EscalatedTo = None
    claimed_by: Annotated[Code | None, says("Who has it.")] = None
    policy: Annotated[Code | None, says("The policy's code.")] = None
    customer: Annotated[Reference | None, says("The customer.", must.REFERENCE)] = None
    case: Annotated[Reference | None, says("The case.", must.REFERENCE)] = None
    state: Annotated[
        Literal["open", "claimed", "done"] | None, says("Where it is.", "must be open, claimed or done")
    ] = None
    overdue: Overdue = None
    due_before: DueBefore = None
    limit: Limit = PAGE
    cursor: Cursor = None
