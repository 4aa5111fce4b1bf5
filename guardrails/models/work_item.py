"""Work item: a case that was handed over, with everything said so far; somebody of a role takes it up."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from guardrails.models.agent import Agent
from guardrails.models.codes import NAME_LENGTH, code_column, reference_column
from guardrails.models.decision import Decision
from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy
from policies.models.codes import one_of

HANDOVER = "handover"
"""For whom a work item is where the ladder of roles ends: the policy's hand-over, as an answer's escalation says it."""


class WorkItemState(models.TextChoices):
    """Where a work item is."""

    OPEN = "open", "Open"
    CLAIMED = "claimed", "Claimed"
    DONE = "done", "Done"


class WorkItem(models.Model):
    """The facts, the answer and its context are the decision's; `said` is a list of by and text."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    for_role = code_column()
    from_agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="handed_over", db_index=False)
    from_role = code_column()
    team = code_column()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="work_items")
    customer = reference_column(help_text="The customer as the asking system calls them.")
    case = reference_column(help_text="The case as the asking system calls it.")
    said = models.JSONField(default=list, blank=True, help_text="What was said so far, and by whom.")
    note = models.TextField(blank=True, default="", help_text="Why it was handed over.")
    state = models.CharField(max_length=16, choices=WorkItemState, default=WorkItemState.OPEN)
    claimed_by = models.ForeignKey(
        Agent, null=True, blank=True, on_delete=models.PROTECT, related_name="claimed", db_index=False
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(help_text="Until when somebody should have taken care of it.")
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="When it was recorded as overdue.")
    escalated_to = models.CharField(
        max_length=NAME_LENGTH, blank=True, default="", help_text="The role that was told last that it is overdue."
    )
    chase_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is looked at again; empty: when it is due."
    )
    outcome = models.TextField(blank=True, default="", help_text="How it ended.")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        verbose_name = "hand-over"
        verbose_name_plural = "handed over"
        indexes = [
            models.Index(fields=["due_at", "id"], name="work_item_by_time"),
            models.Index(fields=["policy", "for_role", "due_at", "id"], name="work_item_by_role"),
            models.Index(fields=["case", "policy", "claimed_at"], condition=~Q(case=""), name="work_item_by_case"),
            # As with follow-ups: few are not done, and one of them is due to be looked at.
            models.Index(Coalesce("chase_at", "due_at"), condition=~Q(state="done"), name="work_item_chased"),
        ]
        constraints = [
            models.CheckConstraint(condition=one_of("state", WorkItemState), name="work_item_state"),
            models.CheckConstraint(
                condition=Q(state="open", claimed_by__isnull=True, claimed_at__isnull=True)
                | ~Q(state="open") & Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="work_item_claimed",
            ),
            models.CheckConstraint(
                condition=Q(state="done", closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="done") & Q(closed_at__isnull=True, outcome=""),
                name="work_item_closed",
            ),
            models.CheckConstraint(condition=~Q(for_role=""), name="work_item_is_for_a_role"),
            models.CheckConstraint(
                condition=Q(escalated_to="") | Q(overdue_at__isnull=False), name="work_item_escalated"
            ),
            models.UniqueConstraint(fields=["decision"], condition=~Q(state="done"), name="work_item_once_at_a_time"),
        ]

    def __str__(self) -> str:
        """The work item's id."""
        return self.id
