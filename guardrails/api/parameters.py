"""Parameters: what clients write behind the question mark, as msgspec structs."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal, TypeVar, get_args

import msgspec
from django.http import QueryDict
from msgspec import Meta, Struct

from guardrails.api import field_words as must
from guardrails.api.bodies import Code, Reference
from guardrails.api.body_faults import faults_of
from guardrails.api.exceptions_answer import State
from guardrails.api.field_words import says
from guardrails.api.problems import FieldFault, invalid

Parameters = TypeVar("Parameters", bound=Struct)

PAGE = 50
MOST_ON_A_PAGE = 200
_DECIMAL = r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$"


Amount = Annotated[str, Meta(pattern=_DECIMAL)]
When = Annotated[str, Meta(min_length=10, max_length=40)]
Limit = Annotated[
    Annotated[int, Meta(ge=1, le=MOST_ON_A_PAGE)],
    says("How many on a page.", f"must be a whole number from 1 to {MOST_ON_A_PAGE}"),
]
Cursor = Annotated[
    Reference | None, says("Where a page begins; it comes with the page before.", "must be a page's own cursor")
]


class ExceptionParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Which exceptions; several parameters narrow each other down."""

    policy: Annotated[Code | None, says("The policy's code.")] = None
    agent: Annotated[Code | None, says("Who gave it.")] = None
    team: Annotated[Code | None, says("Whose team gave it, as it was then.")] = None
    role: Annotated[Code | None, says("In which role it was given.")] = None
    remedy: Annotated[Code | None, says("What was given.")] = None
    reason: Annotated[Code | None, says("Why it was given.")] = None
    channel: Annotated[Code | None, says("Where the customer was served.")] = None
    customer: Annotated[Reference | None, says("The customer.", must.REFERENCE)] = None
    case: Annotated[Reference | None, says("The case.", must.REFERENCE)] = None
    state: Annotated[
        State | None,
        says("Where it is in its life.", f"must be one of {', '.join(get_args(State))}"),
    ] = None
    settlement: Annotated[
        Literal["pending", "sent", "confirmed", "failed", "reversed"] | None,
        says("Whether it has arrived.", "must be pending, sent, confirmed, failed or reversed"),
    ] = None
    since: Annotated[
        When | None, says("Made at or after this date (from midnight UTC) or moment.", must.DAY_OR_MOMENT)
    ] = None
    before: Annotated[When | None, says("Made before this date (midnight UTC) or moment.", must.DAY_OR_MOMENT)] = None
    min_amount: Annotated[
        Amount | None, says("Of at least this much, in major units.", "must be an amount such as 12.50")
    ] = None
    max_amount: Annotated[
        Amount | None, says("Of at most this much, in major units.", "must be an amount such as 12.50")
    ] = None
    search: Annotated[
        Reference | None,
        says("Part of an id, a customer, a case or a note.", must.REFERENCE),
    ] = None
    limit: Limit = PAGE
    cursor: Cursor = None


class BudgetParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose budgets."""

    policy: Annotated[Code, says("The policy's code.")]
    agent: Annotated[Code | None, says("Who asks; an AI agent with its own token may leave it out.")] = None
    customer: Annotated[Reference | None, says("Adds budgets per customer.", must.REFERENCE)] = None
    case: Annotated[Reference | None, says("Adds budgets per case.", must.REFERENCE)] = None


def read_parameters(query: QueryDict, shape: type[Parameters]) -> Parameters:
    """Give the parameters; raises ProblemError that names each that is unknown, repeated or not valid."""
    given = {name: values[0] for name, values in query.lists()}
    wrong = [
        FieldFault(parameter=name[:64], code="invalid", detail="must be given once")
        for name, values in query.lists()
        if len(values) > 1
    ]
    wrong += [
        FieldFault(parameter=name[:64], code="invalid", detail="must not contain the character U+0000")
        for name, value in given.items()
        if "\0" in value + name
    ]
    if not wrong:
        try:
            return msgspec.convert(given, shape, strict=False)
        except msgspec.ValidationError:
            wrong = [
                FieldFault(parameter=fault.pointer[1:], code=fault.code, detail=fault.detail)
                for fault in faults_of(given, shape, kind="parameter", strict=False)
            ]
    raise invalid(wrong)


def moment_of(text: str, *, parameter: str) -> datetime:
    """Give the moment of a date (its midnight in UTC) or of a moment with its offset. Raises ProblemError."""
    try:
        if len(text) == len("2026-06-01"):
            return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that was not escaped
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise invalid([FieldFault(parameter=parameter, code="invalid", detail=must.DAY_OR_MOMENT)])
