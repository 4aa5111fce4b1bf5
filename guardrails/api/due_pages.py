"""Due pages: what is due first comes first, page by page."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from guardrails.api.cursor import cursor_of, page_from, place_of
from guardrails.models import FollowUp, WorkItem

Row = TypeVar("Row", FollowUp, WorkItem)


@dataclass(frozen=True, slots=True)
class DuePage(Generic[Row]):
    """Some rows, and the address of the next page, if there is one."""

    rows: list[Row]
    next: str | None


def due_page(rows: QuerySet[Row], *, cursor: str | None, limit: int, request: HttpRequest) -> DuePage[Row]:
    """Give one page. Raises ProblemError where the cursor is none."""
    if cursor:
        at, last = place_of(cursor)
        rows = rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=last))
    shown = list(rows.order_by("due_at", "pk")[: limit + 1])
    more, shown = len(shown) > limit, shown[:limit]
    return DuePage(shown, page_from(request, cursor_of(shown[-1].due_at, shown[-1].pk)) if more else None)
