"""Parameters of the lists of what is owed and of what was handed over."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from guardrails.api.bodies import VALID, Code, Reference
from guardrails.api.parameters import MOST_ON_A_PAGE, PAGE, When

_CODE = "must be text of 1 to 64 characters"
_REFERENCE = "must be text of 1 to 128 characters"
_WHEN = "must be a date such as 2026-06-01 (UTC), or a moment such as 2026-06-01T09:00:00Z"


def _says(what: str, valid: str = _CODE) -> Meta:
    return Meta(description=what, extra={VALID: valid})


Limit = Annotated[
    Annotated[int, Meta(ge=1, le=MOST_ON_A_PAGE)],
    _says("How many on a page.", f"must be a whole number from 1 to {MOST_ON_A_PAGE}"),
]
Cursor = Annotated[
    Reference | None, _says("Where a page begins; it comes with the page before.", "must be a page's own cursor")
]
Overdue = Annotated[bool | None, _says("Whether it should have been done by now.", "must be true or false")]
DueBefore = Annotated[When | None, _says("Due before this date (midnight UTC) or moment.", _WHEN)]

EscalatedTo = Annotated[Code | None, _says("A role that was told that it is overdue.")]


class FollowUpParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which follow-ups; several parameters narrow each other down."""

    agent: Annotated[Code | None, _says("Who owns it.")] = None
    role: Annotated[Code | None, _says("The owner's role, or the one that owns it.")] = None
    escalated_to: EscalatedTo = None
    policy: Annotated[Code | None, _says("The policy's code.")] = None
    customer: Annotated[Reference | None, _says("The customer.", _REFERENCE)] = None
    case: Annotated[Reference | None, _says("The case.", _REFERENCE)] = None
    exception: Annotated[Code | None, _says("The exception after which it is owed.")] = None
    state: Annotated[
        Literal["open", "done", "cancelled"] | None, _says("Where it is.", "must be open, done or cancelled")
    ] = None
    overdue: Overdue = None
    due_before: DueBefore = None
    limit: Limit = PAGE
    cursor: Cursor = None


class WorkItemParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which work items; several parameters narrow each other down."""

    role: Annotated[Code | None, _says('For whom it is; "handover" where the ladder of roles ends.')] = None
    escalated_to: EscalatedTo = None
    claimed_by: Annotated[Code | None, _says("Who has it.")] = None
    policy: Annotated[Code | None, _says("The policy's code.")] = None
    customer: Annotated[Reference | None, _says("The customer.", _REFERENCE)] = None
    case: Annotated[Reference | None, _says("The case.", _REFERENCE)] = None
    state: Annotated[
        Literal["open", "claimed", "done"] | None, _says("Where it is.", "must be open, claimed or done")
    ] = None
    overdue: Overdue = None
    due_before: DueBefore = None
    limit: Limit = PAGE
    cursor: Cursor = None
