"""Search: the exceptions that a client's parameters ask for, and one page of them."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from guardrails.api.cursor import cursor_of, place_of
from guardrails.api.parameters import ExceptionParameters, moment_of
from guardrails.models import CareException
from guardrails.queries.exception_amounts import amount_condition

_SAME = {
    "policy": "policy__code",
    "agent": "agent__code",
    "team": "team",
    "role": "role",
    "remedy": "remedy",
    "reason": "reason",
    "channel": "channel",
    "customer": "customer",
    "case": "case",
    "state": "state",
    "settlement": "settlement",
}
_SEARCHED = ("id", "decision__id", "customer", "case", "note")


@dataclass(frozen=True, slots=True)
class Page:
    """Some exceptions, newest first, and the cursor of the next page, if there is one."""

    rows: list[CareException]
    cursor: str | None


def found(rows: QuerySet[CareException], asked: ExceptionParameters) -> QuerySet[CareException]:
    """Narrow the exceptions down to those asked for. Raises ProblemError."""
    same = {lookup: value for name, lookup in _SAME.items() if (value := getattr(asked, name)) is not None}
    rows = rows.filter(**same)
    if asked.since:
        rows = rows.filter(created_at__gte=moment_of(asked.since, parameter="since"))
    if asked.before:
        rows = rows.filter(created_at__lt=moment_of(asked.before, parameter="before"))
    if asked.min_amount:
        rows = rows.filter(amount_condition("gte", Decimal(asked.min_amount)))
    if asked.max_amount:
        rows = rows.filter(amount_condition("lte", Decimal(asked.max_amount)))
    if asked.search:
        anywhere = Q()
        for column in _SEARCHED:
            anywhere |= Q(**{f"{column}__icontains": asked.search})
        rows = rows.filter(anywhere)
    return rows.order_by("-created_at", "-id")


def page(rows: QuerySet[CareException], asked: ExceptionParameters) -> Page:
    """Give one page. It stays the same page while new exceptions are made. Raises ProblemError."""
    if asked.cursor:
        at, last = place_of(asked.cursor)
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, id__lt=last))
    shown = list(rows[: asked.limit + 1])
    more = len(shown) > asked.limit
    shown = shown[: asked.limit]
    return Page(shown, cursor_of(shown[-1].created_at, shown[-1].id) if more else None)
