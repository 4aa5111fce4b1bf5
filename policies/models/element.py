"""Element: what every row of a policy's document has in common."""

from typing import Any

from django.db import models
from django.db.models import Max

from policies.models.codes import code_field


class Positioned(models.Model):
    """A row with a place in its list; a new row goes to the end.

    `siblings_of` names the foreign key to the row whose list it is.
    """

    siblings_of = "policy"

    position = models.PositiveIntegerField(blank=True, help_text="Rows are read in this order. Left empty: at the end.")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; without a position, behind the last sibling."""
        if getattr(self, "position", None) is None:
            owner = {f"{self.siblings_of}_id": getattr(self, f"{self.siblings_of}_id")}
            rows = type(self)._default_manager.filter(**owner)  # noqa: SLF001
            self.position = (rows.aggregate(last=Max("position"))["last"] or 0) + 1
        super().save(*args, **kwargs)


class Element(Positioned):
    """A named row of a policy: a role, a reason, a remedy, a fact, a rule, a budget …"""

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT)
    code = code_field()
    name = models.CharField(max_length=200, blank=True, help_text="For people. Left empty: made from the code.")
    description = models.TextField(blank=True, help_text="A note for colleagues; never changes an answer.")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """Name, or the code where there is none."""
        return self.name or self.code.replace("_", " ").capitalize()


def element_constraints(model: str) -> list[models.BaseConstraint]:
    """Give the constraints of every element: a code is used once in its policy."""
    return [
        models.UniqueConstraint(
            fields=["policy", "code"],
            name=f"{model}_code_once",
            violation_error_message="This code is used already in this policy.",
        )
    ]
