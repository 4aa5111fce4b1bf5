"""Linked cases: cases that replace, split or duplicate one another are one chain, and limits count over all of it."""

from django.db import models
from django.db.models import F, Q

from guardrails.models.codes import REFERENCE_LENGTH
from guardrails.models.identifiers import ID_LENGTH
from policies.models import Policy
from policies.models.codes import one_of


class LinkKind(models.TextChoices):
    """What a case is to the other one."""

    REPLACES = "replaces", "Replaces"
    SPLITS = "splits", "Is split off"
    DUPLICATES = "duplicates", "Is the same as"


class LinkedCase(models.Model):
    """Of which chain a case is; a case without a row stands for itself. It follows from the links."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.CharField(max_length=REFERENCE_LENGTH)
    chain = models.CharField(max_length=ID_LENGTH)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["chain", "case"], name="linked_case_by_chain")]
        constraints = [
            models.UniqueConstraint(fields=["policy", "case"], name="linked_case_once"),
            models.CheckConstraint(condition=~Q(case=""), name="linked_case_named"),
        ]

    def __str__(self) -> str:
        """The case."""
        return self.case


class CaseLink(models.Model):
    """Append-only: that somebody said what `case` is to `other`. Once it is undone it can be said again."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.CharField(max_length=REFERENCE_LENGTH, help_text="The case that replaces, splits or duplicates.")
    kind = models.CharField(max_length=12, choices=LinkKind)
    other = models.CharField("other case", max_length=REFERENCE_LENGTH, help_text="The case that was there before.")
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=128, help_text="A client or a user.")
    nth = models.PositiveSmallIntegerField(
        default=1, editable=False, help_text="How often it was said: again only after it was undone."
    )

    class Meta:
        ordering = ["linked_at", "id"]
        verbose_name = "link of cases"
        verbose_name_plural = "linked cases"
        indexes = [models.Index(fields=["policy", "other"], name="case_link_by_other")]
        constraints = [
            models.UniqueConstraint(fields=["policy", "case", "other", "kind", "nth"], name="case_link_once"),
            models.CheckConstraint(condition=one_of("kind", LinkKind), name="case_link_kind"),
            models.CheckConstraint(condition=~Q(case="") & ~Q(other="") & ~Q(case=F("other")), name="case_link_of_two"),
        ]

    def __str__(self) -> str:
        """What is what."""
        return f"{self.case} {self.get_kind_display().lower()} {self.other}"


class UndoneLink(models.Model):
    """Append-only: that a link was wrong, and stands no more."""

    link = models.OneToOneField(CaseLink, on_delete=models.PROTECT, related_name="undone", primary_key=True)
    undone_at = models.DateTimeField()
    undone_by = models.CharField(max_length=128, help_text="A client or a user.")
    because = models.TextField()

    class Meta:
        ordering = ["undone_at", "link"]
        constraints = [models.CheckConstraint(condition=~Q(because=""), name="undone_link_because")]

    def __str__(self) -> str:
        """The link."""
        return str(self.link)
