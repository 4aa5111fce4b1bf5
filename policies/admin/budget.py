"""Pages of budgets."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError

from policies.admin.checking import ElementForm
from policies.admin.element import LABELS, ElementAdmin
from policies.admin.fields import PercentsField, tidy_money
from policies.models import Budget, BudgetMeasure


class BudgetForm(ElementForm):
    """A budget, checked by the engine."""

    key = "budgets"
    names = {"rolling": "rolling_days", "beyond": "beyond_by"}

    alert_at = PercentsField(
        label="Alerts at",
        required=False,
        help_text="Percents of the budget at which those who should know hear of it, each once a window, "
        "for example 80, 100. Left empty: 50, 80, 100, and none for budgets of each customer or case. none: no alerts.",
    )

    def clean(self) -> dict[str, Any]:
        """Give a limit in money all its digits; from django.forms.Form."""
        cleaned = super().clean()
        if cleaned.get("measure") == BudgetMeasure.MONEY and cleaned.get("limit") and self.policy:
            try:
                cleaned["limit"] = tidy_money(cleaned["limit"], self.policy.currency)
            except ValidationError as error:
                self.add_error("limit", error)
        return cleaned


@admin.register(Budget)
class BudgetAdmin(ElementAdmin):
    """Budgets."""

    form = BudgetForm
    list_display = ("position", "__str__", "code", "scope", "measure", "limit", "window", "policy")
    list_filter = (*ElementAdmin.list_filter, "scope")
    fields = None
    fieldsets = [
        (None, {"fields": ["policy", *LABELS]}),
        ("How much", {"fields": ["scope", ("measure", "limit")]}),
        ("For how long", {"fields": [("per", "starts"), ("rolling_days", "rolling_months")]}),
        ("When it runs low", {"fields": ["alert_at", ("beyond_by", "beyond_answer_within")]}),
        ("What it covers", {"fields": ["roles", "remedies", "reasons"]}),
    ]
    conditional_fields = {
        "starts": "per == 'week' || per == 'year'",
        "beyond_answer_within": "beyond_by != ''",
        "rolling_days": "per == ''",
        "rolling_months": "per == ''",
    }

    @admin.display(description="window")
    def window(self, row: Budget) -> str:
        """Say how long the budget lasts."""
        if row.per:
            return f"per {row.per}" if row.per != "ever" else "ever"
        return f"rolling {row.rolling_days} days" if row.rolling_days else f"rolling {row.rolling_months} months"
