"""A customer asks a second agent after a "no": it is shown, and goes one level up, never sideways."""

import pytest

from guardrails.models import Scope
from tests.guardrails_api.conftest import Api
from tests.stories.life import Answer, Shop, leads, shop, stranger  # noqa: F401 - fixtures

NO = "They were given 40 for the same parcel in May."


@pytest.fixture
def declined(shop: Shop, leads: Api) -> Answer:  # noqa: F811
    """Ana asked for 30, and Sofia said no."""
    asked = shop.credit(shop.desk, "30.00", status=202, agent="ana")
    return shop.send(leads, f"approvals/{asked['approval']['request']}/decline/", agent="sofia", text=NO)


def test_the_agent_learns_at_once_what_was_said(shop: Shop, declined: Answer) -> None:  # noqa: F811
    read = shop.desk.get(f"exceptions/{declined['exception']}/").json()
    assert (read["state"], read["approval"]["outcome"]["text"]) == ("declined", NO)


@pytest.mark.parametrize("amount", ["30.00", "29.50", "25.50", "60.00"])
def test_a_second_agent_sees_it_and_only_somebody_above_can_say_yes(
    shop: Shop,  # noqa: F811
    leads: Api,  # noqa: F811
    declined: Answer,
    amount: str,
) -> None:
    other = shop.client("Telephone", Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS, agents=("ben",))
    again = shop.credit(other, amount, status=202, agent="ben")
    assert again["approval"]["earlier_no"]["text"] == NO
    assert again["asks"] == ["care_lead"]
    request = again["approval"]["request"]
    for supervisor in ("sofia", "sam"):
        shop.send(leads, f"approvals/{request}/approve/", status=403, agent=supervisor)
    assert leads.get("approvals/", agent="sam").json()["results"] == []
    (waits,) = leads.get("approvals/", agent="clara").json()["results"]
    assert (waits["request"], waits["asked_again"]) == (request, True)
    shop.send(leads, f"approvals/{request}/approve/", agent="clara")
    shop.send(other, f"exceptions/{again['exception']}/grant/", agent="ben")


def test_the_assistant_gets_no_further(shop: Shop, declined: Answer) -> None:  # noqa: F811
    again = shop.credit(shop.assistant, "20.00", status=202)
    assert again["approval"]["earlier_no"]["text"] == NO
    assert again["asks"] == ["care_lead"]


def test_what_needed_no_yes_can_still_be_given(shop: Shop, declined: Answer) -> None:  # noqa: F811
    assert shop.credit(shop.desk, "25.00", status=201, agent="ben")["state"] == "granted"


def test_another_case_of_the_same_customer_starts_afresh(shop: Shop, declined: Answer) -> None:  # noqa: F811
    again = shop.credit(shop.desk, "30.00", status=202, case="K-2", agent="ana")
    assert (again["asks"], again["approval"]["earlier_no"]) == (["supervisor"], None)


def test_a_stranger_learns_nothing_of_the_no(shop: Shop, stranger: Api, declined: Answer) -> None:  # noqa: F811
    assert stranger.get(f"exceptions/{declined['exception']}/").status_code == 404
    assert stranger.get(f"approvals/{declined['request']}/").status_code == 404
    shop.send(stranger, f"exceptions/{declined['exception']}/grant/", status=404, agent="zoe")
