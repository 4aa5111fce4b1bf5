"""Policy version: a published policy, immutable, numbered, named by the hash of its canonical JSON."""

from django.conf import settings
from django.db import models

from policies.models.policy import Policy


class PolicyVersion(models.Model):
    """What a publication made; the database itself refuses to change or delete it (policies.triggers)."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=71, db_index=True, help_text="sha256: and 64 hexadecimal digits.")
    document = models.TextField(help_text="Canonical JSON (RFC 8785).")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policyversion_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="policyversion_number"),
        ]

    def __str__(self) -> str:
        """Policy and number."""
        return f"{self.policy} version {self.number}"
