"""The shop with more roles, somebody in each, and what a test marks of its policy."""

from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.models import Agent
from policies.models import Policy
from tests.guardrails.approving import client_of, someone


@pytest.fixture
def shop_document(shop_document: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """The shop with a manager and a director above the supervisor, finance beside them, and what a test marks."""
    roles = shop_document["roles"]
    roles[1]["escalates_to"] = "manager"
    roles += [
        {"code": "manager", "name": "Manager", "escalates_to": "director"},
        {"code": "director", "name": "Director"},
        {"code": "finance", "name": "Finance"},
    ]
    marker = request.node.get_closest_marker("policy")
    late = next(rule for rule in shop_document["rules"] if rule["code"] == "late_credit")
    said = dict(marker.kwargs) if marker else {}
    if "step" in said:
        late["approval"] = [said.pop("step")]
    if "approvals" in said:
        shop_document["approvals"] = said.pop("approvals")
    for code, changes in said.items():
        next(each for each in shop_document["budgets"] if each["code"] == code).update(changes)
    return shop_document


@pytest.fixture
def people(shop: Policy) -> dict[str, Agent]:
    """Somebody of every role, by its code."""
    return {role: someone(shop, f"a_{role}", role) for role in ("supervisor", "manager", "director", "finance")}


@pytest.fixture
def leads(people: dict[str, Agent]) -> Caller:
    """The tool of all of them."""
    return client_of(*people.values())
