"""Mail recipients: whom an event is told by e-mail. Nobody is told of a policy that they may not see."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

from guardrails.models import (
    HANDOVER,
    YES,
    Agent,
    Assignment,
    AuditRecord,
    BudgetWatcher,
    FollowUp,
    FollowUpState,
    StandIn,
    Vote,
)
from guardrails.queries.endpoints import endpoints_of
from policies.models import PolicyScope

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an event's record says of itself, as far as it decides whom to tell."""

    policy_id: int | None
    at: datetime
    answer: Mapping[str, Any]


def mail_recipients(record: AuditRecord) -> list[str]:
    """Give the addresses, each once; empty for most kinds, of which nobody is told by e-mail."""
    find = RECIPIENTS.get(record.kind)
    if find is None:
        return []
    answer = json.loads(record.body).get("answer") or {}
    found = find(Told(policy_id=record.policy_id, at=record.at, answer=answer))
    return sorted(set(found))


def _asked(told: Told) -> Iterable[str]:
    """Those who hold a role that is asked, and who stands in for them; never who asks, or has agreed already."""
    roles = told.answer.get("asks") or []
    spoken = Agent.objects.filter(Q(code=_agent(told)) | Q(pk__in=_agreed(told)))
    people = Assignment.objects.filter(policy=told.policy_id, role__code__in=roles).exclude(agent__in=spoken)
    absent = Agent.objects.filter(pk__in=people.values("agent"), active=True)
    stand_ins = StandIn.objects.filter(
        Q(policy__isnull=True) | Q(policy=told.policy_id),
        absent__in=absent,
        starts_at__lte=told.at,
        ends_at__gt=told.at,
    ).exclude(stand_in__in=spoken)
    return [*_addresses(people, told), *_of_agents(stand_ins.values("stand_in"), told)]


def _agreed(told: Told) -> list[int]:
    """Those who have said yes to the request, and those for whom it was said."""
    request = told.answer.get("request") or (told.answer.get("approval") or {}).get("request")
    votes = Vote.objects.filter(request=request, verdict__in=YES)
    return [agent for vote in votes for agent in (vote.agent_id, vote.for_agent_id) if agent is not None]


def _receivers(told: Told) -> Iterable[str]:
    """Those who hold the role to which something is handed over."""
    return _holders([(told.answer.get("for") or {}).get("role")], told)


def _asker(told: Told) -> Iterable[str]:
    """The agent who asked for the exception."""
    return _addresses(Assignment.objects.filter(policy=told.policy_id, agent__code=_agent(told)), told)


def _asker_of_request(told: Told) -> Iterable[str]:
    """The same, but for an approver's own proposal: of that the answer to the request has told already."""
    return [] if told.answer.get("arises_from") else _asker(told)


def _owing(told: Told) -> Iterable[str]:
    """The agent who owes it, or where nobody has taken it on, those who hold its role; and those above."""
    owner = told.answer.get("owner") or {}
    above = _told_last(told)
    if not owner.get("agent"):
        return [*above, *_holders([owner.get("role")], told)]
    return [*above, *_addresses(Assignment.objects.filter(policy=told.policy_id, agent__code=owner["agent"]), told)]


def _promised(told: Told) -> Iterable[str]:
    """The agent who granted it, and whoever still owes the customer something after it."""
    owed = FollowUp.objects.filter(exception=told.answer.get("exception"), state=FollowUpState.OPEN)
    owing = Assignment.objects.filter(
        Q(agent__in=owed.values("owner")) | Q(role__code__in=owed.filter(owner=None).values("role")),
        policy=told.policy_id,
    )
    return [*_asker(told), *_addresses(owing, told)]


def _having(told: Told) -> Iterable[str]:
    """Whoever has claimed what was handed over, or where nobody has, those for whom it is; and those above."""
    taker = told.answer.get("claimed_by")
    if not taker:
        return [*_told_last(told), *_receivers(told)]
    return [*_told_last(told), *_addresses(Assignment.objects.filter(policy=told.policy_id, agent__code=taker), told)]


def _told_last(told: Told) -> Iterable[str]:
    """Those who hold the role to which something overdue has come up; those before were told before."""
    return _holders([told.answer.get("escalated_to")], told)


def _watchers(told: Told) -> Iterable[str]:
    """Those who watch the budget, and may see its policy where they have a login."""
    budget, team = told.answer.get("budget"), told.answer.get("team")
    rows = BudgetWatcher.objects.filter(policy=told.policy_id, budget__in=["", budget])
    rows = rows.filter(Q(team__isnull=True) | Q(team__code=team or ""))
    outside = rows.exclude(email="").values_list("email", flat=True)
    users = User.objects.filter(pk__in=rows.exclude(user=None).values("user"))
    return [*outside, *_may_see(users, told)]


def _keepers(told: Told) -> Iterable[str]:
    """Those who may change the endpoint."""
    users = User.objects.with_perm("guardrails.change_webhookendpoint", backend=_BACKEND).exclude(email="")
    return [user.email for user in users if endpoints_of(user).filter(pk=told.answer["endpoint"]).exists()]


def _holders(roles: Iterable[str | None], told: Told) -> Iterable[str]:
    """Those who hold one of these roles; of the policy's hand-over, where the ladder ends, those at its top."""
    wanted = [role for role in roles if role]
    theirs = Q(role__code__in=wanted)
    if HANDOVER in wanted:
        theirs |= Q(role__escalates_to__isnull=True)
    return _addresses(Assignment.objects.filter(theirs, policy=told.policy_id), told)


def _agent(told: Told) -> str:
    agent = told.answer.get("agent")
    return str(agent["id"] if isinstance(agent, Mapping) else agent or "")


def _addresses(people: Any, told: Told) -> Iterable[str]:
    return _of_agents(people.values("agent"), told)


def _of_agents(agents: Any, told: Told) -> Iterable[str]:
    return _may_see(User.objects.filter(agent__in=Agent.objects.filter(pk__in=agents, active=True)), told)


def _may_see(users: Any, told: Told) -> Iterable[str]:
    limited = PolicyScope.objects.filter(policies__isnull=False)
    kept_from = limited.exclude(policies=told.policy_id).values("user")
    found: Iterable[str] = (
        users.filter(is_active=True).exclude(email="").exclude(pk__in=kept_from).values_list("email", flat=True)
    )
    return found


RECIPIENTS: dict[str, Callable[[Told], Iterable[str]]] = {
    "exception.awaiting_approval": _asked,
    "approval.escalated": _asked,
    "approval.reminded": _asked,
    "approval.answered": _asked,
    "approval.question_over": _asked,
    "approval.voted": _asked,
    "exception.amended": _asked,
    "approval.asked": _asker,
    "exception.approved": _asker_of_request,
    "exception.declined": _asker,
    "exception.countered": _asker,
    "exception.timed_out": _asker,
    "settlement.failed": _promised,
    "settlement.bounced": _promised,
    "budget.threshold": _watchers,
    "follow_up.overdue": _owing,
    "follow_up.escalated": _told_last,
    "work_item.opened": _receivers,
    "work_item.overdue": _having,
    "work_item.escalated": _told_last,
    "webhook.gone": _keepers,
}
"""Which kind is told whom; each has a text of its own in templates/email/."""
