"""What a question and a grant cost the database: the same few queries, however large the policy and its past."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.builders import NOON
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import LATE

SCOPES = ("agent", "team", "role", "customer", "case", "policy")
MOST = 4
GRANT = 9


@pytest.mark.parametrize("size", [1, 40])
def test_a_question_takes_four_queries_however_large_the_policy(
    shop_document: dict[str, Any], shop: Policy, desk: Api, size: int
) -> None:
    import_policy(document=enlarged(shop_document, size), actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="larger", now=NOON)
    desk.post("offers/", LATE)  # the version is compiled once for each process
    with CaptureQueriesContext(connection) as queries:
        answer = desk.post("offers/", LATE).json()
    assert len(queries) <= MOST
    assert len(answer["offers"]) > size
    assert len(answer["offers"][-1]["budgets"]) > size


@pytest.mark.parametrize("size", [1, 40])
def test_a_grant_takes_no_more_queries_however_many_budgets_apply(
    shop_document: dict[str, Any], shop: Policy, desk: Api, size: int
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the embedded SQLite takes one budget after another: no round trips there")
    import_policy(document=enlarged(shop_document, size), actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="larger", now=NOON)
    granted(desk)  # the windows are made with the first grant from them
    decision = desk.post("offers/", LATE).json()["decision"]
    with CaptureQueriesContext(connection) as queries:
        assert granted(desk, decision)["state"] == "granted"
    told = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(told) <= GRANT, told


def granted(desk: Api, decision: str = "") -> dict[str, Any]:
    """One of the gestures, of which every budget loses one."""
    decision = decision or desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "remedy": "gesture_0"}
    answer: dict[str, Any] = desk.post("exceptions/", body, Idempotency_Key=f"key-{decision}").json()
    return answer


def enlarged(document: dict[str, Any], size: int) -> dict[str, Any]:
    """The policy with so many more remedies, rules, history facts and, of each scope, budgets."""
    numbers = range(size)
    gestures = [{"code": f"gesture_{at}", "kind": "gesture", "unit": "none", "cost": "1.00"} for at in numbers]
    rules = [{"code": f"rule_{at}", "remedies": [f"gesture_{at}"]} for at in numbers]
    history = [{"code": f"before_{at}", "count": {"of": "customer", "last": {"days": at + 1}}} for at in numbers]
    budgets = [
        {"code": f"{scope}_{at}", "scope": scope, "measure": "count", "limit": 100, "per": "week"}
        for at in numbers
        for scope in SCOPES
    ]
    return {
        **document,
        "remedies": document["remedies"] + gestures,
        "rules": document["rules"] + rules,
        "history": document["history"] + history,
        "budgets": document.get("budgets", []) + budgets,
    }
