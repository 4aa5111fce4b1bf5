"""Webhook endpoint: an address of another system that is told what happens."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from guardrails.models.sealed import unseal
from policies.models import Policy
from policies.models.tracking import tracked

KINDS = {
    "exception": "Exceptions: held, asked for, approved, granted, declined, voided, expired, reversed …",
    "approval": "Approvals: votes, questions, reminders, escalations",
    "settlement": "Settlements: sent, confirmed, failed, taken back",
    "follow_up": "Follow-ups: handed on, done, overdue",
    "work_item": "Work items: opened, claimed, done",
    "case": "Cases: linked, unlinked",
    "freeze": "Freezes: begun, ended",
    "budget": "Budgets: 50, 80, 100 % taken",
    "policy": "Policies: published",
}
"""What leaves through the outbox: the first word of an audit record's kind, and what it is about."""
MAILED_ALONE = frozenset({"webhook.gone"})
"""Kinds that leave by e-mail alone: they are about endpoints, for the people who keep these."""


def validate_kinds(value: Any) -> None:
    """Refuse anything but a list of kinds: a group such as "exception", or one kind such as "exception.granted"."""
    texts = value if isinstance(value, list) else [""]
    if not all(isinstance(text, str) and text.partition(".")[0] in KINDS for text in texts):
        raise ValidationError(f"Must be a list of groups or kinds of: {', '.join(KINDS)}.")


class WebhookEndpoint(models.Model):
    """Who is told, of what, and how they know that it comes from us. Endpoints are switched off, not deleted."""

    name = models.CharField(max_length=100, unique=True, help_text="Which system it is, for example Payments.")
    url = models.CharField(
        "address", max_length=500, help_text="Where events are sent, for example https://pay.example.com/guardrails."
    )
    kinds = models.JSONField(
        "events", default=list, blank=True, validators=[validate_kinds], help_text="Left empty: every event."
    )
    policies = models.ManyToManyField(
        Policy, blank=True, related_name="+", help_text="Of which policies. Left empty: of every policy."
    )
    pays = models.BooleanField(
        "it pays",
        default=False,
        help_text="It pays or delivers what is granted: an exception whose grant it has received counts as sent.",
    )
    active = models.BooleanField(default=True, help_text="An inactive endpoint is told nothing.")
    off_since = models.DateTimeField(null=True, blank=True, editable=False, help_text="Since when it is switched off.")
    off_because = models.TextField(blank=True, default="", editable=False, help_text="Why it was switched off.")
    quiet_until = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="It is told nothing before this moment: it asked for that, or did not answer.",
    )
    secret = models.TextField(editable=False, help_text="Encrypted; shown once, when it is made.")
    previous_secret = models.TextField(editable=False, blank=True, default="")
    previous_until = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Until when the secret before it signs as well."
    )

    history = tracked(m2m_fields=[policies], excluded_fields=["secret", "previous_secret", "quiet_until"])

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(previous_secret="", previous_until__isnull=True)
                | ~Q(previous_secret="") & Q(previous_until__isnull=False),
                name="endpoint_previous_secret",
            ),
            models.CheckConstraint(
                condition=Q(active=False) | Q(off_since__isnull=True, off_because=""), name="endpoint_off"
            ),
        ]

    def __str__(self) -> str:
        """The endpoint's name; never a secret."""
        return self.name

    def wants(self, kind: str, policy_id: int | None, policies: set[int]) -> bool:
        """Tell whether it is told of this kind in this policy; `policies` are the ids of its policies."""
        group = kind.partition(".")[0]
        named = group in KINDS and (not self.kinds or kind in self.kinds or group in self.kinds)
        return self.active and named and (not policies or policy_id in policies)

    def secrets(self, now: datetime) -> list[str]:
        """Give the secrets that sign now: the newest, and for a while after a rotation the one before."""
        sealed = [self.secret]
        if self.previous_until and now < self.previous_until:
            sealed.append(self.previous_secret)
        return [unseal(each) for each in sealed]
