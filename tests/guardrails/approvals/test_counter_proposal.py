"""An approver proposes something else, which the agent can give at once."""

import pytest

from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.faults import NotOfferedError
from guardrails.ledger import verify
from guardrails.models import BudgetWindow, CareException
from tests.guardrails.approving import ask_for, say, state_of


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


def test_what_is_not_offered_cannot_be_proposed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    with pytest.raises(NotOfferedError):
        say(leads, Say.COUNTER, request, agent="a_supervisor", remedy="refund", text="All of it.")
    assert state_of(request) == "awaiting_approval"
