"""Approval request: somebody is asked to say yes to an exception beyond what its role may give alone."""

from django.db import models
from django.db.models import Q

from guardrails.models.agent import Agent
from guardrails.models.care_exception import CareException
from guardrails.models.codes import code_column, reference_column
from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy
from policies.models.codes import one_of


class ApprovalState(models.TextChoices):
    """Where a request is."""

    OPEN = "open", "Open"
    QUESTION = "question", "Waiting for an answer to a question"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    COUNTERED = "countered", "Answered with another proposal"
    TIMED_OUT = "timed_out", "Timed out"
    VOIDED = "voided", "Voided"


UNDECIDED = (ApprovalState.OPEN, ApprovalState.QUESTION)
"""States in which somebody still has to say yes or no."""


class WhenApproved(models.TextChoices):
    """What becomes of the exception with the last yes."""

    HOLD = "hold", "It is kept for the agent, who gives it"
    GRANT = "grant", "It is granted at once"


class ApprovalRequest(models.Model):
    """One request; an exception has one that is undecided. Numbers are minor units, or scaled by the remedy's places.

    `bound` is what a yes holds for: the customer, the case, the remedy, how much, the values of the facts that the
    rule used and the version. The words of a note are no part of it.
    """

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    exception = models.ForeignKey(CareException, on_delete=models.PROTECT, related_name="approval_requests")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    requested_by = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=16, choices=ApprovalState, default=ApprovalState.OPEN)
    remedy = code_column()
    customer = reference_column(help_text="The customer as the asking system calls them.")
    case = reference_column(help_text="The case as the asking system calls it.")
    needs = models.JSONField(help_text="Who must agree: any of these roles, all of those.")
    answer_within = models.CharField(max_length=32, help_text="Within which business time each of them answers.")
    number = models.BigIntegerField(null=True, blank=True, help_text="How much was asked for.")
    cost_minor = models.BigIntegerField(help_text="What that takes from budgets in money.")
    approved_number = models.BigIntegerField(
        null=True, blank=True, help_text="The least that those who agreed so far have agreed to."
    )
    alone_number = models.BigIntegerField(
        null=True, blank=True, help_text="How much the role could have given alone; empty: nothing."
    )
    bound = models.JSONField(help_text="What a yes holds for.")
    says = models.TextField(blank=True, default="", help_text="Why, in the agent's words.")
    told = models.TextField(blank=True, default="", help_text="What the customer was told.")
    when_approved = models.CharField(max_length=8, choices=WhenApproved, default=WhenApproved.HOLD)
    extends = models.JSONField(default=list, blank=True, help_text="The budgets that it goes beyond.")
    reserved = models.BooleanField(default=False, help_text="Whether its budgets were set aside when it was made.")
    earlier_no = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="asked_again",
        db_index=False,
        help_text='The "no" after which it was asked again, one level up.',
    )
    due_at = models.DateTimeField(help_text="Until when an answer is due.")
    paused_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the clock stands: a question is open."
    )
    question_due_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when the question is to be answered; then the clock runs on."
    )
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["created_at", "id"], name="approval_by_time"),
            # Few are open at any time, among however many that are decided.
            models.Index(
                fields=["policy", "due_at", "id"],
                condition=Q(state__in=["open", "question"]),
                name="approval_undecided",
            ),
            models.Index(fields=["question_due_at", "id"], condition=Q(state="question"), name="approval_question"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["exception"], condition=Q(state__in=UNDECIDED), name="approval_one_undecided"
            ),
            models.CheckConstraint(condition=one_of("state", ApprovalState), name="approval_state"),
            models.CheckConstraint(condition=one_of("when_approved", WhenApproved), name="approval_when_approved"),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED, closed_at__isnull=True)
                | ~Q(state__in=UNDECIDED) & Q(closed_at__isnull=False),
                name="approval_closed",
            ),
            models.CheckConstraint(
                condition=Q(state="question", paused_at__isnull=False)
                | ~Q(state="question") & Q(paused_at__isnull=True),
                name="approval_paused",
            ),
            models.CheckConstraint(
                condition=Q(state="question") | Q(question_due_at__isnull=True), name="approval_question_due"
            ),
        ]

    def __str__(self) -> str:
        """The request's id."""
        return self.id
