"""Whatever fits the OpenAPI document, and much that does not, is answered as it says, without an error of ours."""

import copy
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    allow_header_conformance,
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from guardrails.api.browser import document
from guardrails.models import Agent, Scope
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import late

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "15"))
"""How many valid and how many invalid requests each operation is sent."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    allow_header_conformance,
]


def _anything() -> dict[str, Any]:
    return {"anyOf": [{"type": kind} for kind in ("string", "number", "boolean", "null", "array", "object")]}


def leading_deeper(decisions: list[str], exception: str) -> dict[str, Any]:
    """The document with names that exist, so that requests come further than to "unknown policy"."""
    deeper = copy.deepcopy(document())
    schemas = deeper["components"]["schemas"]
    asked, taken = schemas["OffersBody"]["properties"], schemas["ExceptionBody"]["properties"]
    asked["policy"] = {"enum": ["shop_eu", "other"]}
    asked["agent"] = {"enum": ["ana", "zoe", None]}
    asked["reason"] = {"enum": ["late_delivery", "damaged"]}
    facts = ("order_total", "days_late", "damaged", "postcode", "vip")
    asked["facts"]["properties"] = {fact: _anything() for fact in facts}
    asked["facts"]["additionalProperties"] = False
    taken["decision"] = {"enum": [*decisions, "dec_0"]}
    taken["remedy"] = {"enum": ["store_credit", "replacement"]}
    taken["amount"] = {"enum": ["5.00", "6.50", {"amount": "6.50", "currency": "EUR"}, "0.01"]}
    schemas["ExceptionBody"]["required"].append("amount")
    for name in ("quantity", "terms", "agent", "reason"):
        taken.pop(name)
    for item in deeper["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                known = {"policy": ["shop_eu"], "agent": ["ana"], "code": ["shop_eu", "no"], "exception": [exception]}
                if parameter["name"] in known:
                    parameter["schema"] = {"enum": known[parameter["name"]]}
    return deeper


@pytest.fixture
def everything(new_token: Callable[..., Api], ana: Agent) -> Api:
    """A client with every scope."""
    return new_token("everything", list(Scope), agents=[ana])


@contextmanager
def kept_connection() -> Iterator[None]:
    """The test's own connection and transaction, which a server would close around each request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.long
def test_no_request_makes_an_error_of_ours(everything: Api, subtests: pytest.Subtests) -> None:
    decisions = [everything.post("offers/", late(case=f"K-{n}")).json()["decision"] for n in range(8)]
    body = {"decision": decisions[0], "remedy": "store_credit", "amount": "5.00"}
    exception = everything.post("exceptions/", body, Idempotency_Key="k").json()["exception"]
    schema = schemathesis.openapi.from_dict(leading_deeper(decisions, exception))
    schema.app = WSGIHandler()
    answered: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            if mode is GenerationMode.NEGATIVE and operation.label.endswith("policy.json"):
                continue  # it takes nothing that could be wrong
            with subtests.test(operation=operation.label, mode=mode.value), kept_connection():
                answered += _send(operation, mode, everything)
    # It came as far as to answers and grants, and was refused for more than one reason.
    assert {200, 201, 404, 409, 422} <= set(answered)


def _send(operation: Any, mode: GenerationMode, api: Api) -> Counter[int]:
    """Send requests to one operation, and count the statuses of the answers."""
    answered: Counter[int] = Counter()

    @seed(1)
    @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def each(case: Any) -> None:
        answered[case.call_and_validate(headers=api.headers, checks=CHECKS).status_code] += 1

    each()
    return answered
