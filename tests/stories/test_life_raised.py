"""An approval, and then the amount is raised: a yes holds for what was asked, and for nothing beyond it."""

import pytest

from tests.guardrails_api.conftest import Api
from tests.stories.life import Answer, Shop, leads, shop, stranger  # noqa: F401 - fixtures


@pytest.fixture
def approved(shop: Shop, leads: Api) -> Answer:  # noqa: F811
    """Ana asked for 30, and Sofia said yes."""
    asked = shop.credit(shop.desk, "30.00", status=202, agent="ana")
    shop.send(leads, f"approvals/{asked['approval']['request']}/approve/", agent="sofia")
    return asked


def amend(shop: Shop, asked: Answer, *, status: int = 200, api: Api | None = None, **said: str) -> Answer:  # noqa: F811
    return shop.send(api or shop.desk, f"exceptions/{asked['exception']}/amend/", status=status, **said)


def grant(shop: Shop, asked: Answer, *, status: int = 200, **said: str) -> Answer:  # noqa: F811
    return shop.send(shop.desk, f"exceptions/{asked['exception']}/grant/", status=status, **said)


def test_within_what_was_approved_it_is_kept(shop: Shop, approved: Answer) -> None:  # noqa: F811
    changed = amend(shop, approved, amount="28.00", note="They would rather have points as well.")
    assert (changed["state"], changed["amount"]["amount"]) == ("approved", "28.00")
    assert grant(shop, approved)["amount"]["amount"] == "28.00"


def test_beyond_it_the_yes_is_over_and_it_is_asked_anew(shop: Shop, leads: Api, approved: Answer) -> None:  # noqa: F811
    assert grant(shop, approved, status=422, amount="40.00")["type"].endswith("#out_of_range")
    changed = amend(shop, approved, amount="40.00")
    assert (changed["state"], changed["approval"]["asks"]) == ("awaiting_approval", ["supervisor"])
    request = changed["approval"]["request"]
    assert grant(shop, approved, status=409)["type"].endswith("#wrong_state")
    assert grant(shop, approved, status=409, amount="30.00")["type"].endswith("#wrong_state")
    if request != approved["approval"]["request"]:
        shop.send(leads, f"approvals/{approved['approval']['request']}/approve/", status=409, agent="sofia")
    shop.send(leads, f"approvals/{request}/approve/", agent="sofia")
    assert grant(shop, approved, amount="40.00")["amount"]["amount"] == "40.00"


def test_the_old_yes_is_good_for_one_grant(shop: Shop, approved: Answer) -> None:  # noqa: F811
    grant(shop, approved)
    assert grant(shop, approved, status=409)["type"].endswith("#wrong_state")
    amend(shop, approved, status=409, amount="40.00")


def test_a_stranger_can_raise_nothing(shop: Shop, stranger: Api, approved: Answer) -> None:  # noqa: F811
    for agent in ({}, {"agent": "zoe"}, {"agent": "ana"}):
        amend(shop, approved, status=404, api=stranger, amount="40.00", **agent)
    assert shop.desk.get(f"exceptions/{approved['exception']}/").json()["amount"]["amount"] == "30.00"
