"""What is held for a linked case is granted: what is told to be left is left over the whole chain, as in an offer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.actions.caller import Caller
from guardrails.models import CareException
from policies.models import Policy
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link, undo
from tests.guardrails.test_grant_held import take
from tests.guardrails.test_hold import hold

FIRST = replace(LATE, case="K-1", customer="C-1")
SECOND = replace(LATE, case="K-2", customer="C-2")


@pytest.fixture
def orders(shop: Policy) -> Caller:
    return an_order_system()


def left(answer: dict[str, Any], budget: str = "case_money") -> str | int:
    return next(each["remaining"] for each in answer["budgets"] if each["code"] == budget)


def offered(caller: Caller, request: Any, budget: str = "case_money") -> str | int:
    (offer,) = [each for each in ask(caller, request)["offers"] if each["remedy"] == "store_credit"]
    return left(offer, budget)


def test_what_is_left_after_a_hold_is_granted_is_what_the_next_question_tells(
    help_desk: Caller, orders: Caller
) -> None:
    link(orders, "K-2", "K-1")
    grant(help_desk, request=FIRST, amount="15.00")
    made = hold(help_desk, request=SECOND, amount="10.00")
    assert left(made) == "25.00"
    answer = take(help_desk, made["exception"])
    assert left(answer) == offered(help_desk, SECOND) == offered(help_desk, FIRST) == "25.00"


def test_what_was_not_needed_of_a_hold_is_left_to_the_chain(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    hold(help_desk, request=FIRST, amount="15.00")
    made = hold(help_desk, request=SECOND, amount="10.00")
    assert left(take(help_desk, made["exception"], amount="4.00")) == "31.00"


def test_a_link_made_after_the_hold_counts_and_one_that_was_undone_does_not(help_desk: Caller, orders: Caller) -> None:
    grant(help_desk, request=FIRST, amount="15.00")
    made = hold(help_desk, request=SECOND, amount="5.00")
    link(orders, "K-2", "K-1")
    assert left(take(help_desk, made["exception"])) == "30.00"
    other = hold(help_desk, request=SECOND, amount="5.00")
    undo(orders, "K-2", "K-1")
    assert left(take(help_desk, other["exception"])) == "40.00"


def test_a_customers_budget_counts_what_others_took_in_the_chain(help_desk: Caller, orders: Caller) -> None:
    """A replacement goes to a customer once a year; both were held before anybody knew that it was one story."""
    held = [
        hold(help_desk, "replacement", request=replace(DAMAGED, case=f"K-{at}", customer=f"C-{at}"))["exception"]
        for at in (1, 2)
    ]
    link(orders, "K-2", "K-1")
    assert [left(take(help_desk, each), "customer_year") for each in held] == [0, 0]
    assert CareException.objects.filter(state="granted").count() == 2


def test_other_budgets_are_told_as_before(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    grant(help_desk, request=FIRST, amount="15.00")
    made = hold(help_desk, request=SECOND, amount="10.00")
    assert left(take(help_desk, made["exception"]), "agent_week") == "175.00"


def test_a_case_that_stands_for_itself_costs_no_query_more(help_desk: Caller, orders: Caller) -> None:
    costs = []
    for request in (replace(LATE, case="K-8", customer="C-8"), replace(LATE, case="K-9", customer="C-9")):
        if request.case == "K-9":
            link(orders, "K-9", "K-10")
        made = hold(help_desk, request=request, amount="5.00")
        with CaptureQueriesContext(connection) as queries:
            take(help_desk, made["exception"], now=NOON + timedelta(minutes=1))
        costs.append(len(queries))
    assert costs[1] <= costs[0] + 1
