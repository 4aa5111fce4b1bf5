"""Promises over the real API: what is quoted is kept, and nobody gives what is not there."""
# ruff: noqa: F811, F401 - fixtures are imported, and asked for by their names

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client

from guardrails.ledger import verify
from guardrails.models import BudgetWindow, CareException, Scope
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails.builders import NOON
from tests.guardrails.conftest import nothing_remembered, shop, shop_document
from tests.guardrails_api.conftest import Api, an_agent, ana, desk, new_token, noon
from tests.guardrails_api.questions import late
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_lifecycle import event, held, left

BERLIN = ZoneInfo("Europe/Berlin")


def offer(api: Api, remedy: str = "store_credit", **changes: Any) -> dict[str, Any] | None:
    """What may be offered of a remedy, or None."""
    answer = api.post("offers/", late(**changes)).json()
    return next((each for each in answer["offers"] if each["remedy"] == remedy), None)


def grant(api: Api, key: str, amount: str, **changes: Any) -> Any:
    decision = api.post("offers/", late(**changes)).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": amount}
    return api.post("exceptions/", body, Idempotency_Key=key)


@pytest.fixture
def ben(shop: Policy, new_token: Callable[..., Api]) -> Api:
    """Another agent of the shop, at another desk."""
    agent = an_agent(shop, "ben", team="phone")
    return new_token("phone", [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS], agents=[agent])


