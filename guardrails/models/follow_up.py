"""Follow-up: what is still owed to the customer after an exception: what, by whom, until when."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from guardrails.models.agent import Agent
from guardrails.models.care_exception import CareException
from guardrails.models.codes import NAME_LENGTH, code_column, reference_column
from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy
from policies.models.codes import one_of


class FollowUpState(models.TextChoices):
    """Where a follow-up is; whether it is overdue is said by its time."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


class FollowUp(models.Model):
    """Owned by an agent, or, without one, by everybody in a role. How it turned out is an Outcome.

    `handed_on` is its way so far: a list of at, by, from, to (each with agent and role) and note.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    exception = models.OneToOneField(CareException, on_delete=models.PROTECT, related_name="follow_up")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    customer = reference_column(help_text="The customer as the asking system calls them.")
    case = reference_column(help_text="The case as the asking system calls it.")
    what = models.TextField(help_text="What is owed to the customer.")
    due_at = models.DateTimeField()
    owner = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="follow_ups",
        db_index=False,
        help_text="Who has to see to it; empty: anybody in the role.",
    )
    role = code_column()
    state = models.CharField(max_length=16, choices=FollowUpState, default=FollowUpState.OPEN)
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="When it was recorded as overdue.")
    escalated_to = models.CharField(
        max_length=NAME_LENGTH, blank=True, default="", help_text="The role that was told last that it is overdue."
    )
    chase_at = models.DateTimeField(
        null=True, blank=True, help_text="When it is looked at again; empty: when it is due."
    )
    handed_on = models.JSONField(default=list, blank=True, help_text="From whom to whom it went, and why.")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "follow-up"
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="follow_up_by_time"),
            models.Index(fields=["policy", "due_at", "id"], name="follow_up_by_policy"),
            models.Index(fields=["owner", "due_at", "id"], name="follow_up_by_owner"),
            models.Index(
                fields=["customer", "policy"], condition=~Q(customer="") & Q(state="open"), name="follow_up_owed"
            ),
            # Few are open, among however many that are done; of those, one finds what has to be looked at now.
            models.Index(Coalesce("chase_at", "due_at"), condition=Q(state="open"), name="follow_up_chased"),
        ]
        constraints = [
            models.CheckConstraint(condition=one_of("state", FollowUpState), name="follow_up_state"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | ~Q(state="open") & Q(closed_at__isnull=False),
                name="follow_up_closed",
            ),
            models.CheckConstraint(condition=~Q(what="") & ~Q(role=""), name="follow_up_is_owed"),
            models.CheckConstraint(
                condition=Q(escalated_to="") | Q(overdue_at__isnull=False), name="follow_up_escalated"
            ),
        ]

    def __str__(self) -> str:
        """What is owed."""
        return self.what
