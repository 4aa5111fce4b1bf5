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
from guardrails.admin.figures import told, words
from guardrails.admin.period import PeriodFilter
from guardrails.models import ApiToken, Decision
from policies.queries.rulebooks import compiled


@admin.register(Decision)
class DecisionAdmin(EvidenceAdmin):
    """Decisions: "what can I offer?", and what was answered."""

    prefix = "dec"
    page_template = "admin/guardrails/decision.html"
    list_display = ("when", "for_reason", "customer", "case", "agent", "role", "team", "policy", "version_number")
    list_select_related = ("agent", "policy", "version")
    list_filter = (PeriodFilter, SeenPolicyFilter, ReasonFilter, RoleFilter, TeamFilter)
    search_fields = ("pk",)
    search_help_text = "A decision's id, or a case"

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
        return words(row.reason)

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
            "reason": rules.reasons.get(row.reason, words(row.reason)),
            "role": rules.roles[row.role].name if row.role in rules.roles else row.role,
            "client": ApiToken.objects.filter(pk=row.client).first(),
            "facts": fact_rows(rules, question),
            "answer": answer,
            "offers": offer_rows(rules, answer),
            "again": next(iter(redecide_decisions([row]))).same,
            "taken": [{"row": each, "text": told(each)} for each in row.exceptions.order_by("created_at")],
        }
