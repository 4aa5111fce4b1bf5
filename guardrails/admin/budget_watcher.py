"""Pages of budget watchers: who is told when much of a budget is taken."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from guardrails.admin.one_way_to_save import OneWayToSaveMixin
from guardrails.models import BudgetWatcher
from guardrails.queries.people import teams_seen_by
from policies.admin.base import TrackedAdmin
from policies.queries.scope import policies_for


@admin.register(BudgetWatcher)
class BudgetWatcherAdmin(OneWayToSaveMixin, TrackedAdmin):
    """Budget watchers: people with a login, or addresses outside."""

    list_display = ("who", "policy", "budget_shown", "team")
    list_select_related = ("policy", "team", "user")
    search_fields = ("email", "user__username", "budget")
    fieldsets = [
        ("Who", {"fields": ["user", "email"], "description": "Give one of them."}),
        ("Which budgets", {"fields": ["policy", "budget", "team"]}),
    ]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the policies and teams that the user may see; from django.contrib.admin.ModelAdmin."""
        seen = {"policy": policies_for, "team": teams_seen_by}
        if db_field.name in seen:
            kwargs["queryset"] = seen[db_field.name](request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="who")
    def who(self, row: BudgetWatcher) -> str:
        """Show the login or the address."""
        return str(row.user or row.email)

    @admin.display(description="budget")
    def budget_shown(self, row: BudgetWatcher) -> str:
        """Show the budget."""
        return row.budget or "every budget"
