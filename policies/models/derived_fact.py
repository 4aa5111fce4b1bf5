"""Derived fact: a fact that is worked out from others, by one of a closed family of forms."""

from django.db import models

from policies.models.codes import one_of
from policies.models.element import Element, element_constraints
from policies.models.tracking import tracked


class DerivedForm(models.TextChoices):
    """How a derived fact is worked out."""

    DIFFERENCE = "difference", "Difference of two facts"
    SUM = "sum", "Sum of facts"
    PRODUCT = "product", "Product with a constant"
    RATIO = "ratio", "Ratio in percent"
    DAYS_BETWEEN = "days_between", "Days between"
    WORKING_DAYS_BETWEEN = "working_days_between", "Working days between"
    HOURS_BETWEEN = "hours_between", "Hours between"
    FORMULA = "formula", "Amount formula"
    SUM_OF = "sum_of", "Sum over lines"
    MIN_OF = "min_of", "Least of lines"
    MAX_OF = "max_of", "Greatest of lines"
    COUNT_OF = "count_of", "Number of lines"
    ANY_OF = "any_of", "Whether any line"
    ALL_OF = "all_of", "Whether all lines"


class DerivedFact(Element):
    """For example days late: days between the promised day and now."""

    form = models.CharField(max_length=32, choices=DerivedForm)
    definition = models.JSONField(help_text="What the form takes, as in the document.")

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("derivedfact"),
            models.CheckConstraint(condition=one_of("form", DerivedForm), name="derivedfact_form"),
        ]
