"""Vote: what somebody said to a request for approval; it is never changed."""

from django.db import models
from django.db.models import Q

from guardrails.models.agent import Agent
from guardrails.models.approval import ApprovalRequest
from guardrails.models.approval_seat import ApprovalSeat
from guardrails.models.codes import NAME_LENGTH, code_column
from policies.models.codes import one_of


class Verdict(models.TextChoices):
    """What can be said."""

    APPROVE = "approve", "Yes"
    APPROVE_LESS = "approve_less", "Yes, to less"
    COUNTER = "counter", "Something else instead"
    DECLINE = "decline", "No"
    ASK = "ask", "A question"
    ANSWER = "answer", "The answer"


YES = (Verdict.APPROVE, Verdict.APPROVE_LESS)
"""Verdicts that take a seat."""


class Vote(models.Model):
    """Append-only. `number` is in minor units or scaled by the remedy's places; `remedy` is what is proposed instead.

    `role` is the one in which they spoke: of a stand-in that of `for_agent`, who is absent.
    """

    request = models.ForeignKey(ApprovalRequest, on_delete=models.PROTECT, related_name="votes")
    seat = models.ForeignKey(
        ApprovalSeat,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="votes",
        db_index=False,
        help_text="Empty: said by those who asked.",
    )
    agent = models.ForeignKey(Agent, on_delete=models.PROTECT, related_name="votes", db_index=False)
    role = code_column()
    verdict = models.CharField(max_length=16, choices=Verdict)
    number = models.BigIntegerField(null=True, blank=True)
    remedy = models.CharField(max_length=NAME_LENGTH, blank=True, default="")
    text = models.TextField(blank=True, default="")
    say = models.TextField(blank=True, default="", help_text="What the customer may be told of what is proposed.")
    for_agent = models.ForeignKey(
        Agent,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="Whom they stood in for.",
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=one_of("verdict", Verdict), name="vote_verdict"),
            models.CheckConstraint(
                condition=~Q(verdict__in=["decline", "ask", "answer"]) | ~Q(text=""), name="vote_says_why"
            ),
            models.CheckConstraint(condition=Q(verdict="answer") | Q(seat__isnull=False), name="vote_has_a_seat"),
            # On each seat one yes.
            models.UniqueConstraint(
                fields=["seat"], condition=Q(verdict__in=["approve", "approve_less"]), name="vote_one_yes_a_seat"
            ),
        ]

    def __str__(self) -> str:
        """Who said what."""
        return f"{self.agent}: {self.get_verdict_display()}"
