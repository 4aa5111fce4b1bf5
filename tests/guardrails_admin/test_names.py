"""Everything is called by its name, the same on every page; codes are for systems."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from guardrails.models import ApprovalRequest, AuditRecord, BudgetWindow, CareException, Decision
from tests.guardrails_admin.conftest import Market, a_market, grant, page

NAMES = {
    "reasons": {"late_delivery": "Parcel too late"},
    "remedies": {"store_credit": "Money for the shop"},
    "roles": {"frontline": "First line"},
    "budgets": {"agent_week": "What one may give a week"},
}


@pytest.fixture
def renamed(db: None, shop_document: dict[str, Any]) -> Market:
    """A market whose names do not repeat its codes."""
    document = dict(shop_document)
    for part, names in NAMES.items():
        document[part] = [
            row | ({"name": names[row["code"]]} if row["code"] in names else {}) for row in document[part]
        ]
    return a_market(document, code="shop_eu", name="Shop Europe", agent="ana")


def test_lists_and_home_call_everything_by_its_name(renamed: Market, login: Callable[..., Client]) -> None:
    client = login("auditor")
    grant(renamed.token, renamed.policy, renamed.agent, amount="30.00", case="K-2")
    shown = {
        "/admin/": ("€12.50 money for the shop", "for parcel too late, by Ana", "€30.00 money for the shop"),
        page(CareException, "changelist"): ("Money for the shop", "Parcel too late"),
        page(Decision, "changelist"): ("Parcel too late", "First line", "Team of Shop Europe"),
        page(Decision, "change", renamed.exception.decision_id): ("Parcel too late", "€12.50 money for the shop"),
        page(BudgetWindow, "changelist"): ("What one may give a week", "Ana"),
        page(ApprovalRequest, "changelist"): ("Parcel too late", "€30.00 money for the shop"),
        page(AuditRecord, "changelist"): ("Exception granted", "Exception awaits approval", "Desk of Shop Europe"),
    }
    for address, names in shown.items():
        text = " ".join(client.get(address).content.decode().split())
        assert [name for name in names if name not in text] == [], address
        assert [code for code in ("Late delivery", "tore credit", ">frontline<", ">ana<") if code in text] == [], (
            address
        )
