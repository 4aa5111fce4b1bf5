"""An agent's client grants offers and finds them again; an auditor's reads everything."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.models import CareException
from guardrails.queries.exception_csv import disarmed
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import LATE, facts, late
from tests.guardrails_api.test_bad_input import problem


def grant(api: Api, key: str, question: dict[str, Any] = LATE, **changes: Any) -> dict[str, Any]:
    """Ask and take the store credit; gives the answer with its status."""
    decision = api.post("offers/", question).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": "5.00", **changes}
    response = api.post("exceptions/", body, Idempotency_Key=key)
    answer: dict[str, Any] = response.json()
    return answer | {"http": response.status_code}


def ids(response: Any) -> list[str]:
    return [each["exception"] for each in response.json()["results"]]


def test_within_the_limit_it_is_granted_at_once(desk: Api) -> None:
    decision = desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": {"amount": "12.50", "currency": "EUR"}}
    response = desk.post("exceptions/", body, Idempotency_Key="k-1")
    answer = response.json()
    assert response.status_code == 201
    assert response["Location"] == f"/api/v1/exceptions/{answer['exception']}/"
    assert answer["state"] == "granted"
    assert answer["amount"] == {"amount": "12.50", "currency": "EUR"}
    assert {budget["code"]: budget["remaining"] for budget in answer["budgets"]}["agent_week"] == "187.50"
    read = desk.client.get(response["Location"], headers=desk.headers).json()
    same = answer.keys() & read.keys() - {"agent", "rule"}
    assert {key: read[key] for key in same} == {key: answer[key] for key in same}


def test_beyond_it_awaits_approval(desk: Api) -> None:
    answer = grant(desk, "k-1", amount="30.00")
    assert (answer["http"], answer["state"], answer["granted_at"]) == (202, "awaiting_approval", None)
    assert answer["approval"]["by"] == {"any_of": ["supervisor"]}
    assert answer["approval"]["answer_within"] == "PT2H"
    assert answer["approval"]["until"] == "2026-06-15T14:00:00+00:00"
    assert desk.get(f"exceptions/{answer['exception']}/").json()["approval"] == answer["approval"]


def test_a_repeated_request_is_given_the_first_answer_again(desk: Api) -> None:
    decision = desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": "5.00"}
    first = desk.post("exceptions/", body, Idempotency_Key="k-1")
    again = desk.post("exceptions/", body, Idempotency_Key="k-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert CareException.objects.count() == 1
    problem(
        desk.post("exceptions/", {**body, "amount": "6.00"}, Idempotency_Key="k-1"), 409, "idempotency_key_conflict"
    )
    told = problem(desk.post("exceptions/", body, Idempotency_Key="k-2"), 409, "already_granted")
    assert told["errors"][0]["pointer"] == "/remedy"


@pytest.fixture
def several(desk: Api, noon: Any) -> list[dict[str, Any]]:
    """Five exceptions, one a day; the last awaits approval and has a note that a spreadsheet would run."""
    made = []
    for day in range(4):
        question = late(customer=f"C-{day}", case=f"K-{day}", channel="chat" if day % 2 else "phone")
        made.append(grant(desk, f"k-{day}", question, amount=f"{day + 1}.50"))
        noon.shift(24 * 3600)
    made.append(grant(desk, "k-9", late(customer="=1+1", case="K-9"), amount="30.00", note="@SUM(A1)\nnext"))
    return made


def test_filters_find_what_they_say(desk: Api, several: list[dict[str, Any]], subtests: pytest.Subtests) -> None:
    everything = [each["exception"] for each in reversed(several)]
    wanted: list[tuple[dict[str, str], list[int]]] = [
        ({}, [4, 3, 2, 1, 0]),
        ({"policy": "shop_eu", "agent": "ana", "team": "care", "role": "frontline"}, [4, 3, 2, 1, 0]),
        ({"policy": "other"}, []),
        ({"team": "outlet"}, []),
        ({"remedy": "store_credit", "reason": "late_delivery"}, [4, 3, 2, 1, 0]),
        ({"remedy": "refund"}, []),
        ({"customer": "C-2"}, [2]),
        ({"case": "K-1"}, [1]),
        ({"channel": "phone"}, [2, 0]),
        ({"state": "awaiting_approval"}, [4]),
        ({"since": "2026-06-17"}, [4, 3, 2]),
        ({"before": "2026-06-16"}, [0]),
        ({"since": "2026-06-16T14:00:00+02:00", "before": "2026-06-18T12:00:00Z"}, [2, 1]),
        ({"min_amount": "2.50", "max_amount": "4.50"}, [3, 2, 1]),
        ({"min_amount": "4.505"}, [4]),
        ({"search": "sum("}, [4]),
        ({"search": several[1]["exception"][-9:]}, [1]),
        ({"search": "c-3"}, [3]),
        ({"search": "%"}, []),
    ]
    for query, found in wanted:
        with subtests.test(query=str(query)):
            assert ids(desk.get("exceptions/", **query)) == [several[at]["exception"] for at in found]
    assert ids(desk.get("exceptions/")) == everything


def test_pages_follow_each_other_while_new_exceptions_are_made(desk: Api, several: list[dict[str, Any]]) -> None:
    seen, address = [], "/api/v1/exceptions/?limit=2&policy=shop_eu"
    while address:
        page = desk.client.get(address, headers=desk.headers).json()
        seen += [each["exception"] for each in page["results"]]
        address = page["next"]
        grant(desk, f"new-{len(seen)}", late(customer="C-new", case=f"K-new-{len(seen)}"), amount="1.00")
    assert seen == [each["exception"] for each in reversed(several)]


def test_reading_a_page_takes_the_same_queries_however_long_it_is(desk: Api, several: list[dict[str, Any]]) -> None:
    counts = []
    for limit in (1, 5):
        with CaptureQueriesContext(connection) as queries:
            desk.get("exceptions/", limit=limit)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_the_csv_is_safe_for_spreadsheets(desk: Api, several: list[dict[str, Any]]) -> None:
    headers = {**desk.headers, "Accept": "text/csv"}
    accepted = desk.client.get("/api/v1/exceptions/", {"since": "2026-06-18"}, headers=headers)
    assert accepted["Content-Type"] == "text/csv; charset=utf-8"
    assert "exceptions.csv" in accepted["Content-Disposition"]
    text = accepted.getvalue().decode()
    assert text == desk.get("exceptions.csv", since="2026-06-18").getvalue().decode()
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert first["note"] == "'@SUM(A1)\nnext"
    assert first["customer"] == "'=1+1"
    assert (second["customer"], second["amount"], second["currency"]) == ("C-3", "4.50", "EUR")
    problem(desk.client.get("/api/v1/exceptions/", {"sinc": "2026"}, headers=headers), 422, "invalid_request")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@A", "\t=1", "\r=1", "\n=1", " =1", "＝1"])
def test_formulae_are_disarmed(text: str) -> None:
    assert disarmed(text) == f"'{text}"
    assert disarmed("C-1=2") == "C-1=2"


def test_an_auditor_reads_everything_that_led_to_it(desk: Api, auditor: Api) -> None:
    granted = grant(desk, "k-1", facts(postcode="north"), note="Third delay.")
    told = auditor.get(f"exceptions/{granted['exception']}/").json()
    trace = told["trace"]
    assert {fact["fact"]: fact["value"] for fact in trace["question"]["facts"]}["days_late"] == 3
    assert trace["version"]["number"] == 1
    assert trace["rule"]["conditions"][0]["fact"] == "days_late"
    assert [(budget["code"], budget["before"], budget["after"]) for budget in trace["budgets"]] == [
        ("agent_week", "0.00", "5.00"),
        ("case_money", "0.00", "5.00"),
    ]
    assert [event["kind"] for event in trace["events"]] == ["exception.granted"]
    assert trace["events"][0]["request_id"]
    assert trace["changes"]
    assert "trace" not in desk.get(f"exceptions/{granted['exception']}/").json()
