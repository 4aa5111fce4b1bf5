"""Agent: who serves the customer, a person or an AI; an assignment gives them a role under a policy."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from guardrails.models.codes import NAME_LENGTH, name_code_field, validate_name
from guardrails.models.team import Team
from policies.models import Policy, Role
from policies.models.codes import one_of
from policies.models.tracking import tracked


class AgentKind(models.TextChoices):
    """Human-only rules keep a remedy back from AI agents."""

    HUMAN = "human", "Person"
    AI = "ai", "AI assistant"


class Agent(models.Model):
    """Who asks what can be offered. One that leaves is made inactive, never deleted: decisions name them."""

    code = name_code_field()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=AgentKind, default=AgentKind.HUMAN)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="agents")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agent",
        help_text="Their login to the screens, where they have one.",
    )
    person = models.CharField(
        max_length=NAME_LENGTH,
        blank=True,
        default="",
        validators=[validate_name],
        help_text="The same code at every account of the same person: nobody approves what they asked for themselves,"
        " not through a second account either. Left empty where they have one account.",
    )
    active = models.BooleanField(default=True, help_text="An inactive agent can neither ask nor grant.")

    history = tracked()

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=one_of("kind", AgentKind), name="agent_kind")]

    def __str__(self) -> str:
        """The agent's name."""
        return self.name


class Assignment(models.Model):
    """One role of one agent under one policy."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="assignments")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")

    history = tracked()

    class Meta:
        ordering = ["agent", "policy"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "policy"], name="assignment_one_role_per_policy"),
        ]

    def __str__(self) -> str:
        """Agent, role and policy."""
        return f"{self.agent}: {self.role} in {self.policy}"

    def clean(self) -> None:
        """Refuse another policy's role; such a row would give no right at all (queries.agent_context)."""
        if self.role_id and self.policy_id and self.role.policy_id != self.policy_id:
            raise ValidationError({"role": "Choose a role of the same policy."})
