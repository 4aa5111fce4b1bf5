"""Pages of exceptions: the whole history, filtered, as a file, and the trace of each."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path

from guardrails.admin.aftermath import aftermath_card
from guardrails.admin.evidence import EvidenceAdmin
from guardrails.admin.exception_filters import (
    AgentFilter,
    AmountFilter,
    CustomerFilter,
    ReasonFilter,
    RemedyFilter,
    RoleFilter,
    SeenPolicyFilter,
    SettlementFilter,
    StateFilter,
    TeamFilter,
)
from guardrails.admin.figures import given, reason_name, remedy_name
from guardrails.admin.period import PeriodFilter
from guardrails.admin.trace import trace_page
from guardrails.models import CareException
from guardrails.queries.exception_csv import csv_lines
from policies.admin.base import display

_LABELS = {
    "Granted": "success",
    "Awaiting approval": "warning",
    "Held": "info",
    "Approved": "info",
    "Reversed": "danger",
}
_ONE_OF = ("pk", "decision", "customer", "case")


@admin.register(CareException)
class CareExceptionAdmin(EvidenceAdmin):
    """Exceptions: what was given, to whom, by whom, and why that was allowed."""

    at = "created_at"
    page_template = "admin/guardrails/exception.html"
    exports = True
    list_display = ("when", "gives", "remedy_name", "for_reason", "customer", "case", "agent", "policy", "shown_state")
    list_display_links = ("when", "gives")
    list_select_related = ("agent", "policy", "version")
    list_filter = (
        PeriodFilter,
        SeenPolicyFilter,
        StateFilter,
        SettlementFilter,
        ReasonFilter,
        RemedyFilter,
        AmountFilter,
        AgentFilter,
        TeamFilter,
        RoleFilter,
        CustomerFilter,
    )
    search_fields = ("note",)
    search_help_text = "An id, customer or case; or words of a note"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look along the indexes first; only what is no id, customer or case is looked for in notes."""
        term = search_term.strip()
        for column in _ONE_OF if term else ():
            rows = queryset.filter(**{column: term})
            if column in ("customer", "case"):
                # The condition of the index.
                rows = rows.exclude(**{column: ""})
            if rows.exists():
                return rows, False
        return (queryset.filter(note__icontains=term) if term else queryset), False

    @admin.display(description="when (UTC)")
    def when(self, row: CareException) -> str:
        """Show the moment."""
        return f"{row.created_at:%d %b %Y, %H:%M}"

    @admin.display(description="gives")
    def gives(self, row: CareException) -> str:
        """Show what it gives, as €15.00."""
        return given(row)

    @admin.display(description="remedy")
    def remedy_name(self, row: CareException) -> str:
        """Show the remedy."""
        return remedy_name(row)

    @admin.display(description="reason")
    def for_reason(self, row: CareException) -> str:
        """Show the reason."""
        return reason_name(row)

    @display(description="state", label=_LABELS)
    def shown_state(self, row: CareException) -> str:
        """Show the state."""
        return str(row.get_state_display())

    def get_urls(self) -> list[URLPattern]:
        """Add the file; from django.contrib.admin.ModelAdmin."""
        export = path("export/", self.admin_site.admin_view(self.export), name="guardrails_careexception_export")
        return [export, *super().get_urls()]

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        """Give the rows that the list shows, all pages of it, as CSV; they are read while they are sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters as error:
            raise BadRequest from error
        rows = found.select_related("agent", "policy", "version")
        return StreamingHttpResponse(
            csv_lines(rows.iterator(chunk_size=2000)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="exceptions.csv"', "Cache-Control": "no-store"},
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Name the page for what it is."""
        return super().changelist_view(request, {**(extra_context or {}), "title": "Exception history"})

    def page_context(self, request: HttpRequest, row: CareException) -> dict[str, Any]:
        """Give the trace, and what came afterwards."""
        return trace_page(row) | {"after": aftermath_card(row)}
