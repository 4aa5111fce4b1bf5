"""Asking for approval and voting, as the tests do it."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User

from guardrails.actions.approvals.approval_faults import MayNotVoteError
from guardrails.actions.approvals.vote_on_approval import Say, vote_on_approval
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.caller import Caller
from guardrails.models import (
    Agent,
    AgentKind,
    ApiToken,
    ApprovalRequest,
    ApprovalSeat,
    Assignment,
    CareException,
    Scope,
    Team,
)
from policies.models import Policy, Role
from tests.guardrails.asking import LATE, grant
from tests.guardrails.builders import NOON

FRIDAY_EVENING = datetime(2026, 6, 19, 15, 30, tzinfo=UTC)
"""Half past five in Berlin; the office closes at six."""
MONDAY_NINE = datetime(2026, 6, 22, 7, 0, tzinfo=UTC)
OFFICE = {
    "answer_within": "PT1H",
    "remind_before": "PT15M",
    "hours": {key: ["09:00-18:00"] for key in ("monday", "tuesday", "wednesday", "thursday", "friday")},
}
"""Business hours from nine to six; within one of them somebody answers."""
_keys = count(1)


def someone(policy: Policy, code: str, role: str = "", *, team: str = "leads", **changes: Any) -> Agent:
    """An agent, with a role where one is named."""
    belongs, _ = Team.objects.get_or_create(code=team, defaults={"name": team.title()})
    agent = Agent.objects.create(code=code, name=code.title(), team=belongs, **changes)
    if role:
        Assignment.objects.create(agent=agent, policy=policy, role=Role.objects.get(policy=policy, code=role))
    return agent


def client_of(*agents: Agent, scopes: tuple[Scope, ...] = (Scope.APPROVALS, Scope.EXCEPTIONS, Scope.OFFERS)) -> Caller:
    """A client that acts for these agents; of an AI agent alone, its own token."""
    user, _ = User.objects.get_or_create(username="clients")
    own = {"agent": agents[0]} if agents[0].kind == AgentKind.AI else {}
    token, _ = ApiToken.objects.create(user=user, name="Client", scopes=list(scopes), **own)
    if not own:
        token.agents.set(agents)
    return Caller(client=token.public_id, name=token.name, scopes=frozenset(scopes))


def ask_for(
    caller: Caller, amount: str = "30.00", *, now: datetime = NOON, remedy: str = "store_credit", **given: Any
) -> ApprovalRequest:
    """Grant beyond what may be given alone, and give the request that it makes."""
    case, customer = given.pop("case", LATE.case), given.pop("customer", LATE.customer)
    asked = given.pop("request", replace(LATE, case=case, customer=customer))
    said = {"amount": amount} if amount else {}
    answer = grant(caller, remedy, request=asked, now=now, key=f"ask {next(_keys)}", **said, **given).answer
    return ApprovalRequest.objects.get(pk=answer["approval"]["request"])


def say(
    caller: Caller, what: Say, request: ApprovalRequest, *, now: datetime = NOON, key: str = "", **said: Any
) -> Any:
    """Say something to a request; gives the answer."""
    return vote_on_approval(
        caller=caller,
        say=what,
        request=VoteRequest(approval=request.pk, **said),
        key=key or f"say {next(_keys)}",
        now=now,
    ).answer


def state_of(request: ApprovalRequest) -> str:
    """The exception's state."""
    return CareException.objects.values_list("state", flat=True).get(pk=request.exception_id)


def refusal(caller: Caller, what: Say, request: ApprovalRequest, **said: Any) -> str:
    """Why they may not vote, by its name."""
    with pytest.raises(MayNotVoteError) as refused:
        say(caller, what, request, **said)
    return refused.value.name


def seats(request: ApprovalRequest) -> list[tuple[list[str], str]]:
    """Who is asked, and how each of them stands."""
    return [(seat.roles, seat.state) for seat in ApprovalSeat.objects.filter(request=request)]
