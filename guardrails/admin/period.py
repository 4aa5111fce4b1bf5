"""Period: the filter by days that all lists of records have."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest

from policies.admin.base import RangeDateForm

FROM = "period_from"
TO = "period_to"


class PeriodForm(RangeDateForm):
    """Two days, chosen with the browser's own calendar."""

    class Media:
        js: list[str] = []
        extend = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__("period", *args, **options)
        for name, label in ((FROM, "From"), (TO, "To, inclusive")):
            widget: Any = self.fields[name].widget
            widget.input_type = "date"
            widget.attrs["class"] = widget.attrs["class"].replace("vCustomDateField", "")
            widget.attrs["aria-label"] = label


class PeriodFilter(admin.ListFilter):
    """Keeps the rows of some days, both included; days are UTC's."""

    title = "period (UTC)"
    # unfold asks every filter for its one name, although this one has two parameters.
    parameter_name = "period"
    template = "unfold/filters/filters_date_range.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.model_admin = model_admin
        for name in self.expected_parameters():
            if name in params and (value := params.pop(name)[-1]):
                self.used_parameters[name] = value

    def has_output(self) -> bool:
        """Show it always; from django.contrib.admin.ListFilter."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Name its parameters; from django.contrib.admin.ListFilter."""
        return [FROM, TO]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Give the form; from django.contrib.admin.ListFilter."""
        yield {"form": PeriodForm(data={name: self.used_parameters.get(name) for name in (FROM, TO)})}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the period; from django.contrib.admin.ListFilter."""
        try:
            first, last = (_day(self.used_parameters.get(name)) for name in (FROM, TO))
        except ValueError as error:
            raise IncorrectLookupParameters from error
        wanted: dict[str, Any] = {}
        if first:
            wanted |= self.model_admin.bound("gte", _midnight(first))
        if last and last < date.max:
            wanted |= self.model_admin.bound("lt", _midnight(last + timedelta(days=1)))
        return queryset.filter(**wanted)


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
