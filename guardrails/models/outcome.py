"""Outcome: how it turned out, as the customer said, or as an agent found out."""

from django.db import models
from django.db.models import Q

from guardrails.models.care_exception import CareException
from guardrails.models.codes import NAME_LENGTH, REFERENCE_LENGTH, reference_column
from guardrails.models.follow_up import FollowUp
from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy
from policies.models.codes import one_of

SATISFIED = (1, 5)
EFFORT = (1, 7)
RECOMMEND = (0, 10)


class OutcomeSource(models.TextChoices):
    """Who told it."""

    AGENT = "agent", "The agent who followed up"
    SURVEY = "survey", "A survey"
    SYSTEM = "system", "Another system"


class Stayed(models.TextChoices):
    """Whether the customer is still one."""

    STAYED = "stayed", "Stayed"
    LEFT = "left", "Left"


def _scale(column: str, ends: tuple[int, int]) -> models.CheckConstraint:
    within = Q(**{f"{column}__gte": ends[0], f"{column}__lte": ends[1]})
    return models.CheckConstraint(condition=Q(**{f"{column}__isnull": True}) | within, name=f"outcome_{column}")


class Outcome(models.Model):
    """Append-only: who learns more writes another. It is about an exception, or about a case as a whole."""

    id = models.CharField(primary_key=True, max_length=ID_LENGTH)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    exception = models.ForeignKey(
        CareException, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes"
    )
    follow_up = models.ForeignKey(FollowUp, null=True, blank=True, on_delete=models.PROTECT, related_name="outcomes")
    case = reference_column(help_text="The case as the asking system calls it.")
    source = models.CharField(max_length=16, choices=OutcomeSource)
    reached = models.BooleanField(null=True, blank=True, help_text="Whether the customer was reached.")
    satisfied = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How satisfied, from 1 to 5.")
    effort = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How easy it was made for them, from 1 (not at all) to 7."
    )
    recommend = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Whether they would recommend us, from 0 to 10."
    )
    words = models.TextField(blank=True, default="", help_text="What they said, in their words.")
    contacted_again = models.BooleanField(
        null=True, blank=True, help_text="Whether they had to contact us again about the same thing."
    )
    stayed = models.CharField(max_length=8, choices=Stayed, blank=True, default="")
    root_cause = models.CharField(
        max_length=NAME_LENGTH, blank=True, default="", help_text="A code of what went wrong."
    )
    external_id = models.CharField(
        max_length=REFERENCE_LENGTH, blank=True, default="", help_text="What the system that told it calls it."
    )
    client = models.CharField(max_length=ID_LENGTH, help_text="The token's id.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["case", "policy", "at"], condition=~Q(case=""), name="outcome_by_case"),
            models.Index(fields=["policy", "at", "id"], name="outcome_by_policy"),
        ]
        constraints = [
            models.CheckConstraint(condition=one_of("source", OutcomeSource), name="outcome_source"),
            _scale("satisfied", SATISFIED),
            _scale("effort", EFFORT),
            _scale("recommend", RECOMMEND),
            models.CheckConstraint(condition=one_of("stayed", Stayed, blank=True), name="outcome_stayed"),
            models.CheckConstraint(condition=Q(exception__isnull=False) | ~Q(case=""), name="outcome_is_about"),
            models.CheckConstraint(
                condition=Q(reached__isnull=False)
                | Q(satisfied__isnull=False)
                | Q(effort__isnull=False)
                | Q(recommend__isnull=False)
                | Q(contacted_again__isnull=False)
                | ~Q(words="")
                | ~Q(stayed="")
                | ~Q(root_cause=""),
                name="outcome_says_something",
            ),
            models.UniqueConstraint(
                fields=["client", "external_id"], condition=~Q(external_id=""), name="outcome_told_once"
            ),
        ]

    def __str__(self) -> str:
        """The outcome's id."""
        return self.id
