"""One transaction locks budgets in one order, however many movements it makes: nobody waits in a circle."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction

from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import BudgetWindow, CareException
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, say, someone
from tests.guardrails.asking import LATE, grant
from tests.guardrails.builders import NOON

pytestmark = [
    pytest.mark.serial,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="On SQLite writing transactions take turns."),
]

BROKEN = replace(LATE, facts={**LATE.facts, "damaged": True})


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop with a budget of credits, the first window, and one of everything, the second."""
    of_all = {"scope": "policy", "measure": "money", "limit": "900.00", "rolling": {"days": 30}}
    budgets = [{"code": "a", "remedies": ["store_credit"], **of_all, "per": "ever"}, {"code": "b", **of_all}]
    del budgets[0]["rolling"]
    return shop_document | {"budgets": budgets, "approvals": {"reserve": "on_request"}}


@contextmanager
def while_the_first_is_taken(act: Callable[[], object]) -> Iterator[None]:
    """Let `act` wait, in a thread, for the first budget, which this transaction has locked."""
    thread = Thread(target=_in_thread, args=(act,))
    try:
        with transaction.atomic():
            BudgetWindow.objects.select_for_update().get(budget="a")
            thread.start()
            while thread.is_alive() and not _somebody_waits():
                thread.join(0.01)
            yield
    finally:
        thread.join()


def _in_thread(act: Callable[[], object]) -> None:
    try:
        act()
    finally:
        connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
        return bool(cursor.fetchone()[0])


def require_second_is_free() -> None:
    """Whoever waits for the first budget has not locked the second: who has the first can go on and take it."""
    BudgetWindow.objects.select_for_update(nowait=True).get(budget="b")


def test_a_proposal_takes_of_lower_budgets_than_it_gives_back(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(someone(shop, "sam", "supervisor"))
    grant(help_desk, amount="5.00")
    assert list(BudgetWindow.objects.order_by("pk").values_list("budget", flat=True)) == ["a", "b"]
    asked = ask_for(help_desk, "", remedy="repair", request=replace(BROKEN, case="K-2", customer="C-2"))
    other: dict[str, Any] = {"remedy": "store_credit", "amount": "5.00", "text": "Rather this."}
    with while_the_first_is_taken(lambda: say(leads, Say.COUNTER, asked, agent="sam", **other)):
        require_second_is_free()
    assert CareException.objects.filter(state="approved", arises_from=asked.exception_id).count() == 1


def test_what_rolls_is_locked_after_what_comes_before_it(help_desk: Caller) -> None:
    grant(help_desk, amount="5.00")
    later, again = NOON + timedelta(days=40), replace(LATE, case="K-2", customer="C-2")
    with while_the_first_is_taken(lambda: grant(help_desk, amount="5.00", request=again, now=later)):
        require_second_is_free()
    assert CareException.objects.filter(state="granted").count() == 2
