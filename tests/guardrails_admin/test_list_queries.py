"""A list asks the database as often for three rows as for one."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.work_items.hand_over import HandOverRequest, hand_over
from guardrails.models import (
    ApprovalRequest,
    AuditRecord,
    BudgetWindow,
    CareException,
    Decision,
    FollowUp,
    Freeze,
    FreezeTarget,
    OpenPromises,
    WorkItem,
)
from guardrails.models.identifiers import new_id
from tests.guardrails_admin.conftest import Market, client_of, grant, page, user_of

LISTS: tuple[Any, ...] = (
    ApprovalRequest, AuditRecord, BudgetWindow, CareException, Decision, FollowUp, Freeze, WorkItem,
)  # fmt: skip


def one_more_of_each(shop: Market, number: int) -> None:
    """One row more in every list."""
    of = {"case": f"K-{number}", "customer": f"C-{number}"}
    given = grant(shop.token, shop.policy, shop.agent, **of)
    grant(shop.token, shop.policy, shop.agent, **of, amount="30.00")
    caller = Caller(client=shop.token.pk, scopes=frozenset(shop.token.scopes))
    request = HandOverRequest(decision=given.decision_id)
    hand_over(caller=caller, request=request, key=f"over-{number}", now=timezone.now())
    begun, target = timezone.now() - timedelta(days=1), {"kind": FreezeTarget.AGENT, "target": "zoe", "name": "Zoe"}
    Freeze.objects.create(id=new_id("frz", begun), **target, reason="Away", promises=OpenPromises.KEEP, begins_at=begun)


def asked(client: Client) -> dict[str, int]:
    """How many queries each list takes."""
    found = {}
    for model in LISTS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(model, "changelist")).status_code == 200
        found[model.__name__] = len(queries)
    return found


@pytest.mark.database_clock
def test_lists_ask_as_often_for_three_rows_as_for_one(shop: Market) -> None:
    user: User = user_of("superuser")
    client = client_of(user)
    one_more_of_each(shop, 1)
    asked(client)
    before = asked(client)
    one_more_of_each(shop, 2)
    one_more_of_each(shop, 3)
    assert asked(client) == before
