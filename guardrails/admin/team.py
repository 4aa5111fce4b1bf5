"""Pages of teams."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest

from guardrails.admin.stoppable import StoppableMixin
from guardrails.models import Team
from guardrails.queries.people import teams_seen_by, teams_wholly_of
from policies.admin.base import TrackedAdmin


@admin.register(Team)
class TeamAdmin(StoppableMixin, TrackedAdmin):
    """Teams: who works together, and shares a team's budgets."""

    policy_path = ""
    list_display = ("name", "code", "members")
    search_fields = ("name", "code")
    fields = ("name", "code")
    actions_detail = ("stop",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the teams that the user sees, with their sizes."""
        seen = super().get_queryset(request).filter(pk__in=teams_seen_by(request.user).values("pk"))
        return seen.annotate(size=Count("agents"))

    @admin.display(description="agents")
    def members(self, row: Any) -> int:
        """Show how many agents it has."""
        return int(row.size)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the code by which records and other systems name it, and what belongs to other policies too."""
        if obj is None:
            return ()
        return ("code",) if teams_wholly_of(request.user).filter(pk=obj.pk).exists() else ("name", "code")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: records name teams."""
        return False

    def require_in_scope(self, request: HttpRequest, object_id: str) -> None:
        """Raise 404 for the history of a team that the user does not see."""
        super().require_in_scope(request, object_id)
        if not self.get_queryset(request).filter(pk=object_id).exists():
            raise Http404
