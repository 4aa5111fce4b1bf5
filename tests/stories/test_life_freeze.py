"""A manager stops a remedy at once: the next question says so, and what was promised before is kept."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from guardrails.models import Freeze
from tests.guardrails_api.conftest import Api
from tests.stories.life import Answer, Shop, shop, stranger  # noqa: F401 - fixtures

WHY = "Credits are booked twice today."
INSTEAD = "Offer express delivery, and say that we call back."


@pytest.fixture
def held(shop: Shop) -> Answer:  # noqa: F811
    """Ana quotes 20 to a customer."""
    decision = shop.ask(shop.desk, agent="ana", customer="C-1", case="K-1")["decision"]
    return shop.send(shop.desk, "holds/", status=201, decision=decision, remedy="store_credit", amount="20.00")


def page_of(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def stop(shop: Shop, client: Client) -> int:  # noqa: F811
    """Fill in the form on which a remedy is stopped; give the status of the answer."""
    form = {"what": "remedy:shop_eu:store_credit", "promises": "keep"}
    told = {"reason": WHY, "instead": INSTEAD, "begins_at_0": "", "begins_at_1": "", "ends_at_0": "", "ends_at_1": ""}
    return client.post("/admin/guardrails/freeze/add/", form | told).status_code


def test_the_next_question_says_so_with_what_to_do_instead(shop: Shop, held: Answer) -> None:  # noqa: F811
    decision = shop.ask(shop.desk, agent="ana", customer="C-2", case="K-2")["decision"]
    assert stop(shop, page_of("manager")) == 302
    answer = shop.ask(shop.desk, agent="ben", customer="C-3", case="K-3")
    assert "store_credit" not in [each["remedy"] for each in answer["offers"]]
    (kept_back,) = [each for each in answer["not_offered"] if each["remedy"] == "store_credit"]
    text = " ".join(because["text"] for because in kept_back["because"])
    assert WHY in text
    assert INSTEAD[1:] in text
    refused = shop.send(shop.desk, "exceptions/", status=409, decision=decision, remedy="store_credit", amount="5.00")
    assert refused["type"].endswith("#stopped")
    assert INSTEAD[1:] in str(refused)


def test_no_other_agent_or_client_gets_round_it(shop: Shop) -> None:  # noqa: F811
    stop(shop, page_of("manager"))
    other = shop.client("Telephone", "offers", "exceptions", agents=("ana", "ben", "sofia"))  # type: ignore[arg-type]
    for api, agent in ((shop.desk, {"agent": "sofia"}), (other, {"agent": "ben"}), (shop.assistant, {})):
        answer = shop.ask(api, **agent, customer="C-4", case="K-4")
        assert "store_credit" not in [each["remedy"] for each in answer["offers"]]


def test_what_was_promised_before_is_kept(shop: Shop, held: Answer) -> None:  # noqa: F811
    stop(shop, page_of("manager"))
    assert shop.send(shop.desk, f"exceptions/{held['exception']}/grant/")["state"] == "granted"


def test_strangers_stop_nothing(shop: Shop, stranger: Api, held: Answer) -> None:  # noqa: F811
    for username in ("agent", "approver", "auditor"):
        assert stop(shop, page_of(username)) in (302, 403)
        assert not Freeze.objects.exists()
    shop.send(stranger, f"exceptions/{held['exception']}/grant/", status=404, agent="zoe")
    assert "store_credit" in [
        each["remedy"] for each in shop.ask(shop.desk, agent="ana", customer="C-9", case="K-9")["offers"]
    ]
