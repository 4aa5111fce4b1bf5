"""An agent's client holds, grants, voids and reverses over the API."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.ledger import verify
from guardrails.models import BudgetWindow, CareException, Decision
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails.builders import NOON
from tests.guardrails_api.conftest import Api, an_agent
from tests.guardrails_api.questions import LATE, late
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_openapi import fits

CREDIT = {"remedy": "store_credit", "amount": "12.50"}


def held(api: Api, *, key: str = "hold", question: dict[str, Any] = LATE, **changes: Any) -> dict[str, Any]:
    """Ask, and hold the store credit."""
    decision = api.post("offers/", question).json()["decision"]
    response = api.post("holds/", {"decision": decision, **CREDIT, **changes}, Idempotency_Key=key)
    assert response.status_code == 201, response.content
    answer: dict[str, Any] = response.json()
    return answer


def event(api: Api, name: str, exception: str, *, key: str = "", **body: Any) -> Any:
    return api.post(f"exceptions/{exception}/{name}/", body, Idempotency_Key=key or f"{name} {exception}")


def left(answer: dict[str, Any]) -> dict[str, Any]:
    return {each["code"]: each["remaining"] for each in answer["budgets"]}


def test_an_offer_is_held_for_a_quarter_of_an_hour(desk: Api) -> None:
    answer = held(desk)
    fits("GrantAnswer", answer)
    assert (answer["state"], answer["expires_at"]) == ("held", (NOON + timedelta(minutes=15)).isoformat())
    read = desk.get(f"exceptions/{answer['exception']}/").json()
    fits("ExceptionDetail", read)
    assert (read["state"], read["expires_at"]) == ("held", answer["expires_at"])
    assert left(desk.get("budgets/", policy="shop_eu", agent="ana").json())["agent_week"] == "187.50"
    assert [each["exception"] for each in desk.get("exceptions/", state="held").json()["results"]] == [
        read["exception"]
    ]
    assert (
        "must be one of held"
        in problem(desk.get("exceptions/", state="kept"), 422, "invalid_request")["errors"][0]["detail"]
    )


def test_a_question_can_hold_one_of_its_offers_at_once(desk: Api) -> None:
    asked = {**LATE, "hold": CREDIT}
    first = desk.post("offers/", asked, Idempotency_Key="k-1")
    answer = first.json()
    fits("AskAnswer", answer)
    assert answer["hold"]["held"]["decision"] == answer["decision"]
    assert answer["offers"][0]["remedy"] == "store_credit"
    again = desk.post("offers/", asked, Idempotency_Key="k-1")
    assert (again.json(), again["Idempotency-Replayed"]) == (answer, "true")
    assert (Decision.objects.count(), CareException.objects.count()) == (1, 1)
    problem(
        desk.post("offers/", {**asked, "hold": {**CREDIT, "amount": "5.00"}}, Idempotency_Key="k-1"),
        409,
        "idempotency_key_conflict",
    )


def test_what_cannot_be_held_is_said_beside_the_offers(desk: Api) -> None:
    answer = desk.post("offers/", {**LATE, "hold": {**CREDIT, "amount": "12.75"}}, Idempotency_Key="k-1").json()
    fits("AskAnswer", answer)
    assert answer["offers"]
    refused = answer["hold"]["refused"]
    assert (refused["code"], refused["errors"][0]["pointer"]) == ("out_of_range", "/hold/amount")
    assert "in steps of 0.50" in refused["detail"]
    beyond = desk.post("offers/", {**LATE, "hold": {**CREDIT, "amount": "30.00"}}, Idempotency_Key="k-2").json()
    assert beyond["hold"]["refused"]["code"] == "needs_approval"
    nothing = desk.post("offers/", {**LATE, "hold": {"remedy": "refund"}}, Idempotency_Key="k-3").json()
    assert (nothing["hold"]["refused"]["code"], CareException.objects.count()) == ("not_offered", 0)


def test_what_is_wrong_in_a_hold_is_reported_at_its_own_place(desk: Api) -> None:
    wrong = {"remedy": "store_credit", "amount": -5, "hold_for": "P7D"}
    refused = problem(desk.post("offers/", {**LATE, "hold": wrong}, Idempotency_Key="k-1"), 422, "invalid_request")
    assert [fault["pointer"] for fault in refused["errors"]] == ["/hold/amount", "/hold/hold_for"]
    none = problem(
        desk.post("offers/", {**LATE, "hold": "store_credit"}, Idempotency_Key="k-2"), 422, "invalid_request"
    )
    assert [fault["pointer"] for fault in none["errors"]] == ["/hold"]


def test_to_hold_with_a_question_needs_a_key_and_the_scope(desk: Api, new_token: Any, ana: Any) -> None:
    problem(desk.post("offers/", {**LATE, "hold": CREDIT}), 400, "idempotency_key_missing")
    asks_only = new_token("asks", ["offers"], agents=[ana])
    problem(asks_only.post("offers/", {**LATE, "hold": CREDIT}, Idempotency_Key="k"), 403, "missing_scope")
    assert asks_only.post("offers/", LATE).status_code == 200
    assert not CareException.objects.exists()


def test_a_part_of_what_is_held_is_granted(desk: Api) -> None:
    exception = held(desk)["exception"]
    response = event(desk, "grant", exception, amount="5.00", note="They asked for less.")
    answer = response.json()
    assert response.status_code == 200
    fits("GrantedAnswer", answer)
    assert (answer["state"], answer["amount"]["amount"], answer["decided_again"]) == ("granted", "5.00", False)
    assert left(answer)["agent_week"] == "195.00"
    again = event(desk, "grant", exception, amount="5.00", note="They asked for less.")
    assert (again.json(), again["Idempotency-Replayed"]) == (answer, "true")
    read = desk.get(f"exceptions/{exception}/").json()
    assert (read["amount"]["amount"], read["settlement"]["state"]) == ("5.00", "pending")
    problem(event(desk, "grant", exception, key="other"), 409, "wrong_state")
    problem(event(desk, "void", exception), 409, "wrong_state")


def test_after_its_time_it_is_decided_again(desk: Api, noon: time_machine.Traveller) -> None:
    exception = held(desk)["exception"]
    noon.shift(timedelta(minutes=15))
    answer = event(desk, "grant", exception).json()
    fits("GrantedAnswer", answer)
    assert (answer["state"], answer["decided_again"]) == ("granted", True)
    assert "decided again" in answer["text"]
    noon.shift(timedelta(minutes=1))
    other = held(desk, key="2", question=late(case="K-2"))["exception"]
    noon.shift(timedelta(days=2))
    assert problem(event(desk, "grant", other), 409, "decision_too_old")
    assert desk.get(f"exceptions/{other}/").json()["state"] == "held"
    assert list(verify()) == []


def test_what_is_held_can_be_let_go_of(desk: Api) -> None:
    exception = held(desk)["exception"]
    answer = event(desk, "void", exception, note="They hung up.").json()
    fits("ExceptionAnswer", answer)
    assert (answer["state"], answer["expires_at"]) == ("voided", None)
    assert set(BudgetWindow.objects.values_list("held", "spent")) == {(0, 0)}
    problem(event(desk, "grant", exception), 409, "wrong_state")


@pytest.mark.parametrize("limit", ["200.00", "3000.00"])
def test_granting_what_is_held_takes_the_same_queries_whatever_is_stranded(
    desk: Api, noon: time_machine.Traveller, limit: str
) -> None:
    for at in range(3):
        held(desk, key=f"{at}", question=late(customer=f"C-{at}", case=f"K-{at}"))
    noon.shift(timedelta(minutes=20))
    exception = held(desk)["exception"]
    with CaptureQueriesContext(connection) as queries:
        assert event(desk, "grant", exception).status_code == 200
    assert len(queries) <= 25, [each["sql"] for each in queries]


@pytest.fixture
def supervisor(shop: Policy, new_token: Any) -> Api:
    """A supervisor of another team, who may take back what was granted."""
    Role.objects.filter(policy=shop, code="supervisor").update(may_reverse=True)
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="who may reverse", now=NOON)
    sam = an_agent(shop, "sam", team="leads", role="supervisor")
    made: Api = new_token("leads", ["offers", "exceptions"], agents=[sam])
    return made


def test_a_part_is_taken_back_and_then_the_rest(desk: Api, supervisor: Api) -> None:
    exception = held(desk)["exception"]
    event(desk, "grant", exception)
    response = event(supervisor, "reverse", exception, key="1", agent="sam", reason="Paid twice.", amount="2.50")
    answer = response.json()
    fits("ReversedAnswer", answer)
    assert (answer["state"], answer["taken_back"]["amount"]["amount"]) == ("granted", "2.50")
    assert answer["settlement"]["state"] == "pending"
    assert set(BudgetWindow.objects.values_list("held", "spent")) == {(0, 1000)}
    asked = desk.post("offers/", LATE).json()
    assert asked["context"]["customer"]["given_12_months"]["amount"] == "10.00"
    too_much = event(supervisor, "reverse", exception, key="2", agent="sam", reason="x", amount="10.01")
    assert "at most 10.00" in problem(too_much, 422, "out_of_range")["detail"]
    whole = event(supervisor, "reverse", exception, key="3", agent="sam", reason="A mistake.").json()
    fits("ReversedAnswer", whole)
    assert (whole["state"], whole["reversed"]["amount"]["amount"]) == ("reversed", "12.50")
    assert (whole["settlement"]["state"], whole["taken_back"]["amount"]["amount"]) == ("reversed", "10.00")
    assert set(BudgetWindow.objects.values_list("held", "spent")) == {(0, 0)}
    (line,) = csv.DictReader(io.StringIO(desk.get("exceptions.csv").getvalue().decode(), newline=""))
    assert (line["taken_back"], line["cost_taken_back"], line["settlement"]) == ("12.50", "12.50", "reversed")
    asked = desk.post("offers/", LATE).json()["context"]["customer"]
    assert (asked["exceptions_12_months"], asked["open_follow_ups"]) == (0, 0)
    problem(event(supervisor, "reverse", exception, key="4", agent="sam", reason="x"), 409, "wrong_state")
    assert list(verify()) == []


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 2001}, {"reason": 7}])
def test_a_reversal_says_why(desk: Api, body: dict[str, Any]) -> None:
    exception = held(desk)["exception"]
    told = problem(event(desk, "reverse", exception, **body), 422, "invalid_request")
    assert told["errors"][0]["pointer"] == "/reason"


@pytest.mark.postgres
@pytest.mark.database_clock
def test_the_clock_of_the_database_counts_however_wrong_the_servers_is(desk: Api) -> None:
    """The web server believes that it is June; the database knows better."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() + interval '15 minutes'")
        (soon,) = cursor.fetchone()
    asked = desk.post("offers/", {**LATE, "hold": CREDIT}, Idempotency_Key="k").json()
    row = CareException.objects.get(pk=asked["hold"]["held"]["exception"])
    assert row.expires_at is not None
    assert timedelta() <= row.expires_at - soon < timedelta(minutes=1)
    assert event(desk, "grant", row.pk).json()["decided_again"] is False
