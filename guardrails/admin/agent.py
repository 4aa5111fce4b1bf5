"""Pages of agents, people and AI alike, with their roles."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from guardrails.admin.assignment import AssignmentInline
from guardrails.admin.stoppable import StoppableMixin
from guardrails.models import Agent, AgentKind, Assignment
from guardrails.queries.agent_changes import changes_of_agent
from guardrails.queries.people import agents_seen_by, agents_wholly_of, teams_seen_by
from policies.admin.base import DropdownFilter, TrackedAdmin, UnfoldAdminSelect2Widget, action, display, row_id
from policies.queries.scope import policies_for, within


class TeamFilter(DropdownFilter):
    """Filter by team."""

    title = "team"
    parameter_name = "team"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the teams that the user sees; from django.contrib.admin.SimpleListFilter."""
        return [(str(team.pk), team.name) for team in teams_seen_by(request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep one team's agents; from django.contrib.admin.SimpleListFilter."""
        value = row_id(self.value() or "")
        return queryset if value is None else queryset.filter(team=value)


class RolePolicyFilter(DropdownFilter):
    """Filter by the policies in which agents have a role."""

    title = "policy"
    parameter_name = "policy"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Give the policies that the user sees; from django.contrib.admin.SimpleListFilter."""
        return [("none", "No role yet"), *((str(policy.pk), str(policy)) for policy in policies_for(request.user))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep those with a role there; from django.contrib.admin.SimpleListFilter."""
        value = self.value() or ""
        if value == "none":
            return queryset.filter(assignments__isnull=True)
        mine = within(Assignment.objects.all(), request.user)
        policy = row_id(value)
        return queryset if policy is None else queryset.filter(pk__in=mine.filter(policy=policy).values("agent"))


@admin.register(Agent)
class AgentAdmin(StoppableMixin, TrackedAdmin):
    """Agents: who serves customers, and in which role."""

    policy_path = ""
    inlines = (AssignmentInline,)
    list_display = ("name", "code", "shown_kind", "team", "roles", "active")
    list_select_related = ("team",)
    list_filter = (RolePolicyFilter, TeamFilter, "kind", "active")
    list_filter_submit = True
    search_fields = ("name", "code")
    fields = (("name", "code"), ("kind", "team"), ("user", "person"), "active")
    actions_detail = ("timeline", "stop")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the agents that the user sees, with their roles there."""
        mine = within(Assignment.objects.select_related("role", "policy"), request.user)
        seen = super().get_queryset(request).filter(pk__in=agents_seen_by(request.user).values("pk"))
        return seen.prefetch_related(Prefetch("assignments", mine, to_attr="seen_roles"))

    @display(description="kind", label={"Person": "info", "AI assistant": "primary"})
    def shown_kind(self, row: Agent) -> str:
        """Show whether it is a person."""
        return AgentKind(row.kind).label

    @admin.display(description="roles")
    def roles(self, row: Any) -> str:
        """Show the roles in the user's policies."""
        return ", ".join(f"{each.role} ({each.policy})" for each in row.seen_roles) or "none yet"

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Give the teams that the user sees, and the logins of people."""
        if db_field.name == "team":
            kwargs["queryset"] = teams_seen_by(request.user)
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(Q(is_active=True) | Q(agent__isnull=False)).order_by("username")
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user":
            field.widget = UnfoldAdminSelect2Widget()
            field.widget.choices = field.choices
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the code, by which records name the agent; all but the roles, where others share the agent."""
        if obj is None:
            return ()
        return ("code",) if agents_wholly_of(request.user).filter(pk=obj.pk).exists() else (
            "name", "code", "kind", "team", "user", "person", "active",
        )  # fmt: skip

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: records name agents; one who leaves is made inactive."""
        return False

    def require_in_scope(self, request: HttpRequest, object_id: str) -> None:
        """Raise 404 for the history of an agent whom the user does not see."""
        super().require_in_scope(request, object_id)
        if not self.get_queryset(request).filter(pk=object_id).exists():
            raise Http404

    @action(description="All changes", url_path="changes", permissions=["view"], icon="history")
    def timeline(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show every change of the agent and of their roles, newest first."""
        agent = self.get_object(request, object_id)
        if not isinstance(agent, Agent):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": f"All changes: {agent}",
            "opts": self.opts,
            "changes": changes_of_agent(agent, user=request.user),
            "lead": "Every change of this agent and of their roles, newest first: what, by whom and why.",
        }
        return TemplateResponse(request, "admin/guardrails/changes.html", context)
