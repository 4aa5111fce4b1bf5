"""An agent's client asks what can be offered."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.models import Decision
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import LATE, facts, late


@pytest.mark.django_db
def test_the_answer_is_the_one_of_the_design(desk: Api) -> None:
    response = desk.post("offers/", LATE)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    answer = response.json()
    assert answer["agent"] == {"id": "ana", "role": "frontline"}
    (credit,) = answer["offers"]
    assert credit["amount"] == {"min": "1.00", "suggested": "12.50", "max": "25.00", "step": "0.50", "currency": "EUR"}
    assert Decision.objects.get().id == answer["decision"]


def test_every_response_names_its_request_and_is_not_kept(desk: Api) -> None:
    for response in (desk.post("offers/", LATE), desk.post("offers/", {}), Api().get("nowhere/")):
        assert len(response["X-Request-Id"]) == 36
        assert response["Cache-Control"] == "no-store"


def test_an_ai_agent_with_its_own_token_need_not_say_who_it_is(bot: Api) -> None:
    assert bot.post("offers/", late(agent=...)).json()["agent"]["id"] == "bot"


def test_null_is_the_same_as_left_out(desk: Api) -> None:
    asked = late(customer=None, case=None, channel=None, verified=None)
    assert desk.post("offers/", asked).json()["context"] == {}


def test_fractions_in_json_are_exact(desk: Api) -> None:
    """A binary float would make 82.1 into something else; money is text in any case."""
    problem = desk.post(
        "offers/", '{"policy": "shop_eu", "agent": "ana", "reason": "damaged", "facts": {"order_total": 82.1}}'
    )
    assert problem.status_code == 422
    assert problem.json()["errors"][0]["pointer"] == "/facts/order_total"


@pytest.mark.parametrize("many", [1, 30])
def test_it_takes_four_queries_whatever_is_asked(desk: Api, many: int) -> None:
    desk.post("offers/", LATE)  # the version is compiled once for each process
    for each in range(many):
        desk.post("offers/", late(customer=f"C-{each}"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert desk.post("offers/", facts(days_late=9)).status_code == 200
    assert len(queries) == 4
