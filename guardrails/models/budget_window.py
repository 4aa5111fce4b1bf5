"""Budget window: what is taken of one budget, for one agent, customer …, in one period."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from guardrails.models.codes import REFERENCE_LENGTH, code_column
from policies.models import BudgetMeasure, Policy
from policies.models.codes import one_of

ROLLING_SINCE = date(1, 1, 1)
"""Where the one window of a rolling budget starts, and one of `ever`."""


class BudgetWindow(models.Model):
    """The balance of a window; only guardrails.ledger writes it, and it always equals the sum of its entries.

    `limit` is the one in force when something was last taken. A later version may lower the limit below what
    is taken: that is no error, the window then gives nothing more, and this column stays as it is, so that
    the check holds.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    budget = code_column()
    scope_key = models.CharField(
        max_length=REFERENCE_LENGTH,
        blank=True,
        help_text="Whose budget: a code or reference; empty: the policy's.",
    )
    starts_on = models.DateField()
    measure = models.CharField(max_length=8, choices=BudgetMeasure)
    limit = models.BigIntegerField(help_text="In the currency's smallest unit, or a count.")
    held = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    rolled_on = models.DateField(
        default=ROLLING_SINCE, help_text="Of a rolling budget: entries of earlier days count no more."
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "budget", "scope_key", "starts_on"], name="window_once"),
            models.CheckConstraint(condition=one_of("measure", BudgetMeasure), name="window_measure"),
            models.CheckConstraint(condition=Q(held__gte=0), name="window_held"),
            models.CheckConstraint(condition=Q(spent__gte=0), name="window_spent"),
            models.CheckConstraint(condition=Q(limit__gte=F("held") + F("spent")), name="window_never_overspent"),
        ]

    def __str__(self) -> str:
        """Budget, whose, and since when."""
        return f"{self.budget} {self.scope_key} {self.starts_on}"
