"""Budget alert: that so much of a budget window was taken has been told."""

from django.db import models

from guardrails.models.budget_window import BudgetWindow


class BudgetAlert(models.Model):
    """Append-only: each percentage is told once a window. `on_date` is the day; of a window that ends, its first.

    A rolling budget has one window for ever; it is told again when what was told of has rolled out of it.
    """

    window = models.ForeignKey(BudgetWindow, on_delete=models.PROTECT, related_name="alerts", db_index=False)
    percent = models.PositiveSmallIntegerField()
    on_date = models.DateField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["window", "percent", "on_date"]
        constraints = [models.UniqueConstraint(fields=["window", "percent", "on_date"], name="alert_once")]

    def __str__(self) -> str:
        """How much of what."""
        return f"{self.percent} % of {self.window}"
