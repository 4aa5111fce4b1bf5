"""Pages of published versions, which nobody edits."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from policies.admin.base import ModelAdmin, ReadOnlyMixin
from policies.admin.element import PolicyFilter
from policies.models import PolicyVersion
from policies.queries import yaml_document
from policies.queries.scope import within

_SHOWN = len("sha256:") + 12


@admin.register(PolicyVersion)
class PolicyVersionAdmin(ReadOnlyMixin, ModelAdmin):
    """Published versions."""

    list_display = ("__str__", "published_at", "published_by", "note", "short_hash")
    list_filter = (PolicyFilter,)
    list_select_related = ("policy", "published_by")
    ordering = ("policy", "-number")
    fields = ("policy", "number", "published_at", "published_by", "note", "hash", "shown_document")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the versions of policies in scope."""
        return within(super().get_queryset(request), request.user)

    @admin.display(description="hash")
    def short_hash(self, row: PolicyVersion) -> str:
        """Show where the hash begins; the version's own page has the whole."""
        return f"{row.hash[:_SHOWN]}…"

    @admin.display(description="document")
    def shown_document(self, row: PolicyVersion) -> str:
        """Show the published document as YAML."""
        text = yaml_document.dump(json.loads(row.document))
        return format_html('<pre class="gr-code" tabindex="0">{}</pre>', text)
