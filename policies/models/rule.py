"""Rule: one row of the decision table, with its conditions and its approval ladder."""

from django.db import models
from django.db.models import Q

from policies.models.codes import one_of
from policies.models.element import Element, Positioned, element_constraints
from policies.models.reason import Reason
from policies.models.remedy import FollowUp, Remedy, Texts
from policies.models.role import Role
from policies.models.shown import shown
from policies.models.tracking import tracked


class Effect(models.TextChoices):
    """What a matching rule does."""

    ALLOW = "allow", "Allow"
    FORBID = "forbid", "Forbid"
    HUMAN_ONLY = "human_only", "Human only"


class AmountKind(models.TextChoices):
    """Whether an amount is due, or a range is at the agent's discretion."""

    AMOUNT = "amount", "Exactly this is due"
    UP_TO = "up_to", "Up to this, at discretion"


class Operator(models.TextChoices):
    """What a condition compares; which operators fit depends on the fact's type."""

    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    ONE_OF = "one_of", "is one of"
    NONE_OF = "none_of", "is none of"
    BETWEEN = "between", "is between"
    AT_LEAST = "at_least", "is at least"
    AT_MOST = "at_most", "is at most"
    MORE_THAN = "more_than", "is more than"
    LESS_THAN = "less_than", "is less than"
    WITHIN_LAST = "within_last", "lies within the last"
    SAME_PERIOD = "same_period", "lies in the same period"
    IS_NONE = "is_none", "is given as none"


class Bound(models.TextChoices):
    """How far a step reaches."""

    UP_TO = "up_to", "Up to"
    BELOW = "below", "Below"


def formula_field(help_text: str) -> "models.JSONField[object, object]":
    """Give a column for an amount formula as the document writes it; null where there is none."""
    return models.JSONField(null=True, blank=True, help_text=help_text)


class Rule(Element, Texts, FollowUp):
    """For these roles, reasons, remedies and conditions: allow, forbid, or human only."""

    effect = models.CharField(max_length=16, choices=Effect, default=Effect.ALLOW)
    roles = models.ManyToManyField(Role, blank=True, help_text="Left empty: every role.")
    reasons = models.ManyToManyField(Reason, blank=True, help_text="Left empty: every reason.")
    remedies = models.ManyToManyField(
        Remedy, blank=True, help_text="Left empty (in forbid and human-only rules alone): every remedy."
    )
    starts_on = models.DateField(null=True, blank=True, help_text="First day, in the policy's time zone.")
    ends_on = models.DateField(null=True, blank=True, help_text="Last day, in the policy's time zone.")
    kind = models.CharField(
        max_length=8,
        blank=True,
        choices=AmountKind,
        help_text="Left empty for remedies that are given or not.",
    )
    amount = formula_field("How much: 25.00, a fact's code, or a formula.")
    at_least = formula_field("The range's lower end. Left empty: one step.")
    suggest = formula_field("What to start with. Left empty: the upper end.")
    step = models.CharField(max_length=32, blank=True, help_text="Amounts are multiples of it, for example 0.50.")
    terms = models.JSONField(
        null=True, blank=True, help_text="How far each term of the remedy goes, for example {months: 6}."
    )
    alone = models.JSONField(
        null=True, blank=True, help_text="How far the role may go by itself: never, up_to or below an amount."
    )
    because = models.TextField(blank=True, help_text="Of a forbid or human-only rule: the reason in words.")

    history = tracked(m2m_fields=[roles, reasons, remedies])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("rule"),
            models.CheckConstraint(condition=one_of("effect", Effect), name="rule_effect"),
            models.CheckConstraint(condition=one_of("kind", AmountKind, blank=True), name="rule_kind"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(starts_on__lte=models.F("ends_on")),
                name="rule_days_in_order",
                violation_error_message="The last day is before the first.",
            ),
        ]


class Condition(Positioned):
    """One condition of a rule; all of a rule's conditions must hold."""

    siblings_of = "rule"

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="conditions")
    fact = models.CharField(max_length=64, help_text="Code of a given, derived or history fact.")
    operator = models.CharField(max_length=16, choices=Operator)
    value = models.JSONField(help_text="What the fact is compared with, as in the document.")

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=one_of("operator", Operator), name="condition_operator")]

    def __str__(self) -> str:
        """Fact, operator and value."""
        return f"{self.fact} {self.get_operator_display()} {shown(self.value)}"


class ApprovalStep(Positioned):
    """One step of a rule's approval ladder: who must agree, up to which amount."""

    siblings_of = "rule"

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="approval")
    bound = models.CharField(max_length=8, blank=True, choices=Bound, help_text="Left empty: any amount.")
    limit = formula_field("How far this step reaches, for example 60.00.")
    any_of = models.ManyToManyField(Role, blank=True, related_name="+", help_text="One of these must agree.")
    all_of = models.ManyToManyField(Role, blank=True, related_name="+", help_text="Every one of these must agree.")
    sequence = models.JSONField(
        "one after the other",
        null=True,
        blank=True,
        help_text="All of them, in the order in which they are asked. Left empty: all at once.",
    )
    answer_within = models.CharField(max_length=32, blank=True, help_text="ISO 8601 duration, for example PT2H.")

    history = tracked(m2m_fields=[any_of, all_of])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=one_of("bound", Bound, blank=True), name="approvalstep_bound"),
        ]

    def __str__(self) -> str:
        """How far the step reaches."""
        return f"{self.get_bound_display()} {shown(self.limit)}" if self.bound else "Any amount"
