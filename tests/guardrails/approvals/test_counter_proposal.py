"""An approver proposes something else, which the agent can give at once."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from guardrails.actions.approvals.proposals import can_propose
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.faults import NotOfferedError, OutOfRangeError, WrongStateError
from guardrails.ledger import verify
from guardrails.models import Agent, BudgetWindow, CareException
from tests.guardrails.approving import ask_for, say, state_of
from tests.guardrails.builders import NOON

TWENTY: dict[str, Any] = {
    "remedy": "store_credit",
    "amount": "20.00",
    "text": "Take this.",
    "to_customer": "Here are 20 euros.",
}


def test_an_approver_proposes_something_else(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    answer = say(
        leads, Say.COUNTER, request, agent="a_supervisor", remedy="store_credit", amount="20.00", text="Take this."
    )
    assert answer["state"] == "countered"
    made = CareException.objects.get(pk=answer["proposal"]["exception"])
    assert (made.state, made.amount_minor, made.arises_from_id) == ("approved", 2000, request.exception_id)
    assert BudgetWindow.objects.get(budget="agent_week").held == 2000
    assert list(verify()) == []


def test_who_asked_finds_what_was_proposed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    said = say(leads, Say.COUNTER, request, agent="a_supervisor", **TWENTY)
    proposal = CareException.objects.get(arises_from=request.exception_id)
    assert proposal.expires_at is not None
    found = exception_json(CareException.objects.get(pk=request.exception_id))["approval"]["outcome"]["proposal"]
    assert found == {
        "exception": proposal.pk,
        "remedy": "store_credit",
        "name": "Store credit",
        "amount": {"amount": "20.00", "currency": "EUR"},
        "expires_at": proposal.expires_at.isoformat(),
    }
    assert found == said["proposal"]
    with pytest.raises(WrongStateError, match=f"take or void that one: {proposal.pk}"):
        grant_held(
            caller=help_desk, request=HeldRequest(exception=request.exception_id), key="of the request", now=NOON
        )
    granted = grant_held(caller=help_desk, request=HeldRequest(exception=found["exception"]), key="it", now=NOON)
    assert granted.answer["amount"]["amount"] == "20.00"


def test_what_is_not_offered_cannot_be_proposed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    with pytest.raises(NotOfferedError):
        say(leads, Say.COUNTER, request, agent="a_supervisor", remedy="refund", text="All of it.")
    assert state_of(request) == "awaiting_approval"


def test_what_the_customer_may_be_told_comes_with_it(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    answer = say(leads, Say.COUNTER, request, agent="a_supervisor", **TWENTY)
    assert answer["approval"]["outcome"]["say"] == "Here are 20 euros."
    proposal = answer["proposal"]["exception"]
    part = HeldRequest(exception=proposal, amount="10.00")
    assert "€10.00" in grant_held(caller=help_desk, request=part, key="part", now=NOON).answer["say"]


def test_all_of_a_proposal_is_given_in_the_words_of_whoever_proposed_it(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    proposal = say(leads, Say.COUNTER, request, agent="a_supervisor", **TWENTY)["proposal"]["exception"]
    whole = HeldRequest(exception=proposal, amount="20.00")
    assert grant_held(caller=help_desk, request=whole, key="all", now=NOON).answer["say"] == "Here are 20 euros."


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"]})
def test_proposed_is_only_what_needs_nobody_else(help_desk: Caller, leads: Caller, people: dict[str, Agent]) -> None:
    request = ask_for(help_desk)
    people["supervisor"].user = User.objects.create_user("sam")
    people["supervisor"].save()
    (possible,) = can_propose(user_id=people["supervisor"].user.pk, approval=request.pk, now=NOON)
    assert (possible.offer.remedy.code, possible.most) == ("store_credit", 2500)
    with pytest.raises(NotOfferedError, match="needs the yes of others as well"):
        say(leads, Say.COUNTER, request, agent="a_supervisor", remedy="store_credit", amount="30.00", text="More.")


def test_after_a_no_only_somebody_above_proposes_it(help_desk: Caller, leads: Caller, people: dict[str, Agent]) -> None:
    say(leads, Say.DECLINE, ask_for(help_desk), agent="a_supervisor", text="No.")
    request = ask_for(help_desk)
    users = {}
    for role in ("supervisor", "manager"):
        users[role] = people[role].user = User.objects.create_user(role)
        people[role].save()
    found = {role: can_propose(user_id=user.pk, approval=request.pk, now=NOON) for role, user in users.items()}
    assert [each.offer.remedy.code for each in found["manager"]] == ["store_credit"]
    assert found["supervisor"] == []


def test_a_remedy_that_does_not_exist_is_named_with_those_that_do(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    with pytest.raises(NotOfferedError, match='There is no remedy "nix"') as refusal:
        say(leads, Say.COUNTER, request, agent="a_supervisor", remedy="nix", text="That.")
    assert "store_credit" in refusal.value.errors[0].message


def test_what_was_asked_for_is_approved_and_not_proposed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    with pytest.raises(OutOfRangeError, match="approve it"):
        say(leads, Say.COUNTER, request, agent="a_supervisor", remedy="store_credit", amount="30.00", text="That.")
