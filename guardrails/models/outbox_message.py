"""Outbox message: an event that others are to hear of, noted in the transaction of what happened."""

from django.db import models
from django.db.models import Q

from guardrails.models.audit_record import AuditRecord

ID_PREFIX = "evt"


class OutboxMessage(models.Model):
    """As slim as it can be, because every grant writes one: what it says is read from its audit record.

    `number` is given by the database: those of one subject, which are written one after the other, ascend.
    """

    number = models.BigAutoField(primary_key=True)
    # No constraint: both rows are written in one statement, and an audit record stays for ever.
    record = models.ForeignKey(
        AuditRecord, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    fanned_out_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when it is a delivery for everybody who wants it."
    )

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(fields=["number"], condition=Q(fanned_out_at__isnull=True), name="message_waiting"),
            # Which are old enough to be deleted.
            models.Index(fields=["fanned_out_at"], condition=Q(fanned_out_at__isnull=False), name="message_fanned_out"),
        ]
        constraints = [models.UniqueConstraint(fields=["record"], name="message_once")]

    def __str__(self) -> str:
        """The event's id."""
        return self.event_id

    @property
    def event_id(self) -> str:
        """Give the id by which receivers ignore repeats: that of its audit record, with a prefix of its own."""
        return event_id(self.record_id)


def event_id(record_id: str) -> str:
    """Give the event's id of an audit record: "aud_01K…" is told as "evt_01K…"."""
    return f"{ID_PREFIX}_{record_id.partition('_')[2]}"


def record_id(event: str) -> str:
    """Give the audit record's id of an event."""
    return f"aud_{event.partition('_')[2]}"
