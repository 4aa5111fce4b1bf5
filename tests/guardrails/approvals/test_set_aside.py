"""What is approved is set aside with the request or with the yes, and is never too much."""

from dataclasses import replace
from typing import Any

import pytest

from guardrails.actions.approvals.read_approvals import read_approval, read_meanwhile
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.amend_exception import AmendRequest, amend_exception
from guardrails.actions.faults import NotOfferedError
from guardrails.ledger import verify
from guardrails.models import ApprovalRequest, BudgetWindow
from tests.guardrails.approving import ask_for, say, seats
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON


@pytest.mark.policy(approvals={"reserve": "on_request"})
def test_reserved_with_the_request_the_money_is_there_and_a_no_gives_it_back(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert BudgetWindow.objects.get(budget="agent_week").held == 3000
    assert list(verify()) == []
    answer = say(leads, Say.APPROVE, request, agent="a_supervisor", amount="26.00")
    assert answer["state"] == "approved"
    assert BudgetWindow.objects.get(budget="agent_week").held == 2600
    assert list(verify()) == []
    other = ask_for(help_desk, "30.00", case="K-9", customer="C-9")
    say(leads, Say.DECLINE, other, agent="a_supervisor", text="No.")
    assert BudgetWindow.objects.get(budget="agent_week").held == 2600


@pytest.mark.policy(approvals={"reserve": "on_request"}, case_money={"limit": "30.00"})
def test_what_was_reserved_does_not_stand_in_its_own_way(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert say(leads, Say.APPROVE, request, agent="a_supervisor")["state"] == "approved"


def test_reserved_with_the_yes_it_cannot_overspend(help_desk: Caller, leads: Caller) -> None:
    first, second = ask_for(help_desk), ask_for(help_desk)
    say(leads, Say.APPROVE, first, agent="a_supervisor")
    with pytest.raises(Exception, match=r"now, which is at most 20\.00; Case money has no more left") as refused:
        say(leads, Say.APPROVE, second, agent="a_supervisor")
    assert not isinstance(refused.value, AssertionError)
    assert BudgetWindow.objects.get(budget="case_money").held == 3000
    assert say(leads, Say.APPROVE, second, agent="a_supervisor", amount="20.00")["state"] == "approved"


@pytest.mark.policy(agent_week={"limit": "20.00", "beyond": {"by": "finance"}})
def test_beyond_a_budget_those_who_may_go_beyond_it_agree_and_its_limit_gives_way(
    help_desk: Caller, leads: Caller
) -> None:
    request = ask_for(help_desk)
    assert request.extends == ["agent_week"]
    assert seats(request) == [(["finance"], "open"), (["supervisor"], "open")]
    say(leads, Say.APPROVE, request, agent="a_finance")
    assert say(leads, Say.APPROVE, request, agent="a_supervisor")["state"] == "approved"
    window = BudgetWindow.objects.get(budget="agent_week")
    assert (window.held, window.limit) == (3000, 3000)
    assert list(verify()) == []
    assert ask(help_desk, replace(LATE, case="K-7"))["offers"][0]["alone"] is False


@pytest.mark.policy(agent_week={"limit": "40.00", "beyond": {"by": "finance"}})
def test_a_budget_that_ran_out_meanwhile_needs_its_own_yes(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert request.extends == []
    other = ask_for(help_desk, case="K-2", customer="C-2")
    say(leads, Say.APPROVE, other, agent="a_supervisor")
    with pytest.raises(NotOfferedError, match="who may go beyond was not asked"):
        say(leads, Say.APPROVE, request, agent="a_supervisor")


@pytest.mark.policy(approvals={"reserve": "on_request"}, agent_week={"limit": "50.00"}, case_money={"limit": "200.00"})
def test_what_is_left_of_a_budget_is_one_figure_wherever_it_is_told(help_desk: Caller, leads: Caller) -> None:
    answer = grant(help_desk, amount="30.00").answer
    request = ApprovalRequest.objects.select_related("exception__decision").get()
    now = read_approval(request, now=NOON)["now"]
    seen = [answer, *answer["meanwhile"], now["offer"], *now["meanwhile"]]
    seen += read_meanwhile(request.exception, now=NOON)
    seen += ask(help_desk)["offers"]
    assert [left(each) for each in seen] == [{"agent_week": "20.00", "case_money": "170.00"}] * 6
    # What is asked for stands in nobody's way but in that of what is given beside it.
    assert now["offer"]["with_approval"]["max"] == "40.00"
    assert {each["amount"]["max"] for each in (*answer["meanwhile"], *now["meanwhile"])} == {"20.00"}
    amend = AmendRequest(exception=request.exception_id, agent="ana", amount="40.00")
    anew = amend_exception(caller=help_desk, request=amend, key="more", now=NOON).answer
    assert [left(each) for each in anew["meanwhile"]] == [{"agent_week": "10.00", "case_money": "160.00"}]


def left(told: Any) -> dict[str, str]:
    return {budget["code"]: budget["remaining"] for budget in told["budgets"]}
