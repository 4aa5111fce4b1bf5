"""An AI assistant asks, a person agrees to less, it is given, paid, followed up, and the customer is heard."""

from datetime import timedelta

import pytest

from guardrails.models import Scope
from tests.guardrails_api.conftest import Api
from tests.stories.life import FRIDAY, Answer, Shop, shop, stranger  # noqa: F401 - fixtures


@pytest.fixture
def ben(shop: Shop) -> Api:  # noqa: F811
    """Ben's own tool: he agrees to what the assistant asks, and keeps what was promised."""
    return shop.client("Ben's desk", Scope.APPROVALS, Scope.EXCEPTIONS, agents=("ben",))


@pytest.fixture
def payer(shop: Shop) -> Api:  # noqa: F811
    """The system that pays."""
    return shop.client("Payments", Scope.SETTLEMENTS, user="manager")


@pytest.fixture
def survey(shop: Shop) -> Api:  # noqa: F811
    """The tool that asks customers how it went."""
    return shop.client("Survey", Scope.OUTCOMES, agents=("robin",))


@pytest.fixture
def granted(shop: Shop, ben: Api) -> Answer:  # noqa: F811
    """The assistant asked for 20, Ben agreed to 15, and the customer took 12."""
    asked = shop.credit(shop.assistant, "20.00", status=202, note="Missed the party.", told="I will ask a colleague.")
    (waits,) = ben.get("approvals/").json()["results"]
    assert (waits["requested_by"]["id"], waits["says"]) == ("robin", "Missed the party.")
    voted = shop.send(ben, f"approvals/{waits['request']}/approve/", amount="15.00", agent="ben", text="15 is fair.")
    assert (voted["state"], voted["amount"]["amount"]) == ("approved", "15.00")
    seen = shop.assistant.get(f"exceptions/{asked['exception']}/").json()
    assert seen["approval"]["outcome"]["verdict"] == "approve_less"
    shop.send(shop.assistant, f"exceptions/{asked['exception']}/grant/", status=422, amount="15.50")
    return shop.send(shop.assistant, f"exceptions/{asked['exception']}/grant/", amount="12.00")


def test_it_is_given_paid_followed_up_and_heard(
    shop: Shop,  # noqa: F811
    ben: Api,
    payer: Api,
    survey: Api,
    granted: Answer,
) -> None:
    exception = granted["exception"]
    assert (granted["state"], granted["settlement"]["state"]) == ("granted", "pending")
    paid = {"exception": exception, "event": "confirmed", "reference": "PAY-1", "amount": "12.00"}
    answer = shop.send(payer, "settlements/", **paid)
    assert (answer["settlement"]["state"], answer["mismatch"]) == ("confirmed", None)

    shop.move_to(FRIDAY + timedelta(days=2))
    (owed,) = ben.get("follow-ups/", overdue="true").json()["results"]
    assert (owed["exception"], owed["what"]) == (exception, "Check that the parcel arrived")
    said: Answer = {"reached": True, "satisfied": 5, "contacted_again": False, "words": "It came on Saturday."}
    done = shop.send(ben, f"follow-ups/{owed['follow_up']}/done/", agent="ben", **said)
    assert done["state"] == "done"

    shop.send(survey, "outcomes/", status=201, id="S-1", exception=exception, recommend=9, stayed="stayed")
    read = shop.assistant.get(f"exceptions/{exception}/").json()
    assert [each["state"] for each in read["follow_ups"]] == ["done"]
    assert [(each["source"], each["recommend"]) for each in read["outcomes"]] == [("agent", None), ("survey", 9)]
    assert read["settlement"]["state"] == "confirmed"


def test_the_assistant_agrees_to_nothing_itself(shop: Shop) -> None:  # noqa: F811
    asked = shop.credit(shop.assistant, "20.00", status=202)
    own = shop.client("A second token", Scope.APPROVALS, agents=("robin",))
    shop.send(own, f"approvals/{asked['approval']['request']}/approve/", status=403, agent="robin")
    shop.send(shop.assistant, f"exceptions/{asked['exception']}/grant/", status=409)


def test_strangers_neither_pay_nor_close_nor_tell(shop: Shop, stranger: Api, granted: Answer) -> None:  # noqa: F811
    exception = granted["exception"]
    follow_up = shop.assistant.get(f"exceptions/{exception}/").json()["follow_ups"][0]["follow_up"]
    shop.send(stranger, f"follow-ups/{follow_up}/done/", status=404, agent="zoe", reached=True)
    shop.send(stranger, "outcomes/", status=404, id="S-2", exception=exception, recommend=0)
    no_scope = shop.client("Not the payer", Scope.EXCEPTIONS, Scope.OFFERS, agents=("robin",))
    shop.send(no_scope, "settlements/", status=403, exception=exception, event="confirmed")
    read = shop.assistant.get(f"exceptions/{exception}/").json()
    assert (read["settlement"]["state"], read["outcomes"]) == ("pending", [])
