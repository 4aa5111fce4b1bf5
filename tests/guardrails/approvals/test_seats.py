"""Several must agree, in whatever order their policy says."""

from datetime import timedelta

import pytest

from guardrails.actions.approvals.approval_faults import ClaimedError
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.ledger import verify
from guardrails.models import Agent, AuditRecord, BudgetWindow, WhenApproved
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, refusal, say, seats, someone
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"]})
def test_all_of_them_must_agree_and_the_least_counts(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    first = say(leads, Say.APPROVE, request, agent="a_finance", amount="28.00")
    assert (first["state"], first["asks"]) == ("awaiting_approval", ["supervisor"])
    assert refusal(leads, Say.APPROVE, request, agent="a_finance") == "second_seat"
    last = say(leads, Say.APPROVE, request, agent="a_supervisor", amount="29.00")
    assert (last["state"], last["amount"]["amount"]) == ("approved", "28.00")
    kinds = AuditRecord.objects.filter(kind__startswith="approval").values_list("kind", flat=True)
    assert list(kinds) == ["approval.voted"]


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"]})
def test_one_no_is_enough(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_finance")
    assert say(leads, Say.DECLINE, request, agent="a_supervisor", text="No.")["state"] == "declined"


@pytest.mark.policy(step={"all_of": ["supervisor", "manager"]})
def test_one_person_never_sits_on_two_seats(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_manager")
    assert refusal(leads, Say.APPROVE, request, agent="a_manager") == "second_seat"
    Agent.objects.filter(code="a_manager").update(person="p-1")
    someone(shop, "twin", "director", person="P-1")
    assert refusal(client_of(Agent.objects.get(code="twin")), Say.APPROVE, request, agent="twin") == "second_seat"
    assert say(leads, Say.APPROVE, request, agent="a_director")["state"] == "approved"


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"], "in_sequence": True, "answer_within": "PT2H"})
def test_in_sequence_the_next_is_asked_when_the_one_before_has_agreed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert seats(request) == [(["supervisor"], "open"), (["finance"], "waiting")]
    assert refusal(leads, Say.APPROVE, request, agent="a_finance") == "not_yet"
    answer = say(leads, Say.APPROVE, request, agent="a_supervisor", now=NOON + HOUR)
    assert (answer["asks"], answer["approval"]["until"]) == (["finance"], (NOON + 3 * HOUR).isoformat())
    assert say(leads, Say.APPROVE, request, agent="a_finance")["state"] == "approved"


@pytest.mark.policy(step={"any_of": ["supervisor", "finance"]})
def test_any_of_them_is_enough(help_desk: Caller, leads: Caller) -> None:
    assert say(leads, Say.APPROVE, ask_for(help_desk), agent="a_finance")["state"] == "approved"


def test_who_has_taken_it_up_has_it_until_they_put_it_back(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    sue = someone(shop, "sue", "supervisor")
    request, other = ask_for(help_desk), client_of(sue)
    assert say(leads, Say.CLAIM, request, agent="a_supervisor")["claimed_by"] == "a_supervisor"
    for what in (Say.CLAIM, Say.APPROVE):
        with pytest.raises(ClaimedError):
            say(other, what, request, agent="sue")
    say(leads, Say.RELEASE, request, agent="a_supervisor")
    assert say(other, Say.CLAIM, request, agent="sue")["claimed_by"] == "sue"
    assert say(leads, Say.APPROVE, request, agent="a_manager")["state"] == "approved"


def test_granted_at_once_where_that_was_asked_for(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk, when_approved=WhenApproved.GRANT)
    answer = say(leads, Say.APPROVE, request, agent="a_supervisor", key="once")
    assert (answer["state"], answer["settlement"]["state"]) == ("granted", "pending")
    assert say(leads, Say.APPROVE, request, agent="a_supervisor", key="once") == answer
    assert BudgetWindow.objects.get(budget="agent_week").spent == 3000
    assert list(verify()) == []
