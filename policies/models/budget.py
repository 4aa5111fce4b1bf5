"""Budget: how much may be given in total, for each of a scope and a period."""

from django.db import models
from django.db.models import Q

from policies.models.codes import one_of
from policies.models.element import Element, element_constraints
from policies.models.reason import Reason
from policies.models.remedy import Remedy
from policies.models.role import Role
from policies.models.tracking import tracked


class BudgetScope(models.TextChoices):
    """One budget for each of these, or one for the whole policy."""

    AGENT = "agent", "Each agent"
    TEAM = "team", "Each team"
    ROLE = "role", "Each role"
    CUSTOMER = "customer", "Each customer"
    CASE = "case", "Each case"
    POLICY = "policy", "The whole policy"


class BudgetMeasure(models.TextChoices):
    """What a budget counts."""

    MONEY = "money", "Money"
    COUNT = "count", "Number of exceptions"


class BudgetPeriod(models.TextChoices):
    """When a budget starts again, at midnight in the policy's time zone."""

    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter"
    YEAR = "year", "Year"
    EVER = "ever", "Ever"


class Budget(Element):
    """For example each frontline agent: €200.00 a week."""

    scope = models.CharField(max_length=16, choices=BudgetScope)
    roles = models.ManyToManyField(Role, blank=True, help_text="Left empty: every role.")
    remedies = models.ManyToManyField(Remedy, blank=True, help_text="Left empty: every remedy.")
    reasons = models.ManyToManyField(Reason, blank=True, help_text="Left empty: every reason.")
    measure = models.CharField(max_length=8, choices=BudgetMeasure)
    limit = models.CharField(max_length=32, help_text="An amount, for example 200.00, or a number of exceptions.")
    per = models.CharField(
        max_length=8, blank=True, choices=BudgetPeriod, help_text="Left empty with a rolling window alone."
    )
    starts = models.CharField(
        max_length=16,
        blank=True,
        help_text="Of a week: its first day, for example monday. Of a year: for example 04-01.",
    )
    rolling_days = models.PositiveIntegerField(null=True, blank=True, help_text="Instead of a period: so many days.")
    rolling_months = models.PositiveIntegerField(null=True, blank=True, help_text="Or so many months.")

    beyond_by = models.ForeignKey(
        Role,
        verbose_name="more if agreed by",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Where it is used up, this role may still say yes to more. Left empty: nobody.",
    )
    beyond_answer_within = models.CharField(
        "who answers within",
        max_length=32,
        blank=True,
        help_text="ISO 8601 duration, for example PT2H. Left empty: as the policy says.",
    )
    alert_at = models.JSONField(
        null=True, blank=True, help_text="Percents of the budget at which an alert goes out, for example 50, 80, 100."
    )

    history = tracked(m2m_fields=[roles, remedies, reasons])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("budget"),
            models.CheckConstraint(condition=one_of("scope", BudgetScope), name="budget_scope"),
            models.CheckConstraint(condition=one_of("measure", BudgetMeasure), name="budget_measure"),
            models.CheckConstraint(condition=one_of("per", BudgetPeriod, blank=True), name="budget_per"),
            models.CheckConstraint(
                condition=(
                    (~Q(per="") & Q(rolling_days__isnull=True, rolling_months__isnull=True))
                    | Q(per="", rolling_days__isnull=False, rolling_months__isnull=True)
                    | Q(per="", rolling_days__isnull=True, rolling_months__isnull=False)
                ),
                name="budget_one_window",
                violation_error_message="Give exactly one: a period, rolling days or rolling months.",
            ),
        ]
