"""Roles in which there is nobody who could answer are not asked, neither first nor later."""

from datetime import timedelta

import pytest

from guardrails.actions.approvals.approval_faults import MayNotVoteError
from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import Agent, AgentKind, Assignment
from policies.models import Policy, Role
from tests.guardrails.approving import ask_for, say, seats, someone, state_of
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)


def leave(people: dict[str, Agent], *roles: str) -> None:
    for role in roles:
        Agent.objects.filter(pk=people[role].pk).update(active=False)


def test_a_role_that_nobody_has_is_not_asked_first(help_desk: Caller, people: dict[str, Agent]) -> None:
    leave(people, "supervisor")
    request = ask_for(help_desk)
    assert seats(request) == [(["manager"], "open")]
    assert request.needs == {"any_of": ["manager"]}
    assert request.exception.approval is not None
    assert request.exception.approval["asks"] == ["manager"]


def test_nor_one_that_only_an_ai_agent_has(help_desk: Caller, people: dict[str, Agent]) -> None:
    Agent.objects.filter(pk=people["supervisor"].pk).update(kind=AgentKind.AI)
    assert seats(ask_for(help_desk)) == [(["manager"], "open")]


def test_nor_one_that_only_the_one_who_asks_has(
    shop: Policy, help_desk: Caller, people: dict[str, Agent], ana: Agent
) -> None:
    Assignment.objects.filter(agent=people["supervisor"]).delete()
    Assignment.objects.create(
        agent=people["supervisor"], policy=shop, role=Role.objects.get(policy=shop, code="frontline")
    )
    assert seats(ask_for(help_desk)) == [(["manager"], "open")]


@pytest.mark.policy(step={"any_of": ["supervisor", "finance"]})
def test_of_any_of_them_those_are_asked_who_are_there(help_desk: Caller, people: dict[str, Agent]) -> None:
    leave(people, "supervisor")
    assert seats(ask_for(help_desk)) == [(["finance"], "open")]


@pytest.mark.policy(step={"all_of": ["supervisor", "manager", "finance"], "in_sequence": True})
def test_what_comes_up_to_a_role_that_must_agree_anyway_is_one_yes(
    help_desk: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    leave(people, "supervisor")
    request = ask_for(help_desk)
    assert sorted(seats(request)) == [(["finance"], "waiting"), (["manager"], "open")]
    assert say(leads, Say.APPROVE, request, agent="a_manager")["asks"] == ["finance"]
    assert say(leads, Say.APPROVE, request, agent="a_finance")["state"] == "approved"


def test_where_nobody_is_anywhere_it_waits_for_somebody_to_come(shop: Policy, help_desk: Caller) -> None:
    assert seats(ask_for(help_desk)) == [(["supervisor"], "open")]


@pytest.mark.policy(step={"all_of": ["supervisor", "manager"]})
def test_what_escalates_passes_over_who_has_agreed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_manager")
    chase_approvals(NOON + 24 * HOUR)
    assert seats(request) == [(["director"], "open"), (["manager"], "approved")]
    assert say(leads, Say.APPROVE, request, agent="a_director")["state"] == "approved"


@pytest.mark.policy(step={"all_of": ["supervisor", "director"]})
def test_and_times_out_where_nobody_else_is_left(help_desk: Caller, leads: Caller, people: dict[str, Agent]) -> None:
    leave(people, "manager")
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_director")
    chase_approvals(NOON + 24 * HOUR)
    assert state_of(request) == "timed_out"


def test_a_second_person_of_the_role_is_somebody_else(
    shop: Policy, help_desk: Caller, people: dict[str, Agent]
) -> None:
    someone(shop, "sue", "supervisor")
    leave(people, "supervisor")
    assert seats(ask_for(help_desk)) == [(["supervisor"], "open")]


@pytest.mark.policy(step={"all_of": ["supervisor", "manager"]})
def test_two_accounts_of_one_person_are_one_and_the_next_role_is_asked_at_once(
    help_desk: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    Agent.objects.filter(code__in=("a_supervisor", "a_manager")).update(person="p-1")
    request = ask_for(help_desk)
    assert seats(request) == [(["supervisor"], "open"), (["director"], "open")]
    say(leads, Say.APPROVE, request, agent="a_manager")
    assert say(leads, Say.APPROVE, request, agent="a_director")["state"] == "approved"
    leave(people, "director")
    alone = ask_for(help_desk, case="K-2", customer="C-2")
    assert seats(alone) == [(["supervisor"], "open"), (["manager"], "open")]
    assert say(leads, Say.APPROVE, alone, agent="a_supervisor")["state"] == "awaiting_approval"
    with pytest.raises(MayNotVoteError, match="somebody else"):
        say(leads, Say.APPROVE, alone, agent="a_manager")


def test_a_role_that_only_another_account_of_who_asks_has_is_not_asked(
    help_desk: Caller, people: dict[str, Agent]
) -> None:
    Agent.objects.filter(code__in=("ana", "a_supervisor")).update(person="p-1")
    assert seats(ask_for(help_desk)) == [(["manager"], "open")]


@pytest.mark.policy(step={"any_of": ["supervisor", "finance"], "all_of": ["supervisor", "finance"]})
def test_where_more_must_agree_than_there_are_the_next_role_is_asked_at_once(
    shop: Policy, help_desk: Caller, people: dict[str, Agent]
) -> None:
    assert seats(ask_for(help_desk))[-1] == (["manager"], "open")
    someone(shop, "sue", "supervisor")
    assert seats(ask_for(help_desk, case="K-2"))[-1] == (["supervisor", "finance"], "open")


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"], "answer_within": "PT2H"})
def test_several_yeses_never_become_fewer_because_the_roles_are_one_person(
    help_desk: Caller, people: dict[str, Agent]
) -> None:
    leave(people, "manager")
    leave(people, "director")
    Agent.objects.filter(code__in=("a_supervisor", "a_finance")).update(person="p-1")
    request = ask_for(help_desk)
    assert seats(request) == [(["supervisor"], "open"), (["finance"], "open")]
    chase_approvals(NOON + 24 * HOUR)
    request.refresh_from_db()
    assert request.exception.state == "timed_out"


@pytest.mark.policy(step={"all_of": ["supervisor", "manager"], "in_sequence": True, "answer_within": "PT2H"})
def test_what_escalates_to_somebody_who_is_asked_anyway_goes_on_to_the_next_role_at_once(
    help_desk: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    first = ask_for(help_desk)
    chase_approvals(NOON + 24 * HOUR)
    assert seats(first) == [(["director"], "open"), (["manager"], "waiting")]
    leave(people, "director")
    second = ask_for(help_desk, case="K-2", customer="C-2", now=NOON + 24 * HOUR)
    chase_approvals(NOON + 27 * HOUR)
    assert seats(second) == [(["supervisor"], "closed"), (["manager"], "open")]
    second.refresh_from_db()
    assert second.due_at == NOON + 29 * HOUR
    assert (second.exception.approval or {})["asks"] == ["manager"]
    assert say(leads, Say.APPROVE, second, agent="a_manager", now=NOON + 28 * HOUR)["state"] == "approved"
