"""A no reaches what waits in a linked case while others decide about that: nobody waits for anybody in a circle."""

from typing import Any

import pytest
from django.db import connection

from guardrails.actions.caller import Caller
from guardrails.ledger import verify
from guardrails.models import ApprovalRequest, BudgetWindow, CareException
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, someone
from tests.guardrails.linking import an_order_system, link
from tests.races.approval_lanes import either
from tests.races.racing import race

pytestmark = [
    pytest.mark.serial,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite writing transactions take turns."),
]

OTHERS = ("vote", "decline", "void", "change")


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop, which sets budgets aside when somebody asks, and has enough for all."""
    money = [budget for budget in shop_document["budgets"] if budget["measure"] == "money"]
    budgets = [budget | {"limit": "900.00"} for budget in money]
    approvals = {**shop_document.get("approvals", {}), "reserve": "on_request"}
    return shop_document | {"approvals": approvals, "budgets": budgets}


def deadlocks() -> int:
    """How often PostgreSQL had to end one of two that waited for each other; the counts of ended processes are in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def test_a_no_and_what_others_say_of_a_linked_request_never_wait_in_a_circle(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(someone(shop, "sam", "supervisor"), someone(shop, "sue", "supervisor"))
    orders, before = an_order_system(), deadlocks()
    lanes: list[tuple[str, Caller, str]] = []
    reached: list[ApprovalRequest] = []
    for at, what in enumerate(OTHERS):
        declined = ask_for(help_desk, "26.00", case=f"K-{at}", customer=f"C-{at}")
        reached.append(ask_for(help_desk, "26.00", case=f"L-{at}", customer=f"D-{at}"))
        link(orders, f"K-{at}", f"L-{at}")
        caller = leads if what in ("vote", "decline") else help_desk
        subject = reached[-1].pk if caller is leads else reached[-1].exception_id
        lanes += [("decline", leads, declined.pk), (what, caller, subject)]
    found = race(either, lanes)
    # Whoever comes second finds it decided, or asked of those above.
    assert "lost_race" not in found
    assert deadlocks() == before
    assert list(verify()) == []
    left = CareException.objects.filter(state__in=("awaiting_approval", "approved"))
    held = sum(left.values_list("cost_minor", flat=True))
    assert sum(BudgetWindow.objects.filter(budget="agent_week").values_list("held", flat=True)) == held
