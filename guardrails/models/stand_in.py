"""Stand-in: who approves for somebody who is away, from when until when."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from guardrails.models.agent import Agent, AgentKind
from policies.models import Policy
from policies.models.tracking import tracked


class StandIn(models.Model):
    """From `starts_at` to before `ends_at` the stand-in may approve with the absent agent's role."""

    absent = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="stood_in_for_by", help_text="Who is away."
    )
    stand_in = models.ForeignKey(
        Agent, on_delete=models.PROTECT, related_name="stands_in_for", help_text="Who approves for them."
    )
    policy = models.ForeignKey(
        Policy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Left empty: under every policy in which the absent agent has a role.",
    )
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("until")

    history = tracked()

    class Meta:
        verbose_name = "stand-in"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(absent=F("stand_in")), name="stand_in_is_another"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="stand_in_ends_after_start"),
        ]

    def __str__(self) -> str:
        """Who stands in for whom."""
        return f"{self.stand_in} for {self.absent}"

    def clean(self) -> None:
        """Refuse who could never vote, and whoever is away themselves."""
        if self.absent_id and self.absent_id == self.stand_in_id:
            raise ValidationError({"stand_in": "Choose somebody else: nobody stands in for themselves."})
        if self.stand_in_id and self.stand_in.kind == AgentKind.AI:
            raise ValidationError({"stand_in": "Choose a person: an AI agent approves nothing."})
        if None not in (self.starts_at, self.ends_at) and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "Must be after it begins."})
