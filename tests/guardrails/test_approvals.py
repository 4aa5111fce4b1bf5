"""Somebody else has to say yes, and does, or does not."""

import json
from typing import Any

import pytest

from guardrails.actions.approvals.approval_faults import (
    MayNotVoteError,
    ReasonMissingError,
)
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.faults import ActionError, MissingScopeError, OutOfRangeError, WrongStateError
from guardrails.models import (
    Agent,
    AgentKind,
    ApprovalRequest,
    ApprovalSeat,
    AuditRecord,
    BudgetWindow,
    CareException,
    Scope,
    Vote,
)
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, say, someone, state_of


@pytest.fixture
def sam(shop: Policy) -> Agent:
    """A supervisor."""
    return someone(shop, "sam", "supervisor")


@pytest.fixture
def leads(sam: Agent) -> Caller:
    """The approvers' tool."""
    return client_of(sam)


def test_a_request_says_who_is_asked_by_when_and_what_can_be_offered_meanwhile(help_desk: Caller) -> None:
    request = ask_for(help_desk, note="Third delay.", told="I'll ask my supervisor.")
    row = request.exception
    assert (request.state, request.number, request.says, request.told) == (
        "open", 3000, "Third delay.", "I'll ask my supervisor.",
    )  # fmt: skip
    assert [(seat.roles, seat.state) for seat in ApprovalSeat.objects.filter(request=request)] == [
        (["supervisor"], "open")
    ]
    assert request.due_at.isoformat() == "2026-06-15T14:00:00+00:00"
    assert row.approval is not None
    assert (row.approval["request"], row.approval["asks"]) == (request.pk, ["supervisor"])
    told = json.loads(AuditRecord.objects.get(kind="exception.awaiting_approval").body)["answer"]
    assert told["asks"] == ["supervisor"]
    assert [(offer["remedy"], offer["with_approval"]) for offer in told["meanwhile"]] == [("store_credit", None)]
    assert request.bound["facts"] == {"days_late": 3}


def test_a_supervisor_says_yes_and_the_budgets_are_set_aside(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    answer = say(leads, Say.APPROVE, request, agent="sam", text="Fine.")
    assert (answer["state"], answer["approval"]["state"], answer["asks"]) == ("approved", "approved", [])
    assert answer["approval"]["outcome"]["role"] == "supervisor"
    assert answer["expires_at"] == "2026-06-22T12:00:00+00:00"
    assert {window.budget: window.held for window in BudgetWindow.objects.all()} == {
        "agent_week": 3000,
        "case_money": 3000,
    }
    record = AuditRecord.objects.get(kind="exception.approved")
    assert record.on_behalf_of == "agent:sam"
    assert [each["after"] for each in json.loads(record.body)["budgets"]] == [3000, 3000]
    assert Vote.objects.get().verdict == "approve"


def test_a_yes_to_less_is_a_yes_to_that(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    answer = say(leads, Say.APPROVE, request, agent="sam", amount="26.50")
    assert answer["amount"] == {"amount": "26.50", "currency": "EUR"}
    assert Vote.objects.get().verdict == "approve_less"
    assert BudgetWindow.objects.get(budget="agent_week").held == 2650


@pytest.mark.parametrize("amount", ["30.50", "26.25", "0.50", "many"])
def test_a_yes_to_more_or_off_the_step_is_refused(help_desk: Caller, leads: Caller, amount: str) -> None:
    request = ask_for(help_desk)
    with pytest.raises(OutOfRangeError) as refusal:
        say(leads, Say.APPROVE, request, agent="sam", amount=amount)
    assert refusal.value.errors[0].path == "/amount"
    assert state_of(request) == "awaiting_approval"


def test_a_no_needs_a_reason_and_takes_nothing(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    with pytest.raises(ReasonMissingError):
        say(leads, Say.DECLINE, request, agent="sam", text=" ")
    answer = say(leads, Say.DECLINE, request, agent="sam", text="They were refunded already.")
    assert (answer["state"], answer["approval"]["outcome"]["text"]) == ("declined", "They were refunded already.")
    assert not BudgetWindow.objects.exists()
    with pytest.raises(WrongStateError):
        say(leads, Say.APPROVE, request, agent="sam")


def test_the_same_vote_sent_twice_counts_once(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    first = say(leads, Say.APPROVE, request, agent="sam", key="the key")
    assert say(leads, Say.APPROVE, request, agent="sam", key="the key") == first
    assert Vote.objects.count() == 1


def refused(caller: Caller, what: Say, request: ApprovalRequest, **said: Any) -> str:
    try:
        say(caller, what, request, **said)
    except MayNotVoteError as refusal:
        return refusal.name
    except ActionError as refusal:
        return refusal.code
    return "yes"


def test_who_may_vote(shop: Policy, help_desk: Caller, ana: Agent) -> None:
    """The truth table, with strangers and second accounts."""
    request = ask_for(help_desk)
    ana.person = "p-17"
    ana.save()
    people = {
        "a supervisor": someone(shop, "a", "supervisor"),
        "a colleague": someone(shop, "b", "frontline", team="care"),
        "another team's agent": someone(shop, "c", "frontline", team="outlet"),
        "somebody without a role": someone(shop, "d"),
        "a second account": someone(shop, "e", "supervisor", person="P-17"),
        "an AI supervisor": someone(shop, "f", "supervisor", kind=AgentKind.AI),
        "who asked": ana,
    }
    found = {}
    for who, agent in people.items():
        found[who] = refused(client_of(agent), Say.CLAIM, request, agent=agent.code)
    assert found == {
        "a supervisor": "yes",
        "a colleague": "not_asked",
        "another team's agent": "unknown_approval",
        "somebody without a role": "unknown_approval",
        "a second account": "own_request",
        "an AI supervisor": "unknown_approval",
        "who asked": "own_request",
    }


def test_a_stranger_learns_nothing_whatever_they_try(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    zoe = someone(shop, "zoe", "frontline", team="outlet")
    stranger = client_of(zoe)
    for what in Say:
        assert refused(stranger, what, request, agent="zoe", text="Hm?") == "unknown_approval"
        assert refused(stranger, what, request, agent="sam", text="Hm?") == "unknown_approval"
        # It is said before anything is looked up, of a request that does not exist too.
        for which in (request, ApprovalRequest(id="apr_none")):
            assert refused(stranger, what, which, text="Hm?") == "unknown_agent"
    say(leads, Say.DECLINE, request, agent="sam", text="No.")
    assert refused(stranger, Say.APPROVE, request, agent="zoe") == "unknown_approval"
    assert refused(leads, Say.APPROVE, request, agent="sam") == "wrong_state"
    with pytest.raises(MissingScopeError):
        say(client_of(zoe, scopes=(Scope.EXCEPTIONS,)), Say.APPROVE, request, agent="zoe")


def test_a_supervisor_who_asked_themselves_cannot_agree(shop: Policy, help_desk: Caller, sam: Agent) -> None:
    request = ask_for(help_desk)
    CareException.objects.filter(pk=request.exception_id).update(agent=sam)
    assert refused(client_of(sam), Say.APPROVE, request, agent="sam") == "own_request"
