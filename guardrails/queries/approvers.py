"""Approvers: in which roles somebody may speak, for themselves or for somebody who is away; and who is one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from guardrails.models import Agent, AgentKind, Assignment, StandIn


@dataclass(frozen=True, slots=True)
class Capacity:
    """A role in which an agent may speak; `for_agent` is whom they stand in for, None: they speak for themselves."""

    role: str
    for_agent: Agent | None = None


def capacities(agent: Agent, *, policy_id: int, now: datetime) -> list[Capacity]:
    """Give the roles in which a person may speak under a policy, their own first; none for an AI agent."""
    if agent.kind == AgentKind.AI or not agent.active:
        return []
    absent = stood_in_for(agent, policy_id=policy_id, now=now)
    roles = Assignment.objects.filter(policy=policy_id, role__policy=F("policy"), agent__in=[agent, *absent])
    by_agent = dict(roles.values_list("agent", "role__code"))
    found = [Capacity(by_agent[agent.pk])] if agent.pk in by_agent else []
    return found + [Capacity(by_agent[each.pk], each) for each in absent if each.pk in by_agent]


def stood_in_for(agent: Agent, *, policy_id: int, now: datetime) -> list[Agent]:
    """Give the people for whom an agent stands in now."""
    rows = StandIn.objects.filter(
        Q(policy__isnull=True) | Q(policy=policy_id),
        stand_in=agent,
        starts_at__lte=now,
        ends_at__gt=now,
        absent__active=True,
        absent__kind=AgentKind.HUMAN,
    )
    found = {row.absent_id: row.absent for row in rows.select_related("absent__user").order_by("pk")}
    return list(found.values())


def same_person(one: Agent, other: Agent) -> bool:
    """Say whether two agents are accounts of one person, as far as anything tells."""
    if one.pk == other.pk:
        return True
    return bool(_names(one) & _names(other))


def one_person_each(agents: Iterable[Agent]) -> dict[int, int]:
    """Give a number for each agent's id, the same one for accounts of one person."""
    numbers: dict[tuple[str, str], int] = {}
    found: dict[int, int] = {}
    for agent in agents:
        names = _names(agent)
        found[agent.pk] = min((numbers[name] for name in names if name in numbers), default=agent.pk)
        numbers |= dict.fromkeys(names, found[agent.pk])
    return found


def _names(agent: Agent) -> set[tuple[str, str]]:
    found = {("person", agent.person.strip().casefold())}
    if agent.user is not None:
        found |= {("user", str(agent.user_id)), ("email", agent.user.email.strip().casefold())}
    return {(kind, name) for kind, name in found if name}
