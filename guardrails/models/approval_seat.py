"""Approval seat: one of those who must say yes to a request, until somebody of its roles has."""

from django.db import models
from django.db.models import Q

from guardrails.models.agent import Agent
from guardrails.models.approval import ApprovalRequest
from policies.models.codes import one_of


class SeatState(models.TextChoices):
    """Where a seat is."""

    WAITING = "waiting", "Not its turn yet"
    OPEN = "open", "Asked"
    APPROVED = "approved", "Agreed"
    CLOSED = "closed", "Closed"


class ApprovalSeat(models.Model):
    """Anybody of its `roles`, or of a role above one of them, may take it; `escalated_from` are those asked before."""

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="seats", db_index=False)
    position = models.PositiveSmallIntegerField()
    roles = models.JSONField(help_text="Codes of the roles of which one is asked.")
    state = models.CharField(max_length=8, choices=SeatState, default=SeatState.OPEN)
    claimed_by = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="Until when they answer; empty: not asked yet.")
    remind_at = models.DateTimeField(null=True, blank=True, help_text="When they are reminded, where they are.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_from = models.JSONField(default=list, blank=True, help_text="Codes of the roles that did not answer.")

    class Meta:
        ordering = ["request", "position"]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state="open"), name="seat_asked"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "position"], name="seat_once"),
            models.CheckConstraint(condition=one_of("state", SeatState), name="seat_state"),
            models.CheckConstraint(condition=~Q(state="open") | Q(due_at__isnull=False), name="seat_due"),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="seat_claimed",
            ),
        ]

    def __str__(self) -> str:
        """Whose seat it is."""
        return " or ".join(self.roles)
