"""Approvals: what awaits whom."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from guardrails.models import UNDECIDED, Agent, AgentKind, ApprovalSeat, Assignment, SeatState, StandIn
from guardrails.queries.approvers import Capacity


@dataclass(frozen=True, slots=True)
class Asked:
    """A seat, and those of the given people who may take it."""

    seat: ApprovalSeat
    people: Sequence[tuple[Agent, Capacity]]


def roles_of(agents: "QuerySet[Agent]", now: datetime) -> dict[int, list[tuple[Agent, Capacity]]]:
    """Give, for each policy, in which roles these people may speak, also for those for whom they stand in."""
    people = {agent.pk: agent for agent in agents.filter(kind=AgentKind.HUMAN).select_related("user", "team")}
    stand_ins = StandIn.objects.filter(
        stand_in__in=list(people),
        starts_at__lte=now,
        ends_at__gt=now,
        absent__active=True,
        absent__kind=AgentKind.HUMAN,
    ).select_related("absent__user")
    rows = list(stand_ins.order_by("pk"))
    named = Assignment.objects.filter(agent__in=[*people, *(row.absent_id for row in rows)], role__policy=F("policy"))
    roles = {(agent, policy): role for agent, policy, role in named.values_list("agent", "policy", "role__code")}
    found: dict[int, list[tuple[Agent, Capacity]]] = {}
    for (agent, policy), role in roles.items():
        if agent in people:
            found.setdefault(policy, []).append((people[agent], Capacity(role)))
    for row in rows:
        for (agent, policy), role in roles.items():
            if agent == row.absent_id and row.policy_id in (None, policy):
                found.setdefault(policy, []).append((people[row.stand_in_id], Capacity(role, row.absent)))
    return found


def open_seats(policies: Iterable[int], *, after: tuple[datetime, int] | None) -> Iterator[ApprovalSeat]:
    """Give the seats that are asked now under these policies, the most urgent first, beyond a place in that order."""
    seats = ApprovalSeat.objects.filter(
        state=SeatState.OPEN, request__state__in=UNDECIDED, request__policy__in=list(policies)
    )
    if after:
        at, last = after
        seats = seats.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=last))
    loaded = seats.select_related(
        "claimed_by",
        "request__earlier_no",
        "request__requested_by__user",
        "request__exception__agent__user",
        "request__exception__policy",
        "request__exception__version",
    )
    whole = loaded.prefetch_related("request__seats", "request__votes__agent__user", "request__votes__for_agent__user")
    return whole.order_by("due_at", "id").iterator(chunk_size=200)
