"""Pages of follow-ups: what is owed to whom, by whom, until when, and how it turned out."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from guardrails.actions.follow_ups.escalate_follow_ups import follow_up_rules
from guardrails.actions.follow_ups.follow_up_context import said_to_customer
from guardrails.actions.follow_ups.follow_up_json import is_overdue
from guardrails.admin.aftermath import outcome_rows
from guardrails.admin.due_first import DueFirstAdmin, ToDoFilter
from guardrails.admin.exception_filters import EqualFilter, RoleFilter, SeenPolicyFilter
from guardrails.admin.figures import reason_name, role_name, told
from guardrails.admin.period import PeriodFilter
from guardrails.admin.read_at import as_of_now
from guardrails.admin.way_up import way_up_card
from guardrails.models import FollowUp, FollowUpState
from guardrails.queries.people import agents_seen_by
from policies.admin.base import display
from policies.engine.words import lower_first
from policies.queries.rulebooks import compiled

_LABELS = {"Overdue": "danger", "Open": "info", "Done": "success", "Cancelled": "warning"}


class FollowUpFilter(ToDoFilter):
    """By whether it is owed still."""

    closed: ClassVar = {"done": "Done", "cancelled": "Cancelled"}


class OwnerFilter(EqualFilter):
    """By who owns it."""

    title = parameter_name = "owner"
    column = "owner__code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the agents whom the user sees; from django.contrib.admin.SimpleListFilter."""
        return [(agent.code, agent.name) for agent in agents_seen_by(request.user).order_by("name")]


@admin.register(FollowUp)
class FollowUpAdmin(DueFirstAdmin):
    """Follow-ups: what is still owed to customers."""

    page_template = "admin/guardrails/follow_up.html"
    list_display = ("due", "what", "customer", "case", "shown_owner", "policy", "shown_state")
    list_display_links = ("due", "what")
    list_select_related = ("owner", "policy", "exception")
    list_filter = (FollowUpFilter, PeriodFilter, SeenPolicyFilter, OwnerFilter, RoleFilter)
    search_fields = ("=pk", "=exception__pk", "=customer", "=case")
    search_help_text = "An id, an exception, a customer or a case"

    @admin.display(description="due (UTC)")
    def due(self, row: FollowUp) -> str:
        """Show until when."""
        return f"{row.due_at:%d %b %Y, %H:%M}"

    @admin.display(description="owed by")
    def shown_owner(self, row: FollowUp) -> str:
        """Show by whom it is owed."""
        return row.owner.name if row.owner else f"any {lower_first(role_name(row.exception, row.role))}"

    @display(description="state", label=_LABELS)
    def shown_state(self, row: Any) -> str:
        """Show the state, and whether it is overdue."""
        return standing(row, row.read_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows with what their pages name."""
        rows = super().get_queryset(request).select_related("policy", "owner", "exception__decision")
        return as_of_now(rows)

    def page_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Give all that is known of it."""
        exception = row.exception
        rules = compiled(exception.version_id)
        stands = standing(row, row.read_at)
        return {
            "title": row.what,
            "row": row,
            "zone": rules.zone.key,
            "standing": stands,
            "badge": {"Done": "gr-good", "Overdue": "gr-bad"}.get(stands, "gr-wait"),
            "role": role_name(exception, row.role),
            "way": way_up_card(row, own=row.role, rules=follow_up_rules(row), done=row.state != FollowUpState.OPEN),
            "exception_text": told(exception),
            "reason": reason_name(exception),
            "say": said_to_customer(exception),
            "steps": row.handed_on,
            "outcomes": outcome_rows(row.outcomes.order_by("at", "id")),
        }


def standing(row: FollowUp, now: datetime) -> str:
    """Say in a word how it stands."""
    return "Overdue" if is_overdue(row, now) else str(FollowUpState(row.state).label)
