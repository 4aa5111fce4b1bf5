"""Due first: lists of what has to be done; what is still open is shown first, and of that what is due first."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from guardrails.admin.evidence import EvidenceAdmin
from guardrails.admin.newest_first import NewestFirstList, NoPages
from guardrails.models.database_clock import database_now
from policies.admin.base import DropdownFilter


class DuePages(NoPages):
    """What the admin wants to have; pages are made by the change list."""

    template_name = "admin/guardrails/due_first_pages.html"


class DueFirstList(NewestFirstList):
    """One page of rows, in the order in which they are due; `before` and `after` are the id at which it goes on."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """Order by time, always."""
        return self._order

    def _from(self, before: str, after: str) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self.queryset
        place = self._row(before or after)
        if place is None:
            return rows
        if before:
            return rows.filter(self._beyond(place, "gt"))
        return rows.filter(self._beyond(place, "lt")).order_by(*[f"-{column}" for column in self._order])


class ToDoFilter(DropdownFilter):
    """By whether it has to be done still; open, if nothing else is chosen."""

    title = "state"
    parameter_name = "standing"
    all_option = ("", "Open")
    closed: ClassVar[dict[str, str]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the choices; from django.contrib.admin.SimpleListFilter."""
        return [("overdue", "Overdue"), *self.closed.items(), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those; from django.contrib.admin.SimpleListFilter."""
        value, still_open = self.value(), ~Q(state__in=list(self.closed))
        if value in self.closed:
            return queryset.filter(state=value)
        if value == "overdue":
            return queryset.filter(still_open, due_at__lte=database_now())
        return queryset if value == "all" else queryset.filter(still_open)


class DueFirstAdmin(EvidenceAdmin):
    """Pages of what has to be done, read-only: it is done over the API."""

    at = "due_at"
    paginator = DuePages

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[Any]:
        """List rows page by page without counting; from django.contrib.admin.ModelAdmin."""
        return DueFirstList
