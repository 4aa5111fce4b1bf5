"""Every page of people and of records is opened by those who may, and by nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client

from guardrails.groups import PERMISSIONS
from guardrails.models import (
    Agent,
    ApiToken,
    ApprovalRequest,
    Assignment,
    AuditRecord,
    BudgetWatcher,
    BudgetWindow,
    CareException,
    CaseLink,
    Decision,
    Delivery,
    FollowUp,
    Freeze,
    LedgerEntry,
    StandIn,
    Team,
    WebhookEndpoint,
    WorkItem,
)
from policies.models import PolicyVersion
from tests.guardrails_admin.conftest import Market, page

PEOPLE = (Team, Agent, ApiToken)
RECORDS = (CareException, Decision, BudgetWindow, AuditRecord)
TABLES_OF_THEIR_OWN = {
    ApprovalRequest,
    BudgetWatcher,
    CaseLink,
    Delivery,
    FollowUp,
    Freeze,
    StandIn,
    WebhookEndpoint,
    WorkItem,
}
"""Pages whose permissions have tests beside them."""
OURS = [model for model in admin.site._registry if model._meta.app_label == "guardrails"]

READS = {
    # who: team, agent, token, exception, decision, budget window, audit record
    "manager": (200, 200, 200, 200, 200, 200, 403),
    "approver": (200, 200, 403, 200, 200, 200, 403),
    "auditor": (200, 200, 200, 200, 200, 200, 200),
    "agent": (403, 403, 403, 403, 403, 403, 403),
    "stranger": (403, 403, 403, 403, 403, 403, 403),
    "nobody": (302, 302, 302, 302, 302, 302, 302),
    "superuser": (200, 200, 200, 200, 200, 200, 200),
}
WRITES_PEOPLE = {"manager": 200, "superuser": 200, "nobody": 302}


def row_of(model: Any) -> Any:
    return model.objects.order_by("pk").first()


def test_the_table_names_every_page_of_this_app() -> None:
    assert set(OURS) - TABLES_OF_THEIR_OWN == {*PEOPLE, *RECORDS}


@pytest.mark.parametrize("who", READS)
def test_who_may_read_what(who: str, shop: Market, login: Callable[..., Client]) -> None:
    client = login(who)
    for model, status in zip((*PEOPLE, *RECORDS), READS[who], strict=True):
        row = row_of(model)
        assert client.get(page(model, "changelist")).status_code == status, model
        assert client.get(page(model, "change", row.pk)).status_code == status, model
    export = page(CareException, "export")
    assert client.get(export).status_code == READS[who][3]


@pytest.mark.parametrize("who", READS)
def test_who_may_keep_people(who: str, shop: Market, login: Callable[..., Client]) -> None:
    client, status = login(who), WRITES_PEOPLE.get(who, 403)
    for model in PEOPLE:
        assert client.get(page(model, "add")).status_code == status
        if status == 403:
            assert client.post(page(model, "add"), {"name": "x", "change_reason": "x"}).status_code == 403
            assert client.post(page(model, "change", row_of(model).pk), {"name": "x"}).status_code == 403
        # Whoever leaves is made inactive: records name them.
        assert client.post(page(model, "delete", row_of(model).pk), {"post": "yes"}).status_code in (302, 403)
    for action in ("rotate", "switch"):
        address = f"{page(ApiToken, 'change', shop.token.pk).removesuffix('change/')}{action}/"
        assert client.get(address).status_code == status
        if status != 200:
            assert client.post(address, {"reason": "Mischief"}).status_code == status
    assert Team.objects.count() == Agent.objects.count() == ApiToken.objects.count() == 1
    assert ApiToken.objects.get().digest == shop.token.digest
    assert ApiToken.objects.get().active


@pytest.mark.parametrize("who", READS)
@pytest.mark.parametrize("model", [*RECORDS, PolicyVersion])
def test_nobody_writes_records_superusers_included(
    who: str, model: Any, shop: Market, login: Callable[..., Client]
) -> None:
    client, refused = login(who), 302 if who == "nobody" else 403
    row, count = row_of(model), model.objects.count()
    before = model.objects.filter(pk=row.pk).values().get()
    assert client.get(page(model, "add")).status_code == refused
    assert client.post(page(model, "add"), {"note": "x"}).status_code == refused
    assert client.post(page(model, "change", row.pk), {"note": "x", "state": "granted"}).status_code == refused
    assert client.get(page(model, "delete", row.pk)).status_code == refused
    assert client.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == refused
    marked = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    client.post(page(model, "changelist"), marked)
    assert model.objects.filter(pk=row.pk).values().get() == before
    assert model.objects.count() == count


@pytest.mark.parametrize("who", ["manager", "auditor", "approver"])
def test_a_limited_user_finds_no_trace_of_other_policies(
    who: str, shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    client = login(who, limited_to=shop.policy)
    for model, status in zip((*PEOPLE, *RECORDS), READS[who], strict=True):
        if status != 200:
            continue
        text = client.get(page(model, "changelist")).content.decode().lower()
        assert "zebra" not in text, model
        assert "zoe_quist" not in text, model
        if model is ApiToken:
            continue  # tokens of other people are not seen either
        foreign: Any = {
            Team: other.team, Agent: other.agent, CareException: other.exception, Decision: other.exception.decision,
            BudgetWindow: BudgetWindow.objects.filter(policy=other.policy).first(),
            AuditRecord: AuditRecord.objects.filter(policy=other.policy).first(),
        }[model]  # fmt: skip
        assert client.get(page(model, "change", foreign.pk)).status_code == 302, model
        if model in PEOPLE:
            assert client.get(page(model, "history", foreign.pk)).status_code == 404, model
    assert client.get(page(CareException, "change", shop.exception.pk)).status_code == 200
    file: Any = client.get(page(CareException, "export"))
    exported = b"".join(file.streaming_content).decode()
    assert shop.exception.pk in exported
    assert other.exception.pk not in exported
    home = client.get("/admin/").content.decode().lower()
    assert "zebra" not in home
    for query in (
        "?policy=zebra_uk",
        "?q=C-zebra_uk",
        f"?q={other.exception.pk}",
        "?q=note+of+zebra",
        "?agent=zoe_quist",
    ):
        found = client.get(page(CareException, "changelist") + query).content.decode()
        assert page(CareException, "change", other.exception.pk) not in found


def test_tokens_of_others_are_hidden_from_a_limited_manager(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    client = login("manager", limited_to=shop.policy)
    for market in (shop, other):
        assert client.get(page(ApiToken, "change", market.token.pk)).status_code == 302
        assert client.get(page(ApiToken, "history", market.token.pk)).status_code == 404


@pytest.mark.parametrize("group", PERMISSIONS)
def test_a_group_has_exactly_its_permissions(group: str, db: None) -> None:
    mine = Group.objects.get(name=group).permissions.filter(content_type__app_label="guardrails")
    assert {permission.codename for permission in mine} == PERMISSIONS[group]


def test_no_group_may_write_records_or_delete_people(db: None) -> None:
    for model in (*RECORDS, LedgerEntry):
        for permissions in PERMISSIONS.values():
            assert {name for name in permissions if name.endswith(f"_{model._meta.model_name}")} <= {
                f"view_{model._meta.model_name}"
            }
    deletable = {name for permissions in PERMISSIONS.values() for name in permissions if name.startswith("delete")}
    assert deletable == {f"delete_{model._meta.model_name}" for model in (Assignment, BudgetWatcher, StandIn)}
    assert PERMISSIONS["agent"] == set()
