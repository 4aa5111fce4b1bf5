"""Newest first: lists that stay as fast at a million rows as at a hundred.

They are never counted as a whole and never skip rows: a page goes on from where the last one ended (keyset), along
an index. What matches is counted up to a limit.
"""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from policies.admin.base import ChangeList

BEFORE = "before"
AFTER = "after"
COUNTED = 1000
"""How many rows that match are counted; beyond it, "more than"."""


class NoPages(Paginator):  # type: ignore[type-arg]
    """What the admin wants to have; pages are made by the change list."""

    template_name = "admin/guardrails/newest_first_pages.html"

    @cached_property
    def count(self) -> int:
        """Give nothing: counting is what this avoids."""
        return 0


class NewestFirstList(ChangeList):
    """One page of rows, newest first; `before` and `after` are the id at which it goes on.

    The admin class says along which column (`at`), or that ids themselves sort by time (None).
    """

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Give the rows that match; where the page goes on is no filter, so that links do not carry it along."""
        for given in (self.params, self.filter_params):
            given.pop(BEFORE, None)
            given.pop(AFTER, None)
        found: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """Order by time, always; any other order would sort every row."""
        return [f"-{column}" for column in self._order]

    def get_results(self, request: HttpRequest) -> None:
        """Load the page and one row more, to know whether there are others; from ChangeList."""
        before = request.GET.get(BEFORE, "")
        after = "" if before else request.GET.get(AFTER, "")
        size = self.list_per_page
        rows = list(self._from(before, after)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if after:
            rows.reverse()
        self.newer = rows[0].pk if rows and (more if after else before) else ""
        self.older = rows[-1].pk if rows and (after or more) else ""
        self.counted = self.queryset.order_by()[: COUNTED + 1].count() if self.newer or self.older else len(rows)
        self.result_list: Any = rows
        self.result_count = len(rows)
        self.full_result_count = len(rows)
        self.show_full_result_count = self.can_show_all = self.multi_page = self.show_admin_actions = False
        self.paginator = self.model_admin.get_paginator(request, self.queryset, size)

    @property
    def counted_text(self) -> str:
        """Say how many rows match."""
        return f"more than {COUNTED:,}" if self.counted > COUNTED else f"{self.counted:,}"

    @property
    def older_link(self) -> str:
        """Give the query of the page of older rows; empty where there are none."""
        return str(self.get_query_string({BEFORE: self.older})) if self.older else ""

    @property
    def newer_link(self) -> str:
        """Give the query of the page of newer rows; empty where there are none."""
        return str(self.get_query_string({AFTER: self.newer})) if self.newer else ""

    @property
    def _order(self) -> list[str]:
        return [column for column in (self.model_admin.at, "pk") if column]

    def _from(self, before: str, after: str) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self.queryset
        place = self._row(before or after)
        if place is None:
            return rows
        if before:
            return rows.filter(self._beyond(place, "lt"))
        return rows.filter(self._beyond(place, "gt")).order_by(*self._order)

    def _row(self, pk: str) -> Any:
        """Give the row at which a page goes on; what is no id goes on nowhere."""
        try:
            return self.model._default_manager.filter(pk=pk).first() if pk else None  # noqa: SLF001
        except ValueError:
            return None

    def _beyond(self, place: Any, way: str) -> Q:
        """Give the rows beyond a place; the first condition alone lets an index start there."""
        beyond, at = Q(**{f"pk__{way}": place.pk}), self.model_admin.at
        if not at:
            return beyond
        moment = getattr(place, at)
        return Q(**{f"{at}__{way}e": moment}) & (Q(**{f"{at}__{way}": moment}) | beyond)
