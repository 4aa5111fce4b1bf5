"""Newest first: lists that stay as fast at a million rows as at a hundred.

They are never counted as a whole and never skip rows: a page goes on from where the last one ended (keyset), along
the index by time. What matches is counted up to a limit.
"""

from datetime import datetime
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
    """One page of rows by time, newest first; `before` and `after` are the id at which it goes on."""

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        self.page_before = request.GET.get(BEFORE, "")
        self.page_after = "" if self.page_before else request.GET.get(AFTER, "")
        super().__init__(request, *args, **options)

    def get_filters_params(self, params: Any = None) -> Any:
        """Leave out where the page goes on, which is no filter."""
        found = super().get_filters_params(params)
        for name in (BEFORE, AFTER):
            found.pop(name, None)
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[str]:
        """Order by time, always; any other order would sort every row."""
        return [f"-{self.model_admin.at}", "-pk"]

    def get_results(self, request: HttpRequest) -> None:
        """Load the page and one row more, to know whether there are others; from ChangeList."""
        size = self.list_per_page
        rows = list(self._from_here()[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if self.page_after:
            rows.reverse()
        self.result_list: Any = rows
        self.newer = rows[0].pk if rows and (more if self.page_after else bool(self.page_before)) else ""
        self.older = rows[-1].pk if rows and (True if self.page_after else more) else ""
        self.counted = self.queryset.order_by()[: COUNTED + 1].count() if self.newer or self.older else len(rows)
        self.result_count = min(self.counted, COUNTED)
        self.full_result_count = None
        self.show_full_result_count = self.can_show_all = self.multi_page = self.show_admin_actions = False
        self.paginator = self.model_admin.get_paginator(request, self.queryset, size)

    def _from_here(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self.queryset
        at, place = self.model_admin.at, self.page_before or self.page_after
        mark = self.model._default_manager.filter(pk=place).values_list(at, "pk").first() if place else None  # noqa: SLF001
        if mark is None:
            return rows
        if self.page_before:
            return rows.filter(_beyond(at, "lt", *mark))
        return rows.filter(_beyond(at, "gt", *mark)).order_by(at, "pk")

    @property
    def counted_text(self) -> str:
        """Say how many rows match."""
        if self.counted > COUNTED:
            return f"more than {COUNTED:,}"
        return f"{self.counted:,}"

    @property
    def older_link(self) -> str:
        """Give the query of the page of older rows; empty where there are none."""
        return self.get_query_string({BEFORE: self.older}) if self.older else ""

    @property
    def newer_link(self) -> str:
        """Give the query of the page of newer rows; empty where there are none."""
        return self.get_query_string({AFTER: self.newer}) if self.newer else ""


def _beyond(at: str, way: str, moment: datetime, pk: str) -> Q:
    """Give the rows beyond a place; the first condition alone lets the index start there."""
    return Q(**{f"{at}__{way}e": moment}) & (Q(**{f"{at}__{way}": moment}) | Q(**{f"pk__{way}": pk}))
