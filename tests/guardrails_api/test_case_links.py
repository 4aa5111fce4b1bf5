"""An order is replaced: the order system says so, and the desk sees one story."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User

from guardrails.api.case_links_answer import ChainAnswer
from guardrails.models import Agent, CaseLink, Scope
from policies.models import Policy, PolicyScope
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import late
from tests.guardrails_api.test_bad_input import problem

REPLACED = {"policy": "shop_eu", "case": "K-882", "other": "K-881", "kind": "replaces"}


@pytest.fixture
def orders(new_token: Callable[..., Api], shop: Policy) -> Api:
    """The order system: it acts for no agent."""
    return new_token("orders", [Scope.CASES])


def link(api: Api, key: str = "one", **changes: Any) -> Any:
    return api.post("cases/links/", {**REPLACED, **changes}, Idempotency_Key=key)


def test_a_replaced_order_brings_its_story_along(desk: Api, orders: Api) -> None:
    first = desk.post("offers/", late()).json()["decision"]
    granted = desk.post(
        "exceptions/", {"decision": first, "remedy": "store_credit", "amount": "25.00"}, Idempotency_Key="g"
    )
    assert granted.status_code == 201
    answer = link(orders)
    assert answer.status_code == 201
    told = answer.json()
    msgspec.convert(told, ChainAnswer, strict=True)
    assert (told["cases"], [each["kind"] for each in told["links"]]) == (["K-881", "K-882"], ["replaces"])
    asked = desk.post("offers/", late(case="K-882")).json()
    assert asked["context"]["case"]["linked"] == ["K-881"]
    assert [each["exception"] for each in asked["context"]["case"]["earlier"]] == [granted.json()["exception"]]
    (budget,) = [each for each in asked["offers"][0]["budgets"] if each["code"] == "case_money"]
    assert budget["remaining"] == "25.00"
    assert orders.get("cases/links/", policy="shop_eu", case="K-881").json() == {**told, "undone": []}


def test_it_may_be_said_again(orders: Api) -> None:
    first, again = link(orders), link(orders)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    problem(link(orders, other="K-880"), 409, "idempotency_key_conflict")
    assert CaseLink.objects.count() == 1


def test_a_case_alone_is_a_chain_of_one(orders: Api) -> None:
    told = orders.get("cases/links/", policy="shop_eu", case="K-1").json()
    assert told == {"policy": "shop_eu", "chain": None, "cases": ["K-1"], "links": [], "undone": []}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"other": "K-882"}, "invalid_link"),
        ({"kind": "resembles"}, "invalid_request"),
        ({"case": ""}, "invalid_request"),
        ({"case": "K-882 "}, "invalid_question"),
        ({"note": "x"}, "invalid_request"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(changes: dict[str, Any], code: str, orders: Api) -> None:
    problem(link(orders, **changes), 422, code)
    assert not CaseLink.objects.exists()


def test_who_may_link_what(
    desk: Api, stranger: Api, auditor: Api, new_token: Callable[..., Api], ana: Agent, subtests: pytest.Subtests
) -> None:
    """A row for each scope, with agents who were asked about both cases, about one, and about none."""
    scopes = {Scope.CASES: (201, 201, 201), Scope.OFFERS: (404, 404, 201)}
    desk.post("offers/", late())
    for asked, cases in enumerate(((), ("K-882",), ("K-882", "K-881"))):
        for case in cases:
            stranger.post("offers/", late(agent="zoe", case=case))
        for scope in Scope:
            with subtests.test(scope=scope, asked=asked):
                client = new_token(f"{scope}", [scope], agents=[Agent.objects.get(code="zoe")])
                expected = scopes.get(scope, (403,) * 3)[asked]
                assert link(client, key=f"{asked}").status_code == expected
                read = client.get("cases/links/", policy="shop_eu", case="K-881").status_code
                assert read == (200 if expected == 201 else expected)


def test_a_stranger_cannot_tell_a_case_from_none(desk: Api, stranger: Api, orders: Api) -> None:
    desk.post("offers/", late())
    link(orders)
    told = set()
    for policy, case in (("shop_eu", "K-881"), ("shop_eu", "K-1"), ("nowhere", "K-1")):
        answers = (
            link(stranger, policy=policy, case=case, other="K-882"),
            stranger.get("cases/links/", policy=policy, case=case),
        )
        for answer in answers:
            body = problem(answer, 404, "unknown_case")
            told.add((body["detail"].replace(case, "X"), body["errors"][0]["detail"]))
    assert len(told) == 1


def test_a_system_of_another_market_links_nothing_here(orders: Api) -> None:
    other = Policy.objects.create(code="other", currency="EUR", time_zone="UTC")
    PolicyScope.objects.create(user=User.objects.get(username="orders")).policies.add(other)
    problem(link(orders), 404, "unknown_policy")
    problem(orders.get("cases/links/", policy="shop_eu", case="K-881"), 404, "unknown_policy")
    assert not CaseLink.objects.exists()
