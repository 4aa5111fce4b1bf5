"""Work items: which of them an agent may know of, and which of them they may take up."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from guardrails.models import HANDOVER, Agent, AgentKind, Assignment, WorkItem
from guardrails.queries.roles_told import roles_told


def work_items_of(agents: QuerySet[Agent]) -> QuerySet[WorkItem]:
    """Give the work items that are for one of these agents' roles, or that came from one of them or their team."""
    from_us = _assigned(agents).filter(Q(agent=OuterRef("from_agent")) | Q(agent__team__code=OuterRef("team")))
    return _rows().filter(_received_by(agents) | Q(Exists(from_us)))


def work_items_for(agents: QuerySet[Agent]) -> QuerySet[WorkItem]:
    """Give the work items that one of these agents may take up: people whose role they are for, or was told of them.

    What goes to the policy's hand-over, where the ladder of roles ends, is for the people at its top.
    """
    return _rows().filter(_received_by(agents.filter(kind=AgentKind.HUMAN)))


def _rows() -> QuerySet[WorkItem]:
    return WorkItem.objects.select_related("policy", "from_agent", "claimed_by", "decision__version")


def _assigned(agents: QuerySet[Agent]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(agent__in=agents, policy=OuterRef("policy"))


def _received_by(agents: QuerySet[Agent]) -> Q:
    in_role = _assigned(agents).filter(role__code=OuterRef("for_role"))
    at_the_top = _assigned(agents).filter(role__escalates_to__isnull=True)
    told = _assigned(agents).filter(role__code__in=roles_told(work_item=OuterRef(OuterRef("pk"))))
    return Q(Exists(in_role)) | Q(for_role=HANDOVER) & Q(Exists(at_the_top)) | Q(Exists(told))
