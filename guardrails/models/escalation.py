"""Escalation: a role that was told that something is past its time; each role is told once."""

from django.db import models
from django.db.models import Q

from guardrails.models.codes import code_column
from guardrails.models.follow_up import FollowUp
from guardrails.models.work_item import WorkItem


class Escalation(models.Model):
    """One step up the ladder of roles, of a follow-up or of a work item. Whoever was told can see to it since."""

    follow_up = models.ForeignKey(
        FollowUp, null=True, blank=True, on_delete=models.PROTECT, related_name="escalations", db_index=False
    )
    work_item = models.ForeignKey(
        WorkItem, null=True, blank=True, on_delete=models.PROTECT, related_name="escalations", db_index=False
    )
    role = code_column()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(follow_up__isnull=True, work_item__isnull=False)
                | Q(follow_up__isnull=False, work_item__isnull=True),
                name="escalation_of_one",
            ),
            models.CheckConstraint(condition=~Q(role=""), name="escalation_to_a_role"),
            models.UniqueConstraint(
                fields=["follow_up", "role"], condition=Q(follow_up__isnull=False), name="follow_up_told_once"
            ),
            models.UniqueConstraint(
                fields=["work_item", "role"], condition=Q(work_item__isnull=False), name="work_item_told_once"
            ),
        ]

    def __str__(self) -> str:
        """The role."""
        return self.role
