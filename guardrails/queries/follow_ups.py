"""Follow-ups: which of them an agent may know of; for everybody else they do not exist."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from guardrails.models import Agent, Assignment, FollowUp
from guardrails.queries.roles_told import roles_told


def follow_ups_of(agents: QuerySet[Agent]) -> QuerySet[FollowUp]:
    """Give the follow-ups that one of these agents owns, or may take over; each agent needs a role in the policy.

    They own it themselves, or their role does; they are of the owner's team, or of the one in which the exception
    was made; or it is overdue, and their role was told.
    """
    told = Q(role__code=OuterRef("escalated_to")) | Q(role__code__in=roles_told(follow_up=OuterRef(OuterRef("pk"))))
    colleagues = Q(agent__team=OuterRef("owner__team")) | Q(agent__team__code=OuterRef("exception__team"))
    mine = Assignment.objects.filter(agent__in=agents, policy=OuterRef("policy"))
    by_person = mine.filter(Q(agent=OuterRef("owner")) | colleagues | told)
    by_role = mine.filter(role__code=OuterRef("role"))
    rows = FollowUp.objects.select_related("policy", "owner", "exception")
    return rows.filter(Exists(by_person) | Q(owner__isnull=True) & Exists(by_role))
