"""Role people: in which roles of a policy there is a person at all."""

from collections.abc import Collection

from django.db.models import F

from guardrails.models import YES, AgentKind, ApprovalRequest, Assignment, Vote


def roles_with_people(policy_id: int, *, but_for: Collection[int] = ()) -> frozenset[str]:
    """Give the codes of the roles that an active person has, other than these agents and AI agents."""
    rows = Assignment.objects.filter(
        policy=policy_id, role__policy=F("policy"), agent__active=True, agent__kind=AgentKind.HUMAN
    )
    return frozenset(rows.exclude(agent__in=but_for).values_list("role__code", flat=True))


def who_spoke(request: ApprovalRequest) -> set[int]:
    """Give the agents who answer a request no more: who asked, who has agreed, and for whom that was said."""
    votes = Vote.objects.filter(request=request, verdict__in=YES)
    said = {agent for vote in votes for agent in (vote.agent_id, vote.for_agent_id)}
    said |= {request.requested_by_id, request.exception.agent_id}
    return {agent for agent in said if agent is not None}
