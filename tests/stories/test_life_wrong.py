"""A wrong credit is taken back in part: budgets and the customer's history tell what stands."""

import pytest

from guardrails.ledger import verify
from guardrails.models import AuditRecord
from tests.guardrails_api.conftest import Api
from tests.stories.life import Answer, Shop, leads, remaining, shop, stranger  # noqa: F401 - fixtures

WHY = "The parcel was on time; 5 is for the wait on the line."


@pytest.fixture
def granted(shop: Shop) -> Answer:  # noqa: F811
    """Ana gave 20."""
    return shop.credit(shop.desk, "20.00", status=201, agent="ana")


def reverse(shop: Shop, api: Api, granted: Answer, *, status: int = 200, **said: str) -> Answer:  # noqa: F811
    path = f"exceptions/{granted['exception']}/reverse/"
    return shop.send(api, path, status=status, **{"reason": WHY, **said})


def of_the_customer(shop: Shop, case: str = "K-2") -> Answer:  # noqa: F811
    return shop.ask(shop.desk, agent="ana", customer="C-1", case=case)


def test_the_budget_and_the_history_show_what_stands(shop: Shop, leads: Api, granted: Answer) -> None:  # noqa: F811
    assert remaining(of_the_customer(shop), "agent_week") == "180.00"
    answer = reverse(shop, leads, granted, agent="sofia", amount="15.00")
    assert (answer["state"], answer["taken_back"]["amount"]["amount"]) == ("granted", "15.00")
    asked = of_the_customer(shop)
    assert remaining(asked, "agent_week") == "195.00"
    history = asked["context"]["customer"]
    assert (history["exceptions_12_months"], history["given_12_months"]["amount"]) == (1, "5.00")
    read = shop.desk.get(f"exceptions/{granted['exception']}/").json()
    assert (read["amount"]["amount"], read["reversed"]["amount"]["amount"]) == ("20.00", "15.00")


def test_never_more_than_stands_and_nothing_twice(shop: Shop, leads: Api, granted: Answer) -> None:  # noqa: F811
    reverse(shop, leads, granted, agent="sofia", amount="15.00")
    reverse(shop, leads, granted, agent="sofia", amount="5.01", status=422)
    assert reverse(shop, leads, granted, agent="sofia")["state"] == "reversed"
    reverse(shop, leads, granted, agent="sofia", status=409)
    assert remaining(of_the_customer(shop), "agent_week") == "200.00"
    assert list(verify()) == []


def test_the_log_says_who_and_why_and_nothing_is_edited(shop: Shop, leads: Api, granted: Answer) -> None:  # noqa: F811
    before = AuditRecord.objects.get(subject_id=granted["exception"], kind="exception.granted").body
    reverse(shop, leads, granted, agent="sofia", amount="15.00")
    record = AuditRecord.objects.get(subject_id=granted["exception"], kind="exception.reversed")
    assert (record.on_behalf_of, WHY in str(record.body)) == ("agent:sofia", True)
    assert AuditRecord.objects.get(subject_id=granted["exception"], kind="exception.granted").body == before


def test_strangers_and_whoever_gave_it_take_nothing_back(
    shop: Shop,  # noqa: F811
    stranger: Api,  # noqa: F811
    granted: Answer,
) -> None:
    reverse(shop, stranger, granted, agent="zoe", status=404)
    reverse(shop, stranger, granted, agent="sofia", status=404)
    reverse(shop, shop.desk, granted, agent="ana", status=403)
    reverse(shop, shop.assistant, granted, status=403)
    assert remaining(of_the_customer(shop), "agent_week") == "180.00"
