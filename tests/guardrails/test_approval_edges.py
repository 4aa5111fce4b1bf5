"""What is easily forgotten: remedies without an amount, linked cases, AI agents, e-mail addresses, dead ends."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from guardrails.actions.approvals.approval_faults import MayNotVoteError, StandingNoError, UnknownApprovalError
from guardrails.actions.approvals.vote_on_approval import Say, vote_as_user
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.caller import Caller
from guardrails.ledger import verify
from guardrails.models import (
    Agent,
    AgentKind,
    ApprovalSeat,
    BudgetWindow,
    CareException,
    LinkedCase,
    Scope,
    StandIn,
    Vote,
)
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, say, someone
from tests.guardrails.asking import DAMAGED, LATE, grant
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def sam(shop: Policy) -> Agent:
    """A supervisor with a login."""
    return someone(shop, "sam", "supervisor", user=User.objects.create_user("sam", "Sam@Example.com"))


@pytest.fixture
def leads(sam: Agent) -> Caller:
    """The approvers' tool."""
    return client_of(sam)


def test_a_remedy_without_an_amount_is_given_or_not(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk, "", remedy="repair", request=DAMAGED)
    assert (request.number, request.cost_minor) == (None, 3000)
    answer = say(leads, Say.APPROVE, request, agent="sam")
    assert (answer["state"], "amount" in answer) == ("approved", False)
    assert BudgetWindow.objects.get(budget="agent_week").held == 3000
    assert list(verify()) == []


def test_in_its_place_another_remedy_of_the_group_is_proposed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk, "", remedy="repair", request=DAMAGED)
    answer = say(leads, Say.COUNTER, request, agent="sam", remedy="replacement", text="Quicker.")
    assert answer["proposal"]["remedy"] == "replacement"
    assert Vote.objects.get().remedy == "replacement"
    made = CareException.objects.get(remedy="replacement")
    assert (made.state, made.cost_minor) == ("approved", 1800)
    assert list(verify()) == []


def test_what_was_given_of_the_group_meanwhile_refuses_the_yes(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk, "", remedy="repair", request=DAMAGED)
    grant(help_desk, "replacement", request=DAMAGED)
    with pytest.raises(Exception, match=r"[Rr]eplacement"):
        say(leads, Say.APPROVE, request, agent="sam")


def test_a_no_stands_over_the_whole_chain_of_cases(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    say(leads, Say.DECLINE, ask_for(help_desk), agent="sam", text="No.")
    for case in ("K-1", "K-2"):
        LinkedCase.objects.create(policy=shop, case=case, chain="chn_1")
    with pytest.raises(StandingNoError):
        ask_for(help_desk, case="K-2", customer="C-9")
    assert ApprovalSeat.objects.filter(request=ask_for(help_desk, case="K-3", customer="C-9")).exists()


def test_the_same_address_is_the_same_person(shop: Policy, help_desk: Caller, ana: Agent, sam: Agent) -> None:
    ana.user = User.objects.create_user("ana", " sam@example.com ")
    ana.save()
    request = ask_for(help_desk)
    with pytest.raises(MayNotVoteError) as refusal:
        say(client_of(sam), Say.APPROVE, request, agent="sam")
    assert refusal.value.name == "own_request"


def test_nobody_takes_two_seats_by_standing_in(shop: Policy, help_desk: Caller, leads: Caller, sam: Agent) -> None:
    request = ask_for(help_desk)
    ApprovalSeat.objects.create(request=request, position=1, roles=["supervisor"], due_at=NOON + HOUR)
    sue = someone(shop, "sue", "supervisor")
    StandIn.objects.create(absent=sue, stand_in=sam, starts_at=NOON, ends_at=NOON + HOUR)
    assert say(leads, Say.APPROVE, request, agent="sam")["state"] == "awaiting_approval"
    with pytest.raises(MayNotVoteError) as refusal:
        say(leads, Say.APPROVE, request, agent="sam")
    assert refusal.value.name == "second_seat"
    assert say(client_of(sue), Say.APPROVE, request, agent="sue")["state"] == "approved"


def test_an_ai_agent_asks_and_a_person_approves(shop: Policy, leads: Caller) -> None:
    robot = someone(shop, "robin", "frontline", team="care", kind=AgentKind.AI)
    own = client_of(robot, scopes=(Scope.OFFERS, Scope.EXCEPTIONS, Scope.APPROVALS, Scope.FACTS))
    request = ask_for(own, request=replace(LATE, agent=None))
    with pytest.raises(MayNotVoteError) as refusal:
        say(own, Say.APPROVE, request)
    assert refusal.value.name == "ai_agent"
    say(leads, Say.ASK, request, agent="sam", text="Which parcel?")
    assert say(own, Say.ANSWER, request, text="The blue one.")["approval"]["question"] is None
    assert say(leads, Say.APPROVE, request, agent="sam")["state"] == "approved"


def test_an_own_token_speaks_for_its_agent_alone(shop: Policy, help_desk: Caller, sam: Agent) -> None:
    robot = someone(shop, "robin", "supervisor", kind=AgentKind.AI)
    own: dict[str, Any] = {"agent": "sam"}
    with pytest.raises(UnknownApprovalError):
        say(client_of(robot), Say.APPROVE, ask_for(help_desk), **own)


def test_with_their_login_they_vote_as_their_agent(help_desk: Caller, sam: Agent) -> None:
    request, other = ask_for(help_desk), User.objects.create_user("other")
    assert sam.user is not None
    said = VoteRequest(approval=request.pk)
    with pytest.raises(UnknownApprovalError):
        vote_as_user(user_id=other.pk, username="other", say=Say.APPROVE, request=said, key="1", now=NOON)
    answer = vote_as_user(user_id=sam.user.pk, username="sam", say=Say.APPROVE, request=said, key="1", now=NOON).answer
    assert answer["vote"]["agent"] == "sam"
