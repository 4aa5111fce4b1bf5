"""Policy: one rulebook for one market or brand, in one currency and one time zone."""

from django.core.validators import RegexValidator
from django.db import models

from policies.models.codes import code_field, one_of
from policies.models.tracking import tracked


class RoundingMode(models.TextChoices):
    """How an amount is rounded at its end; `up` is away from zero, `down` toward zero."""

    HALF_UP = "half_up", "Half up"
    HALF_EVEN = "half_even", "Half even"
    HALF_DOWN = "half_down", "Half down"
    UP = "up", "Up"
    DOWN = "down", "Down"


class Reserve(models.TextChoices):
    """When the budgets of an amount that waits for a yes are reserved."""

    ON_REQUEST = "on_request", "When it is asked for"
    ON_APPROVAL = "on_approval", "When it is approved"


class Policy(models.Model):
    """The draft of a rulebook and the version that is live."""

    code = code_field(unique=True)
    name = models.CharField(max_length=200, blank=True, help_text="For people. Left empty: made from the code.")
    description = models.TextField(blank=True, help_text="A note for colleagues; never changes an answer.")
    currency = models.CharField(
        max_length=3,
        validators=[RegexValidator(r"\A[A-Z]{3}\Z", "Use a currency's three letters, for example EUR.")],
        help_text="ISO 4217, for example EUR; every amount of the policy is in it.",
    )
    time_zone = models.CharField(
        max_length=64,
        help_text="For example Europe/Berlin; days, weeks and budget periods begin at midnight there.",
    )
    language = models.CharField(
        max_length=35,
        blank=True,
        default="en",
        help_text="Of the texts in this policy, for example en or pt-BR.",
    )
    handover_name = models.CharField(
        "hand-over",
        max_length=200,
        blank=True,
        help_text="Who takes over when no role can decide, for example Care desk.",
    )
    handover_how = models.TextField("how to hand over", blank=True, help_text="What the agent does to hand over.")
    rounding_mode = models.CharField(
        max_length=16,
        blank=True,
        choices=RoundingMode,
        help_text="Of every amount at its end. Left empty: half up.",
    )
    calendar = models.JSONField(
        null=True,
        blank=True,
        help_text="Which days are no working days: {weekend: [saturday, sunday], holidays: [2026-12-25]}.",
    )
    rounding_step = models.CharField(
        max_length=32, blank=True, help_text="For example 0.05. Left empty: the currency's smallest unit."
    )
    approvals_reserve = models.CharField(
        "reserve budgets",
        max_length=16,
        blank=True,
        choices=Reserve,
        help_text="Of an amount that waits for a yes. Left empty: when it is approved.",
    )
    approvals_answer_within = models.CharField(
        "answer within",
        max_length=32,
        blank=True,
        help_text="ISO 8601 duration, where an approval step names none. Left empty: PT4H.",
    )
    approvals_remind_before = models.CharField(
        "remind before", max_length=32, blank=True, help_text="How long before the answer is due. Left empty: PT30M."
    )
    approvals_keep = models.CharField(
        "keep what is approved",
        max_length=32,
        blank=True,
        help_text="How long an approved amount may be taken before it lapses. Left empty: P7D.",
    )
    approvals_hours = models.JSONField(
        "business hours",
        null=True,
        blank=True,
        help_text="When approvers are there, weekday by weekday, in the policy's time zone.",
    )
    current_version = models.ForeignKey(
        "policies.PolicyVersion",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    history = tracked()

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["code"]
        permissions = [("publish_policy", "Can publish policy")]
        constraints = [
            models.CheckConstraint(
                condition=one_of("approvals_reserve", Reserve, blank=True), name="policy_approvals_reserve"
            ),
            models.CheckConstraint(
                condition=one_of("rounding_mode", RoundingMode, blank=True), name="policy_rounding_mode"
            ),
        ]

    def __str__(self) -> str:
        """Name, or the code where there is none."""
        return self.name or self.code.replace("_", " ").capitalize()
