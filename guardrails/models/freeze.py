"""Freeze: what a manager has stopped, why, and what to do instead."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from guardrails.models.codes import NAME_LENGTH
from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy
from policies.models.codes import one_of


class FreezeTarget(models.TextChoices):
    """What can be stopped. A role and a remedy belong to a policy; the others can be stopped everywhere."""

    AGENT = "agent", "Agent"
    TEAM = "team", "Team"
    ROLE = "role", "Role"
    REMEDY = "remedy", "Remedy"
    CLIENT = "client", "Client (API token)"
    POLICY = "policy", "Whole policy"


IN_A_POLICY = (FreezeTarget.ROLE, FreezeTarget.REMEDY, FreezeTarget.POLICY)
"""What is stopped in one policy alone, never everywhere."""


class OpenPromises(models.TextChoices):
    """What becomes of holds, requests and approvals that nobody has taken yet."""

    KEEP = "keep", "Kept: what was promised may still be given"
    VOID = "void", "Voided: the customer has to be told"


class Freeze(models.Model):
    """A stop from `begins_at` until, exclusive, `ends_at`. Lifting it is the one change; both are audit records."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    policy = models.ForeignKey(
        Policy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="In which policy; left empty: in every one.",
    )
    kind = models.CharField("what", max_length=8, choices=FreezeTarget)
    target = models.CharField(max_length=NAME_LENGTH, help_text="Its code; of a client the token's id.")
    name = models.CharField(max_length=200, help_text="What people call it.")
    reason = models.TextField(help_text="Why. Agents are told.")
    instead = models.TextField(blank=True, default="", help_text="What agents do meanwhile. They are told.")
    promises = models.CharField(
        "open promises", max_length=4, choices=OpenPromises, help_text="What becomes of open holds and requests."
    )
    begins_at = models.DateTimeField("begins")
    ends_at = models.DateTimeField("ends", null=True, blank=True, help_text="Left empty: until it is lifted.")
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField("lifted", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_because = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["-begins_at", "-id"]
        verbose_name = "stop"
        verbose_name_plural = "stopped"
        indexes = [
            # Every question looks here: few are in force at any time, among however many that are over.
            models.Index(fields=["kind", "target"], condition=Q(lifted_at__isnull=True), name="freeze_not_lifted"),
        ]
        constraints = [
            models.CheckConstraint(condition=one_of("kind", FreezeTarget), name="freeze_kind"),
            models.CheckConstraint(condition=one_of("promises", OpenPromises), name="freeze_promises"),
            models.CheckConstraint(
                condition=~Q(kind__in=IN_A_POLICY) | Q(policy__isnull=False), name="freeze_in_a_policy"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("begins_at")), name="freeze_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_because="")
                | Q(lifted_at__isnull=False) & ~Q(lifted_because=""),
                name="freeze_lifted_because",
            ),
        ]

    def __str__(self) -> str:
        """What is stopped."""
        return f"{self.get_kind_display()}: {self.name}"

    def in_force(self, now: datetime) -> bool:
        """Tell whether it stops anything at this moment."""
        return self.lifted_at is None and self.begins_at <= now and (self.ends_at is None or self.ends_at > now)
