"""Ledger entry: one movement of one budget window."""

from django.db import models
from django.db.models import Q

from guardrails.models.budget_window import BudgetWindow
from guardrails.models.care_exception import CareException
from policies.models.codes import one_of


class EntryKind(models.TextChoices):
    """Why a balance moved."""

    HOLD = "hold", "Held"
    COMMIT = "commit", "Spent"
    RELEASE = "release", "Held, and given back"
    REVERSE = "reverse", "Spent, and given back"
    ROLL = "roll", "Counts no more"


class LedgerEntry(models.Model):
    """Append-only. Amounts are in the currency's smallest unit, or counts.

    `on_date` is the day on which the exception took from the budget; what gives back carries the same day, so
    that a rolling window drops both together.
    """

    window = models.ForeignKey(BudgetWindow, on_delete=models.PROTECT, related_name="entries", db_index=False)
    exception = models.ForeignKey(
        CareException,
        null=True,
        on_delete=models.PROTECT,
        related_name="entries",
        help_text="None for a roll.",
    )
    kind = models.CharField(max_length=8, choices=EntryKind)
    held_delta = models.BigIntegerField(default=0)
    spent_delta = models.BigIntegerField(default=0)
    on_date = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ["id"]
        indexes = [models.Index(fields=["window", "on_date"], name="entry_by_window")]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", EntryKind), name="entry_kind"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.HOLD, held_delta__gt=0, spent_delta=0)
                | Q(kind=EntryKind.COMMIT, held_delta__lte=0, spent_delta__gt=0)
                | Q(kind=EntryKind.RELEASE, held_delta__lte=0, spent_delta=0)
                | Q(kind=EntryKind.REVERSE, held_delta=0, spent_delta__lte=0)
                | Q(kind=EntryKind.ROLL, held_delta__lte=0, spent_delta__lte=0),
                name="entry_direction",
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.ROLL, exception__isnull=True)
                | ~Q(kind=EntryKind.ROLL) & Q(exception__isnull=False),
                name="entry_has_exception",
            ),
        ]

    def __str__(self) -> str:
        """Kind and movement."""
        return f"{self.kind} {self.held_delta:+}/{self.spent_delta:+}"
