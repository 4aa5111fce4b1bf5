"""Pages of stand-ins: who approves for somebody who is away."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from guardrails.models import AgentKind, StandIn
from guardrails.models.database_clock import database_now
from guardrails.queries.people import agents_seen_by
from policies.admin.base import TrackedAdmin, display
from policies.queries.scope import limited_to, policies_for


@admin.register(StandIn)
class StandInAdmin(TrackedAdmin):
    """Stand-ins, from when until when."""

    list_display = ("absent", "stand_in", "where", "begins", "ends", "standing")
    list_display_links = ("absent", "stand_in")
    list_select_related = ("absent", "stand_in", "policy")
    search_fields = ("absent__name", "absent__code", "stand_in__name", "stand_in__code")
    fieldsets = [
        ("Who", {"fields": [("absent", "stand_in")]}),
        ("Where", {"fields": ["policy"]}),
        ("When", {"fields": ["starts_at", "ends_at"], "description": "They may approve until just before the end."}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give those of agents whom the user sees."""
        return super().get_queryset(request).filter(absent__in=agents_seen_by(request.user).values("pk"))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the people and the policies that the user sees; from django.contrib.admin.ModelAdmin.

        Who is limited to some policies has to choose one: the absent agent may have a role beyond them.
        """
        if db_field.name == "policy":
            kwargs["queryset"] = policies_for(request.user)
            if limited_to(request.user) is not None:
                kwargs |= {"required": True, "help_text": "One of your policies."}
        else:
            people = agents_seen_by(request.user).filter(kind=AgentKind.HUMAN, active=True)
            kwargs["queryset"] = people.order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Say in which zone times are; from django.contrib.admin.ModelAdmin."""
        if db_field.name in ("starts_at", "ends_at"):
            kwargs.setdefault("help_text", "Date and time of day in UTC.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="from (UTC)", ordering="starts_at")
    def begins(self, row: StandIn) -> str:
        """Show the moment."""
        return f"{row.starts_at:%d %b %Y, %H:%M}"

    @admin.display(description="until (UTC)", ordering="ends_at")
    def ends(self, row: StandIn) -> str:
        """Show the moment."""
        return f"{row.ends_at:%d %b %Y, %H:%M}"

    @admin.display(description="where")
    def where(self, row: StandIn) -> str:
        """Show under which policy."""
        return str(row.policy) if row.policy else "everywhere"

    @display(description="now", label={"Now": "success", "To come": "info", "Over": "warning"})
    def standing(self, row: StandIn) -> str:
        """Say whether they stand in now."""
        now = database_now()
        if row.starts_at > now:
            return "To come"
        return "Now" if row.ends_at > now else "Over"
