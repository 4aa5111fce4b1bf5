"""Audit record: one event, in canonical JSON, written in the transaction of what it records."""

from django.db import models
from django.db.models import Q

from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy


class AuditRecord(models.Model):
    """Append-only: the database refuses to change or delete it.

    A repeated request finds its first answer here: every write of a client is one record, once per
    client and idempotency key.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    at = models.DateTimeField()
    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=128)
    policy = models.ForeignKey(Policy, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    actor = models.CharField(max_length=128)
    on_behalf_of = models.CharField(max_length=128, blank=True, default="")
    client = models.CharField(max_length=ID_LENGTH, blank=True, default="")
    request_id = models.CharField(max_length=128, blank=True, default="")
    idempotency_key = models.CharField(max_length=255, blank=True, default="")
    request_digest = models.CharField(max_length=71, blank=True, default="")
    body = models.TextField(help_text="Canonical JSON (RFC 8785).")
    digest = models.CharField(max_length=71, help_text="SHA-256 of the body.")

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["policy", "at", "id"], name="audit_by_policy"),
            # What a payer said and cannot be: hardly ever there, and looked for among everything.
            models.Index(fields=["at"], condition=Q(kind="settlement.refused"), name="audit_refused_settlements"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="audit_idempotent",
            ),
        ]

    def __str__(self) -> str:
        """Kind and subject."""
        return f"{self.kind} {self.subject_id}"
