"""An order is replaced: both cases are one story, and two grants of 30 do not pass a limit of 50."""

import pytest

from guardrails.ledger import verify
from guardrails.models import Scope
from policies.actions.publish_policy import publish_policy
from policies.models import Budget, Policy, Rule
from tests.guardrails_api.conftest import Api
from tests.stories.life import FRIDAY, Answer, Shop, remaining, shop, stranger  # noqa: F401 - fixtures

LINK = {"policy": "shop_eu", "case": "K-2", "other": "K-1", "kind": "replaces"}


@pytest.fixture(autouse=True)
def fifty_for_each_case(shop: Shop) -> None:  # noqa: F811
    """The manager lets agents give 40 alone, and 50 for a case in all."""
    budget = Budget.objects.get(policy=shop.policy, code="case_once")
    budget.measure, budget.limit = "money", "50.00"
    budget.save()
    rule = Rule.objects.get(policy=shop.policy, code="late_credit")
    rule.amount = "40.00"
    rule.save()
    publish_policy(policy=Policy.objects.get(code="shop_eu"), actor=None, note="50 for each case", now=FRIDAY)


@pytest.fixture
def orders(shop: Shop) -> Api:  # noqa: F811
    """The order system, which knows what replaces what."""
    return shop.client("Orders", Scope.CASES, user="manager")


def test_two_grants_of_30_under_a_limit_of_50_do_not_pass(shop: Shop, orders: Api) -> None:  # noqa: F811
    first = shop.credit(shop.desk, "30.00", status=201, agent="ana", case="K-1")
    shop.send(orders, "cases/links/", status=201, **LINK)
    asked = shop.ask(shop.desk, agent="ben", customer="C-1", case="K-2")
    assert remaining(asked, "case_once") == "20.00"
    assert asked["context"]["case"]["linked"] == ["K-1"]
    assert [each["exception"] for each in asked["context"]["case"]["earlier"]] == [first["exception"]]
    body: Answer = {"decision": asked["decision"], "remedy": "store_credit"}
    shop.send(shop.desk, "exceptions/", status=422, **body, amount="30.00")
    shop.send(shop.desk, "exceptions/", status=201, **body, amount="20.00")
    assert list(verify()) == []


def test_linked_after_the_question_it_counts_at_the_grant(shop: Shop, orders: Api) -> None:  # noqa: F811
    shop.credit(shop.desk, "30.00", status=201, agent="ana", case="K-1")
    asked = shop.ask(shop.desk, agent="ana", customer="C-1", case="K-2")
    assert remaining(asked, "case_once") == "50.00"
    shop.send(orders, "cases/links/", status=201, **LINK)
    body = {"decision": asked["decision"], "remedy": "store_credit", "amount": "30.00"}
    shop.send(shop.desk, "exceptions/", status=422, **body)


def test_a_stranger_links_nothing_and_reads_no_story(shop: Shop, stranger: Api, orders: Api) -> None:  # noqa: F811
    shop.credit(shop.desk, "30.00", status=201, agent="ana", case="K-1")
    desk_of_others = shop.client("Another desk", Scope.OFFERS, Scope.EXCEPTIONS, agents=("zoe",))
    shop.send(desk_of_others, "cases/links/", status=404, **LINK)
    assert desk_of_others.get("cases/links/", policy="shop_eu", case="K-1").status_code == 404
    assert orders.get("cases/links/", policy="shop_eu", case="K-1").json()["links"] == []
    asked = shop.ask(desk_of_others, agent="zoe", customer="C-1", case="K-2")
    assert "K-1" not in str(asked["context"])
