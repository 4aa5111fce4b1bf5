"""Pages of budget windows: what is taken of each budget, with every entry."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from guardrails.admin.evidence import EvidenceAdmin
from guardrails.admin.exception_filters import CodeFilter, SeenPolicyFilter
from guardrails.admin.figures import of_window, words
from guardrails.models import BudgetWindow, LedgerEntry
from guardrails.models.budget_window import ROLLING_SINCE
from guardrails.queries.people import agent_called, team_called
from policies.engine.rulebook import Budget as PublishedBudget
from policies.models import Budget, BudgetScope
from policies.queries.rulebooks import compiled

MOST_ENTRIES = 200
"""How many of a window's latest entries its page shows."""


class BudgetFilter(CodeFilter):
    """By budget."""

    title = parameter_name = column = "budget"
    model = Budget


@admin.register(BudgetWindow)
class BudgetWindowAdmin(EvidenceAdmin):
    """Budget windows: balances that always equal the sum of their entries."""

    page_template = "admin/guardrails/budget_window.html"
    list_display = ("budget_name", "whose", "since", "limit_shown", "spent_shown", "held_shown", "left_shown", "policy")
    list_select_related = ("policy",)
    list_filter = (SeenPolicyFilter, BudgetFilter)
    search_fields = ("scope_key",)
    search_help_text = "Whose: an agent, team, role, customer or case"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Give the rows with the names that their keys may mean."""
        rows = super().get_queryset(request).select_related("policy")
        return rows.annotate(agent_name=agent_called("scope_key"), team_name=team_called("scope_key"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look for whose budget it is, exactly."""
        term = search_term.strip()
        return (queryset.filter(scope_key=term) if term else queryset), False

    @admin.display(description="budget")
    def budget_name(self, row: BudgetWindow) -> str:
        """Show the budget."""
        budget = _published(row)
        return budget.name if budget else words(row.budget)

    @admin.display(description="whose")
    def whose(self, row: Any) -> str:
        """Show for whom it is kept."""
        key = row.scope_key
        match getattr(_published(row), "scope", ""):
            case BudgetScope.AGENT:
                return row.agent_name or key
            case BudgetScope.TEAM:
                return row.team_name or key
            case BudgetScope.ROLE:
                roles = compiled(row.policy.current_version_id).roles
                return roles[key].name if key in roles else words(key)
            case BudgetScope.CUSTOMER | BudgetScope.CASE as scope:
                return f"{scope} {key}"
        return key or "the whole policy"

    @admin.display(description="window")
    def since(self, row: BudgetWindow) -> str:
        """Show when the window began."""
        return "rolling, or for ever" if row.starts_on == ROLLING_SINCE else f"since {row.starts_on:%d %b %Y}"

    @admin.display(description="limit")
    def limit_shown(self, row: BudgetWindow) -> str:
        """Show the limit."""
        return of_window(row, row.limit)

    @admin.display(description="spent")
    def spent_shown(self, row: BudgetWindow) -> str:
        """Show what is spent."""
        return of_window(row, row.spent)

    @admin.display(description="held")
    def held_shown(self, row: BudgetWindow) -> str:
        """Show what is set aside."""
        return of_window(row, row.held)

    @admin.display(description="left")
    def left_shown(self, row: BudgetWindow) -> str:
        """Show what remains."""
        return of_window(row, row.limit - row.held - row.spent)

    def page_context(self, request: HttpRequest, row: BudgetWindow) -> dict[str, Any]:
        """Give the balance and the latest entries."""
        entries = LedgerEntry.objects.filter(window=row).select_related("exception").order_by("-id")
        limit = row.limit or 1
        return {
            "title": f"{self.budget_name(row)}: {self.whose(row)}",
            "row": row,
            "since": self.since(row),
            "limit": self.limit_shown(row),
            "spent": self.spent_shown(row),
            "held": self.held_shown(row),
            "left": self.left_shown(row),
            "percent": round(100 * (row.held + row.spent) / limit, 1),
            "entries": [
                {
                    "entry": entry,
                    "held": of_window(row, entry.held_delta) if entry.held_delta else "",
                    "spent": of_window(row, entry.spent_delta) if entry.spent_delta else "",
                }
                for entry in entries[:MOST_ENTRIES]
            ],
            "most": MOST_ENTRIES,
        }


def _published(row: BudgetWindow) -> PublishedBudget | None:
    """Give the budget as the version in force has it; a window outlives a budget that is taken out of its policy."""
    version = row.policy.current_version_id
    budgets = compiled(version).rulebook.budgets if version else ()
    return next((budget for budget in budgets if budget.code == row.budget), None)
