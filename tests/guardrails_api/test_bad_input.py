"""Bad input gets a problem that names the field and says what would be valid; nothing changes."""

import io
import json
from typing import Any

import pytest

from guardrails.models import AuditRecord, BudgetWindow, CareException, Decision, LedgerEntry
from policies.actions.import_policy import import_policy
from policies.models import Policy
from tests.guardrails_api.conftest import Api, Response
from tests.guardrails_api.questions import LATE, facts, late


def rows() -> list[int]:
    """How many rows there are of everything that a client can cause."""
    return [model.objects.count() for model in (Decision, CareException, LedgerEntry, BudgetWindow, AuditRecord)]


def problem(response: Response, status: int, code: str) -> dict[str, Any]:
    """The problem, after its form was checked."""
    body: dict[str, Any] = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json", body
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"/docs/reference/problems/#{code}"
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-Id"]
    return body


def refused(response: Response, pointer: str, says: str, *, status: int = 422) -> None:
    """The problem names the field and says what would be valid."""
    body = json.loads(response.content)
    assert response["Content-Type"] == "application/problem+json", body
    assert response.status_code == body["status"] == status, body
    named = {error.get("pointer"): error["detail"] for error in body["errors"]}
    assert says in named.get(pointer, ""), body


QUESTIONS = [
    (facts(colour="red"), "/facts/colour", "order_total"),
    (facts(days_late="three"), "/facts/days_late", "whole number"),
    (facts(days_late=2.5), "/facts/days_late", "whole number"),
    (facts(days_late=-1), "/facts/days_late", "0"),
    (facts(days_late=10**30), "/facts/days_late", "15 digits"),
    (facts(days_late=True), "/facts/days_late", "whole number"),
    (facts(order_total="82.505"), "/facts/order_total", "2 decimal places"),
    (facts(order_total="-1.00"), "/facts/order_total", "0.00"),
    (facts(order_total=82), "/facts/order_total", "text"),
    (facts(order_total="a lot"), "/facts/order_total", "number"),
    (facts(order_total={"amount": "82.50", "currency": "USD"}), "/facts/order_total", "EUR"),
    (facts(order_total="9" * 40), "/facts/order_total", "digits"),
    (facts(damaged="yes"), "/facts/damaged", "true or false"),
    (facts(postcode="west"), "/facts/postcode", '"north"'),
    (late(reason="boredom"), "/reason", "late_delivery"),
    (late(reason=7), "/reason", "text of 1 to 64"),
    (late(policy=...), "/policy", "is missing"),
    (late(customer="x" * 129), "/customer", "128"),
    (late(customer=""), "/customer", "1 to 128"),
    (late(customer=20417), "/customer", "text"),
    (late(case="K\0881"), "/case", "U+0000"),
    (late(channel="x" * 65), "/channel", "64"),
    *((late(case=case), "/case", "printable") for case in ("K-881 ", " K-881", "K-881\n", "K-881\u200b", "K\u00a0881")),
    # Printable by the book, and yet nobody sees them: selectors of variants, a joiner, fillers, a blank in Braille.
    *((late(case=f"K-881{char}"), "/case", "printable") for char in "\ufe0f\U000e0100\u034f\u180b\u3164\uffa0\u2800"),
    (late(customer="Jose\u0301"), "/customer", "NFC"),
    (late(channel="chat\t"), "/channel", "printable"),
    (facts(postcode="north\0"), "/facts/postcode", "U+0000"),
    (late(verified=["colour"]), "/verified/0", "not among the facts"),
    (late(verified="order_total"), "/verified", "list"),
    (late(facts=["order_total"]), "/facts", "object"),
    (late(facts={f"f{n}": n for n in range(501)}), "/facts", "500"),
    (late(polcy="shop_eu"), "/polcy", "policy, reason, agent"),
]


def test_a_bad_question_changes_nothing(desk: Api, subtests: pytest.Subtests) -> None:
    before = rows()
    for asked, pointer, says in QUESTIONS:
        with subtests.test(pointer=pointer, says=says):
            refused(desk.post("offers/", asked), pointer, says)
            assert rows() == before


def test_every_fault_is_told_at_once(desk: Api) -> None:
    body = desk.post("offers/", {"policy": 3, "agent": "ana", "color": 1, "customer": []}).json()
    assert {error["pointer"]: error["code"] for error in body["errors"]} == {
        "/policy": "invalid",
        "/reason": "required",
        "/customer": "invalid",
        "/color": "unknown_field",
    }


def test_every_faulty_fact_is_told_at_once(desk: Api) -> None:
    body = desk.post("offers/", facts(days_late="x", damaged="x")).json()
    assert [error["pointer"] for error in body["errors"]] == ["/facts/days_late", "/facts/damaged"]


