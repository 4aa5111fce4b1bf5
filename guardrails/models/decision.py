"""Decision: one answer to "what can I offer?", with everything that the engine read to give it."""

from django.db import models

from guardrails.models.agent import Agent
from guardrails.models.codes import code_column, reference_column
from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy, PolicyVersion


class Decision(models.Model):
    """Append-only. `question` and `version` give `answer` again, byte for byte (`manage.py redecide`)."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = code_column()
    role = code_column()
    reason = code_column()
    channel = models.CharField(max_length=64, blank=True, default="")
    customer = reference_column(help_text="The customer as the asking system calls them.")
    case = reference_column(help_text="The case as the asking system calls it.")
    client = models.CharField(max_length=ID_LENGTH, help_text="The token's id.")
    asked_at = models.DateTimeField()
    asked_on = models.DateField(help_text="The day in the policy's time zone.")
    question = models.TextField(help_text="Canonical JSON: everything that the engine read.")
    answer = models.TextField(help_text="Canonical JSON, as it was given.")

    class Meta:
        ordering = ["-id"]
        indexes = [
            # The contacts of a case, newest first; and whether an agent was asked about it.
            models.Index(fields=["case", "policy", "asked_at"], condition=~models.Q(case=""), name="decision_by_case"),
        ]

    def __str__(self) -> str:
        """The decision's id."""
        return self.id
