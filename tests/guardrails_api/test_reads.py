"""What is left, what is in force, and what the API says of itself."""

import hashlib
import json

import jsonschema

from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.builders import NOON
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import LATE
from tests.guardrails_api.test_exceptions import grant


def test_budgets_tell_what_is_left_for_me(desk: Api) -> None:
    grant(desk, "k-1", LATE, amount="7.50")
    told = desk.get("budgets/", policy="shop_eu", agent="ana").json()
    week = next(budget for budget in told["budgets"] if budget["code"] == "agent_week")
    assert (week["code"], week["limit"], week["taken"], week["remaining"]) == (
        "agent_week",
        "200.00",
        "7.50",
        "192.50",
    )
    assert week["resets_at"] == "2026-06-22T00:00:00+02:00"
    more = desk.get("budgets/", policy="shop_eu", agent="ana", customer="C-20417", case="K-881").json()["budgets"]
    left = {budget["code"]: budget["remaining"] for budget in more}
    assert (left["agent_week"], left["customer_year"], left["case_money"]) == ("192.50", 1, "42.50")


def test_a_policy_is_read_as_it_was_published(desk: Api, shop: Policy) -> None:
    first = desk.get("policies/shop_eu/").json()
    assert (first["version"], first["in_force"], first["code"]) == (1, True, "shop_eu")
    shop.name = "Shop of Europe"
    shop.save()
    publish_policy(policy=shop, actor=None, note="a better name", now=NOON)
    second = desk.get("policies/shop_eu/").json()
    assert (second["version"], second["note"], second["document"]["name"]) == (2, "a better name", "Shop of Europe")
    assert desk.get("policies/shop_eu/versions/1/").json() == first | {"in_force": False, "name": "Shop of Europe"}
    assert desk.get("policies/shop_eu/versions/3/").status_code == 404


def test_the_hash_is_that_of_the_document_as_it_is_sent(desk: Api) -> None:
    response = desk.get("policies/shop_eu/")
    sent = response.content.partition(b'"document":')[2][:-1]
    assert response.json()["hash"] == "sha256:" + hashlib.sha256(sent).hexdigest()


def test_the_schema_of_policies_is_open_and_fits_them(desk: Api) -> None:
    response = Api().get("schema/policy.json")
    schema = json.loads(response.content)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(desk.get("policies/shop_eu/").json()["document"], schema)


def test_the_api_can_be_tried_out_without_anything_from_elsewhere(client) -> None:
    page = client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "/static/drf_spectacular_sidecar/" in text
    assert "https://" not in text
    assert client.get("/api/schema/").content.startswith(b"openapi: 3.1.0")
    assert client.get("/api/schema/?format=json").json()["openapi"] == "3.1.0"
