"""Role: a level of empowerment; roles form a ladder."""

from django.db import models
from django.db.models import F, Q

from policies.models.element import Element, element_constraints
from policies.models.tracking import tracked


class Role(Element):
    """Frontline, senior, supervisor, AI assistant, or a committee that only approves."""

    escalates_to = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="juniors",
        help_text="The next role up. Left empty: the policy's hand-over.",
    )

    may_reverse = models.BooleanField(
        "may take back", default=False, help_text="May take back what was granted, whole or in part, with a reason."
    )

    history = tracked()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *element_constraints("role"),
            models.CheckConstraint(
                condition=Q(escalates_to__isnull=True) | ~Q(escalates_to=F("id")),
                name="role_not_its_own_senior",
                violation_error_message="A role cannot escalate to itself.",
            ),
        ]
