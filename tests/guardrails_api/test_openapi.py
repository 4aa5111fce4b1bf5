"""The OpenAPI document is true: what is sent has the shape that it says, and nothing besides."""

from functools import cache
from typing import Any

import jsonschema
import pytest
from drf_spectacular.validation import validate_schema

from guardrails.actions import faults
from guardrails.api import examples
from guardrails.api.browser import document
from guardrails.api.problem_handler import ACTION_STATUS
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import LATE, facts, late
from tests.guardrails_api.test_exceptions import grant


@cache
def closed() -> dict[str, Any]:
    """The components, with no room for keys that they do not name."""
    return {name: _closed(schema) for name, schema in document()["components"]["schemas"].items()}


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **made} if isinstance(made.get("properties"), dict) else made


def fits(component: str, value: Any) -> None:
    """Hold a value against a component."""
    schema = {"$ref": f"#/components/schemas/{component}", "components": {"schemas": closed()}}
    jsonschema.validate(value, schema, cls=jsonschema.Draft202012Validator)


def test_the_document_is_valid() -> None:
    validate_schema(document())


@pytest.mark.parametrize(
    "asked",
    [
        LATE,
        late(customer=..., case=...),
        late(facts={}),
        facts(days_late=9, postcode="south"),
        late(reason="damaged", facts={"damaged": True, "vip": True}),
        late(reason="damaged", facts={"damaged": None}),
    ],
    ids=["late", "without references", "unknown", "very late", "damaged", "none"],
)
def test_answers_have_the_shape_that_it_says(desk: Api, asked: dict[str, Any]) -> None:
    fits("OffersBody", asked)
    answer = desk.post("offers/", asked).json()
    fits("OffersAnswer", answer)
    for offer in answer["offers"]:
        what = {"amount": offer["amount"]["max"]} if offer.get("amount") else {}
        what |= {"quantity": offer["quantity"]["max"]} if offer.get("quantity") else {}
        body = {"decision": answer["decision"], "remedy": offer["remedy"], **what}
        fits("ExceptionBody", body)
        granted = desk.post("exceptions/", body, Idempotency_Key=offer["remedy"])
        fits("GrantAnswer" if granted.status_code < 400 else "ProblemAnswer", granted.json())
    fits("OffersAnswer", desk.post("offers/", asked).json())  # with what was granted before


def test_what_is_read_has_the_shape_that_it_says(desk: Api, auditor: Api) -> None:
    grant(desk, "k-1")
    waiting = grant(desk, "k-2", late(case="K-2"), amount="30.00", note="Please.")
    fits("ExceptionPage", desk.get("exceptions/").json())
    fits("ExceptionDetail", desk.get(f"exceptions/{waiting['exception']}/").json())
    for each in auditor.get("exceptions/").json()["results"]:
        fits("ExceptionDetail", auditor.get(f"exceptions/{each['exception']}/").json())
    fits("BudgetsAnswer", desk.get("budgets/", policy="shop_eu", agent="ana", case="K-2").json())
    fits("PolicyAnswer", desk.get("policies/shop_eu/").json())


def test_problems_have_the_shape_that_it_says(desk: Api) -> None:
    decision = desk.post("offers/", LATE).json()["decision"]
    for response in (
        Api().post("offers/", LATE),
        desk.post("offers/", "{"),
        desk.post("offers/", {}),
        desk.get("exceptions/nothing/"),
        desk.get("exceptions/", limit=0),
        desk.post("exceptions/", {"decision": decision, "remedy": "replacement"}, Idempotency_Key="k"),
    ):
        fits("ProblemAnswer", response.json())


def test_the_examples_are_true() -> None:
    fits("OffersBody", examples.LATE_PARCEL)
    fits("OffersAnswer", examples.ANSWER)
    fits("ExceptionBody", examples.TAKE_CREDIT)
    fits("GrantAnswer", examples.GRANTED)
    fits("ProblemAnswer", examples.REFUSED)


def test_every_refusal_of_an_action_has_a_status() -> None:
    assert set(faults.ActionError.__subclasses__()) == set(ACTION_STATUS)
