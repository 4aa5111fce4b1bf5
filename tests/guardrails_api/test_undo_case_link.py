"""The order system linked the wrong cases: it says so, and both customers have their own limits again."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User

from guardrails.api.case_links_answer import ChainAnswer, UndoneAnswer
from guardrails.models import Agent, Scope, UndoneLink
from policies.models import Policy, PolicyScope
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import late
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_case_links import link

WRONG = {"policy": "shop_eu", "case": "K-882", "other": "K-881", "reason": "Typed the wrong number."}


@pytest.fixture
def orders(new_token: Callable[..., Api], shop: Policy) -> Api:
    """The order system: it acts for no agent."""
    return new_token("orders", [Scope.CASES])


def undo(api: Api, key: str = "undo", **changes: Any) -> Any:
    return api.post("cases/links/undo/", {**WRONG, **changes}, Idempotency_Key=key)


def test_a_wrong_link_is_undone(desk: Api, orders: Api) -> None:
    link(orders)
    assert desk.post("offers/", late(case="K-882")).json()["context"]["case"]["linked"] == ["K-881"]
    answer = undo(orders)
    assert answer.status_code == 200
    told = answer.json()
    msgspec.convert(told, UndoneAnswer, strict=True)
    assert [each["cases"] for each in told["chains"]] == [["K-882"], ["K-881"]]
    assert "linked" not in desk.post("offers/", late(case="K-882")).json()["context"]["case"]
    read = orders.get("cases/links/", policy="shop_eu", case="K-882").json()
    msgspec.convert(read, ChainAnswer, strict=True)
    assert (read["links"], read["undone"]) == ([], told["undone"])
    assert read["undone"][0]["undone_because"] == "Typed the wrong number."


def test_it_may_be_said_again_and_the_cases_be_linked_again(orders: Api) -> None:
    link(orders)
    first, again = undo(orders), undo(orders)
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (200, first.json(), "true")
    problem(undo(orders, reason="Another."), 409, "idempotency_key_conflict")
    problem(undo(orders, key="two"), 409, "not_linked")
    assert link(orders, key="anew").json()["cases"] == ["K-881", "K-882"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "invalid_request"),
        ({"reason": "  "}, "invalid_request"),
        ({"reason": None}, "invalid_request"),
        ({"kind": "replaces"}, "invalid_request"),
        ({"other": "K-881 "}, "invalid_question"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(changes: dict[str, Any], code: str, orders: Api) -> None:
    link(orders)
    problem(undo(orders, **changes), 422, code)
    assert not UndoneLink.objects.exists()


def test_it_needs_a_key(orders: Api) -> None:
    link(orders)
    problem(orders.post("cases/links/undo/", WRONG), 400, "idempotency_key_missing")


def test_who_may_undo(
    desk: Api, orders: Api, auditor: Api, new_token: Callable[..., Api], ana: Agent, subtests: pytest.Subtests
) -> None:
    """The scope "cases" alone: not even a desk whose agents were asked about both cases."""
    for case in ("K-881", "K-882"):
        desk.post("offers/", late(case=case))
    for scope in Scope:
        with subtests.test(scope=scope):
            link(orders, key=f"link {scope}")
            client = new_token(f"{scope}", [scope], agents=[ana])
            assert undo(client, key=f"undo {scope}").status_code == (200 if scope == Scope.CASES else 403)


def test_a_system_of_another_market_undoes_nothing_here(orders: Api, new_token: Callable[..., Api]) -> None:
    link(orders)
    other = Policy.objects.create(code="other", currency="EUR", time_zone="UTC")
    stranger = new_token("elsewhere", [Scope.CASES])
    PolicyScope.objects.create(user=User.objects.get(username="elsewhere")).policies.add(other)
    told = {problem(undo(stranger, policy=policy), 404, "unknown_policy")["title"] for policy in ("shop_eu", "nowhere")}
    assert len(told) == 1
    assert not UndoneLink.objects.exists()
