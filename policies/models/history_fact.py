"""History fact: what our own records say about the customer or the case."""

from django.db import models

from policies.models.codes import one_of
from policies.models.element import Element, element_constraints
from policies.models.reason import Reason
from policies.models.remedy import Remedy
from policies.models.tracking import tracked


class HistoryMeasure(models.TextChoices):
    """How many exceptions were granted, or what they came to."""

    COUNT = "count", "How many exceptions"
    AMOUNT = "amount", "What they came to"


class HistoryScope(models.TextChoices):
    """Whose exceptions."""

    CUSTOMER = "customer", "Of this customer"
    CASE = "case", "Of this case and those linked to it"


class HistoryFact(Element):
    """For example credits this year: how many store credits this customer had in the last 12 months."""

    measure = models.CharField(max_length=8, choices=HistoryMeasure)
    scope = models.CharField(max_length=8, choices=HistoryScope)
    last_days = models.PositiveIntegerField(null=True, blank=True, help_text="Left empty with months: ever.")
    last_months = models.PositiveIntegerField(null=True, blank=True)
    remedies = models.ManyToManyField(Remedy, blank=True, help_text="Left empty: every remedy.")
    reasons = models.ManyToManyField(Reason, blank=True, help_text="Left empty: every reason.")

    history = tracked(m2m_fields=[remedies, reasons])

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("historyfact"),
            models.CheckConstraint(condition=one_of("measure", HistoryMeasure), name="historyfact_measure"),
            models.CheckConstraint(condition=one_of("scope", HistoryScope), name="historyfact_scope"),
            models.CheckConstraint(
                condition=models.Q(last_days__isnull=True) | models.Q(last_months__isnull=True),
                name="historyfact_days_or_months",
                violation_error_message="Give days or months, not both.",
            ),
        ]
