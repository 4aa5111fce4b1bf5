"""Role people: in which roles of a policy there is a person, and who that is."""

from collections.abc import Collection, Mapping

from django.db.models import F, QuerySet

from guardrails.models import YES, Agent, AgentKind, ApprovalRequest, Assignment, Vote
from guardrails.queries.approvers import one_person_each

RolePeople = Mapping[str, Collection[int]]
"""The people of roles, by code; accounts of one person are one. A role that nobody has is missing."""


def roles_with_people(policy_id: int) -> frozenset[str]:
    """Give the codes of the roles that an active person has."""
    return frozenset(_held_by_people(policy_id).values_list("role__code", flat=True).distinct())


def people_of_roles(policy_id: int, *, roles: Collection[str], but_for: Collection[int]) -> RolePeople:
    """Give the active people of these roles, other than those whose accounts the agents `but_for` are."""
    held = _held_by_people(policy_id).filter(role__code__in=roles).values_list("role__code", "agent")
    agents = Agent.objects.filter(pk__in=[*but_for, *(agent for _, agent in held)]).select_related("user")
    persons = one_person_each(agents.order_by("pk"))
    left_out = {persons[agent] for agent in but_for}
    found: dict[str, set[int]] = {}
    for role, agent in held:
        if persons[agent] not in left_out:
            found.setdefault(role, set()).add(persons[agent])
    return found


def _held_by_people(policy_id: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        policy=policy_id, role__policy=F("policy"), agent__active=True, agent__kind=AgentKind.HUMAN
    )


def who_spoke(request: ApprovalRequest) -> set[int]:
    """Give the agents who answer a request no more: who asked, who has agreed, and for whom that was said."""
    votes = Vote.objects.filter(request=request, verdict__in=YES)
    said = {agent for vote in votes for agent in (vote.agent_id, vote.for_agent_id)}
    said |= {request.requested_by_id, request.exception.agent_id}
    return {agent for agent in said if agent is not None}
