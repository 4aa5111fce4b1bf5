"""Pages of decisions: each question that was asked, and its answer."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from guardrails.actions.offers.redecide import redecide_decisions
from guardrails.admin.answer_words import fact_rows, offer_rows
from guardrails.admin.evidence import EvidenceAdmin
from guardrails.admin.exception_filters import ReasonFilter, RoleFilter, SeenPolicyFilter, TeamFilter
from guardrails.admin.figures import reason_name, role_name, told
from guardrails.admin.period import PeriodFilter
from guardrails.models import ApiToken, Decision
from guardrails.queries.people import team_called
from policies.queries.rulebooks import compiled


@admin.register(Decision)
class DecisionAdmin(EvidenceAdmin):
    """Decisions: "what can I offer?", and what was answered."""

    prefix = "dec"
    page_template = "admin/guardrails/decision.html"
    list_display = ("when", "for_reason", "customer", "case", "agent", "in_role", "of_team", "policy", "version_number")
    list_select_related = ("agent", "policy", "version")
    list_filter = (PeriodFilter, SeenPolicyFilter, ReasonFilter, RoleFilter, TeamFilter)
    search_fields = ("pk",)
    search_help_text = "A decision's id, or a case"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows with the names of their teams."""
        return super().get_queryset(request).annotate(team_name=team_called("team"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look along the indexes: by id, or by case."""
        term = search_term.strip()
        if not term:
            return queryset, False
        if term.startswith("dec_"):
            return queryset.filter(pk=term), False
        return queryset.exclude(case="").filter(case=term), False

    @admin.display(description="asked (UTC)")
    def when(self, row: Decision) -> str:
        """Show the moment."""
        return f"{row.asked_at:%d %b %Y, %H:%M:%S}"

    @admin.display(description="reason")
    def for_reason(self, row: Decision) -> str:
        """Show the reason."""
        return reason_name(row)

    @admin.display(description="role")
    def in_role(self, row: Decision) -> str:
        """Show the role that the agent had then."""
        return role_name(row, row.role)

    @admin.display(description="team")
    def of_team(self, row: Any) -> str:
        """Show the team that the agent was in then."""
        return row.team_name or row.team

    @admin.display(description="version")
    def version_number(self, row: Decision) -> int:
        """Show the version's number."""
        return row.version.number

    def page_context(self, request: HttpRequest, row: Decision) -> dict[str, Any]:
        """Give the question with its facts, and the answer."""
        rules = compiled(row.version_id)
        answer, question = json.loads(row.answer), json.loads(row.question)
        return {
            "title": "What can I offer?",
            "row": row,
            "asked_at": row.asked_at.astimezone(rules.zone),
            "zone": rules.zone.key,
            "reason": reason_name(row),
            "role": role_name(row, row.role),
            "client": ApiToken.objects.filter(pk=row.client).first(),
            "facts": fact_rows(rules, question),
            "answer": answer,
            "offers": offer_rows(rules, answer),
            "again": next(iter(redecide_decisions([row]))).same,
            "taken": [{"row": each, "text": told(each)} for each in row.exceptions.order_by("created_at")],
        }
