"""Team: agents who work together; budgets can be set for each team."""

from django.db import models

from guardrails.models.codes import name_code_field
from policies.models.tracking import tracked


class Team(models.Model):
    """A group of agents."""

    code = name_code_field()
    name = models.CharField(max_length=200)

    history = tracked()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        """The team's name."""
        return self.name
