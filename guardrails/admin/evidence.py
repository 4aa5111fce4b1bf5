"""Evidence: what was done is read here and never written, by nobody, superusers included."""

from datetime import datetime
from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from guardrails.admin.newest_first import NewestFirstList, NoPages
from guardrails.models.identifiers import first_id
from policies.admin.base import ModelAdmin, ReadOnlyMixin
from policies.queries.scope import within


class EvidenceAdmin(ReadOnlyMixin, ModelAdmin):
    """Pages of recorded rows: a list, newest first, and one page for each row, made of a template of its own."""

    at: str | None = None
    """The indexed column that the list is ordered by; None where ids sort by time."""
    prefix = ""
    """What ids begin with, where they sort by time."""
    page_template = ""
    list_per_page = 50
    list_filter_submit = True
    list_filter_sheet = True
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    sortable_by = ()
    paginator = NoPages
    list_before_template = "admin/guardrails/matches.html"
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows of policies that the user may see."""
        return within(super().get_queryset(request), request.user)

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[Any]:
        """List rows page by page without counting; from django.contrib.admin.ModelAdmin."""
        return NewestFirstList

    def bound(self, compare: str, moment: datetime) -> dict[str, Any]:
        """Give the condition that keeps rows from a moment on ("gte") or before it ("lt")."""
        if self.at:
            return {f"{self.at}__{compare}": moment}
        return {f"pk__{compare}": first_id(self.prefix, moment)}

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may have the rows as a file: those who may read them."""
        return self.has_view_permission(request)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one row; from django.contrib.admin.ModelAdmin."""
        if object_id is None or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "has_view_permission": True,
            "sees_audit": request.user.has_perm("guardrails.view_auditrecord"),
            **self.page_context(request, row),
        }
        return TemplateResponse(request, self.page_template, context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Refuse: recorded rows have no history, they never change."""
        raise PermissionDenied

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Give what the row's template shows."""
        raise NotImplementedError
