"""Known exceptions: those of which these agents may know."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from guardrails.models import Agent, CareException, Decision


def exceptions_of(agents: QuerySet[Agent]) -> QuerySet[CareException]:
    """Give the exceptions of these agents, and those of the cases that they were asked about."""
    asked_about = Decision.objects.filter(case=OuterRef("case"), policy=OuterRef("policy"), agent__in=agents)
    return CareException.objects.filter(Q(agent__in=agents) | ~Q(case="") & Exists(asked_about.exclude(case="")))