BODIES = [
    (b" ", "empty"),
    (b'{"policy": "shop_eu"', "ends too early"),
    (b"policy=shop_eu", "Invalid character"),
    (b'{"policy": "\xff"}', "UTF-8"),
    (b'{"policy": "\\ud800 and on"}', "surrogate"),
    (b'{"facts": {"a": NaN}}', "Invalid character"),
    (b'{"facts": {"a": ' + b"[" * 100_000 + b"}}", "nested"),
    (b'{"facts": ' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001, "nested"),
]


def test_what_is_no_json_is_refused(desk: Api, subtests: pytest.Subtests) -> None:
    for body, says in BODIES:
        with subtests.test(body=body[:40]):
            assert says in problem(desk.post("offers/", body), 400, "invalid_json")["detail"]
    assert Decision.objects.count() == 0


def test_a_body_in_chunks_is_read_to_its_end(desk: Api) -> None:
    """Servers say so when they see where the body ends; Django alone would read nothing."""
    for body, status in ((json.dumps(LATE).encode(), 200), (b" " * 300_000, 413)):
        sent: Any = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True, "CONTENT_TYPE": "application/json"}
        response = desk.client.generic("POST", "/api/v1/offers/", headers=desk.headers, **sent)
        assert response.status_code == status


def test_what_is_no_object_is_refused(desk: Api) -> None:
    for body in (b"[]", b"null", b"3", b'"policy"'):
        refused(desk.post("offers/", body), "", "JSON object")


def test_numbers_that_would_fill_the_memory_are_refused(desk: Api) -> None:
    for number in ("1e999999999", "-1e-999999999", "0." + "1" * 60, "1" * 5000):
        body = json.dumps(facts(uptime="?")).replace('"?"', number)
        assert "number" in problem(desk.post("offers/", body), 422, "invalid_request")["errors"][0]["detail"]


def test_an_oversized_body_is_refused(desk: Api) -> None:
    problem(desk.post("offers/", late(case="x" * 300_000)), 413, "too_large")
    problem(desk.post("offers/", b" " * 2_000_000), 413, "too_large")


def test_only_json_is_taken(desk: Api) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain", "", "application/json; charset=latin-1"):
        problem(desk.post("offers/", json.dumps(LATE), content_type=kind), 415, "unsupported_media_type")


def test_twice_the_same_key_is_no_trouble(desk: Api) -> None:
    body = json.dumps(LATE).replace('"policy"', '"policy": "other", "policy"', 1)
    assert desk.post("offers/", body).status_code == 200


def test_an_escaped_backslash_is_no_nul(desk: Api) -> None:
    assert desk.post("offers/", late(customer="C\\u0000")).status_code == 200


def test_an_unknown_agent_a_policy_and_a_draft_are_named(
    desk: Api, shop: Policy, shop_document: dict[str, Any]
) -> None:
    before = rows()
    assert problem(desk.post("offers/", late(agent="eve")), 403, "unknown_agent")["errors"][0]["pointer"] == "/agent"
    assert problem(desk.post("offers/", late(agent=...)), 403, "unknown_agent")["errors"][0]["pointer"] == "/agent"
    assert (
        problem(desk.post("offers/", late(policy="nope")), 404, "unknown_policy")["errors"][0]["pointer"] == "/policy"
    )
    import_policy(document={**shop_document, "code": "draft"}, actor=None, reason="test")
    problem(desk.post("offers/", late(policy="draft")), 404, "unknown_policy")
    Policy.objects.filter(pk=shop.pk).update(current_version=None)
    problem(desk.post("offers/", LATE), 409, "unpublished_policy")
    assert rows() == before


@pytest.fixture
def decision(desk: Api) -> str:
    """A decision that offers store credit from 1.00 to 25.00 in steps of 0.50, to 60.00 with approval."""
    return str(desk.post("offers/", LATE).json()["decision"])


