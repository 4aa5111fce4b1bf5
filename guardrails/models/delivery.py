"""Delivery: one message for one receiver, an endpoint or an e-mail address, and how far it has got."""

from django.db import models
from django.db.models import F, Q

from guardrails.models.outbox_message import OutboxMessage
from guardrails.models.webhook_endpoint import WebhookEndpoint
from policies.models.codes import one_of

LONGEST_ERROR = 300


class DeliveryState(models.TextChoices):
    """A dead one was given up; replaying it makes it due again."""

    DUE = "due", "Due"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class Delivery(models.Model):
    """At least once, and in order for one subject and receiver: later ones wait until it is delivered or dead."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="deliveries")
    endpoint = models.ForeignKey(
        WebhookEndpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    address = models.EmailField(blank=True, default="", help_text="Of an e-mail.")
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=161, help_text="What it is about: type, colon, id.")
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.DUE)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    due_since = models.DateTimeField(help_text="Since when it is tried: its creation, or its last replay.")
    next_at = models.DateTimeField(help_text="Not before this moment.")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="Until then one worker has it to itself.")
    last_status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status of the last attempt.")
    last_error = models.CharField(max_length=LONGEST_ERROR, blank=True, default="")
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-message", "-id"]
        indexes = [
            models.Index(fields=["next_at", "message"], condition=Q(state="due"), name="delivery_due"),
            # Whether an earlier one of the same subject is still due.
            models.Index(fields=["subject", "message"], condition=Q(state="due"), name="delivery_due_of_subject"),
            models.Index(fields=["message"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(fields=["endpoint", "created_at"], name="delivery_by_endpoint"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "endpoint"], condition=Q(endpoint__isnull=False), name="delivery_once_per_endpoint"
            ),
            models.UniqueConstraint(
                fields=["message", "address"], condition=~Q(address=""), name="delivery_once_per_address"
            ),
            models.CheckConstraint(condition=one_of("state", DeliveryState), name="delivery_state"),
            models.CheckConstraint(
                condition=Q(endpoint__isnull=False, address="") | Q(endpoint__isnull=True) & ~Q(address=""),
                name="delivery_one_receiver",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | ~Q(state="delivered") & Q(delivered_at__isnull=True),
                name="delivery_delivered_at",
            ),
            models.CheckConstraint(condition=Q(due_since__gte=F("created_at")), name="delivery_due_since"),
        ]

    def __str__(self) -> str:
        """What goes to whom."""
        return f"{self.kind} to {self.receiver}"

    @property
    def receiver(self) -> str:
        """Name the endpoint, or give the address."""
        return str(self.endpoint) if self.endpoint_id else self.address