def test_two_agents_see_the_last_twenty_and_one_of_them_gives_it(desk: Api, ben: Api) -> None:
    assert grant(desk, "before", "25.00", customer="C-1").status_code == 201
    assert grant(desk, "more", "5.00", customer="C-2").status_code == 201
    seen = [offer(desk), offer(ben, agent="ben")]
    assert [each and each["amount"]["max"] for each in seen] == ["20.00", "20.00"]
    decision = ben.post("offers/", late(agent="ben")).json()["decision"]
    promised = held(desk, key="ana", amount="20.00")["exception"]
    body = {"decision": decision, "remedy": "store_credit", "amount": "20.00"}
    told = problem(ben.post("exceptions/", body, Idempotency_Key="ben"), 409, "not_offered")
    assert told["alternatives"] == []
    assert "Case money" in told["detail"]
    event(desk, "void", promised)
    assert ben.post("exceptions/", body, Idempotency_Key="ben").status_code == 201
    assert list(verify()) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_agents_take_the_last_twenty_at_the_same_moment(desk: Api, ben: Api) -> None:
    assert grant(desk, "before", "20.00", customer="C-1").status_code == 201
    assert grant(desk, "more", "10.00", customer="C-2").status_code == 201
    wanted = [
        (desk, desk.post("offers/", late()).json()["decision"]),
        (ben, ben.post("offers/", late(agent="ben")).json()["decision"]),
    ]
    start = Barrier(2)

    def take(api: Api, decision: str) -> int:
        start.wait(30)
        try:
            body = {"decision": decision, "remedy": "store_credit", "amount": "20.00"}
            mine = Api(secret=api.secret, client=Client())
            return int(mine.post("exceptions/", body, Idempotency_Key="the last").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        answered = sorted(both.map(lambda each: take(*each), wanted))
    assert answered == [201, 409]
    assert BudgetWindow.objects.get(budget="case_money").spent == 5000
    assert list(verify()) == []


def test_the_same_key_after_a_time_out_is_answered_as_the_first_time(
    desk: Api,
    noon: time_machine.Traveller,
) -> None:
    asked = {**late(), "hold": {"remedy": "store_credit", "amount": "12.50"}}
    lost = desk.post("offers/", asked, Idempotency_Key="quote").json()
    noon.shift(timedelta(minutes=14))
    again = desk.post("offers/", asked, Idempotency_Key="quote")
    assert (again.json(), again["Idempotency-Replayed"]) == (lost, "true")
    exception = again.json()["hold"]["held"]["exception"]
    first = event(desk, "grant", exception, key="give").json()
    noon.shift(timedelta(days=3))
    assert event(desk, "grant", exception, key="give").json() == first
    assert desk.post("offers/", asked, Idempotency_Key="quote").json() == lost
    assert CareException.objects.count() == 1
    assert BudgetWindow.objects.get(budget="agent_week").spent == 1250
    assert list(verify()) == []


def test_the_policy_changes_between_quote_and_grant(
    desk: Api,
    shop: Policy,
    shop_document: dict[str, Any],
) -> None:
    quoted = held(desk, amount="20.00")
    rules = [
        {**each, "alone": "never", "up_to": "10.00", "suggest": "5.00", "approval": [{"any_of": ["supervisor"]}]}
        if each["code"] == "late_credit"
        else each
        for each in shop_document["rules"]
    ]
    import_policy(document={**shop_document, "rules": rules}, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="less for late parcels", now=NOON)
    now_offered = offer(desk, customer="C-2", case="K-2")
    assert now_offered is not None
    assert not now_offered["alone"]
    kept = event(desk, "grant", quoted["exception"]).json()
    assert (kept["amount"]["amount"], kept["policy"]["version"], kept["say"]) == ("20.00", 1, quoted["say"])
    read = desk.get(f"exceptions/{quoted['exception']}/").json()
    assert (read["state"], read["policy"]["version"]) == ("granted", 1)


@pytest.fixture
def calendar_shop(shop: Policy, shop_document: dict[str, Any]) -> Policy:
    """The shop with budgets for a day and a month, one credit a month for each customer; supervisors reverse."""
    budgets = [
        {"code": "agent_day", "scope": "agent", "measure": "money", "limit": "30.00", "per": "day"},
        {"code": "agent_month", "scope": "agent", "measure": "money", "limit": "40.00", "per": "month"},
        {"code": "one_a_month", "scope": "customer", "measure": "count", "limit": 1, "rolling": {"months": 1}},
    ]
    roles = [{**each, "may_reverse": True} for each in shop_document["roles"]]
    import_policy(document={**shop_document, "budgets": budgets, "roles": roles}, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="by the calendar", now=NOON)
    assert Role.objects.filter(policy=shop, may_reverse=True).exists()
    return shop


def windows(budget: str) -> dict[str, tuple[int, int]]:
    rows = BudgetWindow.objects.filter(budget=budget).order_by("starts_on")
    return {f"{row.starts_on}": (row.held, row.spent) for row in rows}


def test_what_is_held_on_the_31st_stays_in_its_month(
    calendar_shop: Policy,
    desk: Api,
    noon: time_machine.Traveller,
) -> None:
    noon.move_to(datetime(2027, 1, 31, 23, 55, tzinfo=BERLIN))
    exception = held(desk, amount="25.00")["exception"]
    noon.move_to(datetime(2027, 2, 1, 0, 5, tzinfo=BERLIN))
    answer = event(desk, "grant", exception).json()
    assert (answer["decided_again"], left(answer)["agent_month"]) == (False, "15.00")
    assert windows("agent_month") == {"2027-01-01": (0, 2500)}
    other = offer(desk, customer="C-2", case="K-2")
    assert other is not None
    assert other["amount"]["max"] == "25.00"
    noon.move_to(datetime(2027, 2, 28, 12, 0, tzinfo=BERLIN))
    assert offer(desk, case="K-3") is None
    noon.move_to(datetime(2027, 3, 3, 12, 0, tzinfo=BERLIN))
    assert offer(desk, case="K-3") is not None
    event(desk, "reverse", exception, reason="It was lost again.", amount="5.00")
    assert windows("agent_month") == {"2027-01-01": (0, 2000)}
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("quoted", "until"),
    [
        # The hour from two to three comes twice, or not at all; a quarter of an hour is one all the same.
        (datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN), "2026-10-25T01:05:00+00:00"),
        (datetime(2027, 3, 28, 1, 50, tzinfo=BERLIN), "2027-03-28T01:05:00+00:00"),
    ],
    ids=["back", "forward"],
)
def test_a_quarter_of_an_hour_is_one_in_the_night_when_the_clocks_change(
    calendar_shop: Policy,
    desk: Api,
    noon: time_machine.Traveller,
    quoted: datetime,
    until: str,
) -> None:
    noon.move_to(quoted)
    first, second = (
        held(desk, key=customer, question=late(customer=customer, case=f"K {customer}"), amount="5.00")
        for customer in ("C-1", "C-2")
    )
    assert first["expires_at"] == until
    noon.move_to(datetime.fromisoformat(until) - timedelta(seconds=1))
    assert event(desk, "grant", first["exception"]).json()["decided_again"] is False
    noon.move_to(datetime.fromisoformat(until))
    assert event(desk, "grant", second["exception"]).json()["decided_again"] is True
    assert list(verify()) == []


def test_the_day_of_twenty_five_hours_is_one_day(
    calendar_shop: Policy,
    desk: Api,
    noon: time_machine.Traveller,
) -> None:
    noon.move_to(datetime(2026, 10, 25, 0, 5, tzinfo=BERLIN))
    assert grant(desk, "1", "20.00", customer="C-1", case="K-1").status_code == 201
    noon.move_to(datetime(2026, 10, 25, 23, 55, tzinfo=BERLIN))
    at_night = offer(desk, customer="C-2", case="K-2")
    assert at_night is not None
    assert at_night["amount"]["max"] == "10.00"
    assert [each["resets_at"] for each in at_night["budgets"] if each["code"] == "agent_day"] == [
        "2026-10-26T00:00:00+01:00"
    ]
    noon.shift(timedelta(minutes=5))
    tomorrow = offer(desk, customer="C-2", case="K-2")
    assert tomorrow is not None
    assert tomorrow["amount"]["max"] == "20.00"