GRANTS: list[tuple[dict[str, Any], str, str]] = [
    ({"amount": "25.25"}, "/amount", "steps of 0.50"),
    ({"amount": "60.50"}, "/amount", "to 50.00 with approval"),
    ({"amount": "0.50"}, "/amount", "from 1.00"),
    ({"amount": "-5.00"}, "/amount", "from 1.00"),
    ({"amount": "12.505"}, "/amount", "2 decimal places"),
    ({"amount": 1250}, "/amount", "text"),
    ({"amount": 12.5}, "/amount", "text"),
    ({"amount": 10**40}, "/amount", "text"),
    ({"amount": "a lot"}, "/amount", "number"),
    ({"amount": "9" * 41}, "/amount", "money as text"),
    ({"amount": {"amount": "12.50", "currency": "USD"}}, "/amount", "EUR"),
    ({"amount": {"amount": "12.50"}}, "/amount", "currency"),
    ({"amount": "12.50", "quantity": 1}, "/quantity", "left out"),
    ({"quantity": 2.5}, "/quantity", "whole number"),
    ({"quantity": 10**20}, "/quantity", "whole number"),
    ({}, "/amount", "is missing"),
    ({"amount": "12.50", "note": "x" * 2001}, "/note", "2000"),
    ({"amount": "12.50", "note": "a\0b"}, "/note", "U+0000"),
    ({"amount": "12.50", "reason": "damaged"}, "/reason", "late_delivery"),
    ({"amount": "12.50", "remedy": None}, "/remedy", "text"),
    ({"amount": "12.50", "customer": "C-1"}, "/customer", "not a field"),
]


def test_a_bad_grant_changes_nothing(desk: Api, decision: str, subtests: pytest.Subtests) -> None:
    before = rows()
    for changes, pointer, says in GRANTS:
        with subtests.test(changes=str(changes)[:60]):
            body = {"decision": decision, "remedy": "store_credit", **changes}
            refused(desk.post("exceptions/", body, Idempotency_Key="k-1"), pointer, says)
            assert rows() == before


def test_what_is_not_offered_comes_with_what_is(desk: Api, decision: str) -> None:
    before = rows()
    offers = desk.post("offers/", LATE).json()["offers"]
    before = rows()
    for remedy in ("replacement", "moon"):
        body = {"decision": decision, "remedy": remedy}
        told = problem(desk.post("exceptions/", body, Idempotency_Key=remedy), 409, "not_offered")
        assert told["errors"][0]["pointer"] == "/remedy"
        assert [offer["remedy"] for offer in told["alternatives"]] == ["store_credit"]
        assert told["alternatives"][0].keys() == offers[0].keys()
    assert rows() == before


def test_the_idempotency_key_has_to_be_there_and_plain(desk: Api, decision: str) -> None:
    body = {"decision": decision, "remedy": "store_credit", "amount": "5.00"}
    problem(desk.post("exceptions/", body), 400, "idempotency_key_missing")
    for key in ("x" * 256, "\u00e9", "a\tb"):
        told = problem(desk.post("exceptions/", body, Idempotency_Key=key), 422, "invalid_request")
        assert told["errors"][0]["header"] == "Idempotency-Key"
    assert CareException.objects.count() == 0


PARAMETERS: list[tuple[dict[str, Any], str]] = [
    ({"polcy": "shop_eu"}, "polcy"),
    ({"limit": "0"}, "limit"),
    ({"limit": "many"}, "limit"),
    ({"since": "yesterday"}, "since"),
    ({"since": "2026-02-30"}, "since"),
    ({"before": "0001-01-01T00:00:00+14:00"}, "before"),
    ({"state": "lost"}, "state"),
    ({"min_amount": "1e3"}, "min_amount"),
    ({"cursor": "bm90IG1pbmU"}, "cursor"),
    ({"cursor": "é"}, "cursor"),
    ({"search": "a\0"}, "search"),
    ({"agent": ["ana", "ben"]}, "agent"),
]


def test_a_bad_parameter_is_named(desk: Api, subtests: pytest.Subtests) -> None:
    for query, parameter in PARAMETERS:
        with subtests.test(parameter=parameter, query=str(query)):
            told = problem(desk.get("exceptions/", **query), 422, "invalid_request")
            assert [error["parameter"] for error in told["errors"]] == [parameter]


def test_addresses_that_are_not_there_say_so(desk: Api) -> None:
    assert "ends with a slash" in problem(desk.post("offers", LATE), 404, "not_found")["detail"]
    problem(desk.get("exceptions/a%00b/"), 404, "not_found")
    problem(desk.get("policies/a%00b/"), 404, "not_found")
    problem(desk.get("policies/shop_eu/versions/" + "9" * 30 + "/"), 404, "not_found")
    problem(Api().get("../../api/"), 404, "not_found")


def test_other_methods_are_refused(desk: Api) -> None:
    assert problem(desk.get("offers/"), 405, "method_not_allowed")
    assert problem(desk.client.delete("/api/v1/exceptions/", headers=desk.headers), 405, "method_not_allowed")


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(desk: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("customer C-20417 at Elm Street")

    monkeypatch.setattr("guardrails.api.offers.ask_offers", fail)
    desk.client.raise_request_exception = False
    told = problem(desk.post("offers/", LATE), 500, "internal_error")
    assert "Elm" not in json.dumps(told)
