"""People in scope: which teams, agents and tokens a user who is limited to some policies may see and change.

An agent is seen where one of their roles is in the user's policies, or where they have no role yet. What reaches
beyond (the agent's own row, a token that acts for them) is only for those who see all of their roles.
"""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import OuterRef, Q, QuerySet, Subquery

from guardrails.models import Agent, ApiToken, Assignment, Team
from policies.queries.scope import limited_to


def agents_seen_by(user: User | AnonymousUser) -> QuerySet[Agent]:
    """Give the agents with a role in the user's policies, and those without any role."""
    ids = limited_to(user)
    if ids is None:
        return Agent.objects.all()
    mine = Assignment.objects.filter(policy__in=ids).values("agent")
    return Agent.objects.filter(Q(pk__in=mine) | Q(assignments__isnull=True)).distinct()


def agents_wholly_of(user: User | AnonymousUser) -> QuerySet[Agent]:
    """Give the agents with no role beyond the user's policies."""
    ids = limited_to(user)
    return Agent.objects.all() if ids is None else Agent.objects.exclude(pk__in=_with_roles_beyond(ids))


def teams_seen_by(user: User | AnonymousUser) -> QuerySet[Team]:
    """Give the teams with an agent whom the user sees, and those without agents."""
    if limited_to(user) is None:
        return Team.objects.all()
    mine = agents_seen_by(user).values("team")
    return Team.objects.filter(Q(pk__in=mine) | Q(agents__isnull=True)).distinct()


def teams_wholly_of(user: User | AnonymousUser) -> QuerySet[Team]:
    """Give the teams none of whose agents has a role beyond the user's policies."""
    ids = limited_to(user)
    if ids is None:
        return Team.objects.all()
    return Team.objects.exclude(pk__in=Agent.objects.filter(pk__in=_with_roles_beyond(ids)).values("team"))


def tokens_of(user: User | AnonymousUser) -> QuerySet[ApiToken]:
    """Give the tokens that act for nobody beyond the user's policies, and read no more than the user does."""
    ids = limited_to(user)
    if ids is None:
        return ApiToken.objects.all()
    beyond = _with_roles_beyond(ids)
    return (
        ApiToken.objects.filter(user=user.pk)
        .exclude(agent__in=beyond)
        .exclude(agents__in=beyond)
        .exclude(teams__in=Agent.objects.filter(pk__in=beyond).values("team"))
        .distinct()
    )


def agent_called(column: str) -> Subquery:
    """Give the name of the agent whose code the column holds; nothing where it is nobody's."""
    return Subquery(Agent.objects.filter(code=OuterRef(column)).values("name")[:1])


def team_called(column: str) -> Subquery:
    """Give the name of the team whose code the column holds; nothing where it is no team's."""
    return Subquery(Team.objects.filter(code=OuterRef(column)).values("name")[:1])


def _with_roles_beyond(ids: Collection[int]) -> "QuerySet[Assignment, int]":
    return Assignment.objects.exclude(policy__in=ids).values_list("agent", flat=True)
