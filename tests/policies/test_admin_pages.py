"""Every page of the policies admin is opened by those who may, and by nobody else."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, PolicyScope, PolicyVersion, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
OURS: list[Any] = [model for model in admin.site._registry if model._meta.app_label == "policies"]
EDITED: list[Any] = [model for model in OURS if model not in (PolicyVersion, PolicyScope)]
TRACKED: list[Any] = [model for model in admin.site._registry if hasattr(model, "history")]


def user_of(group: str) -> User:
    user = User.objects.create_user(f"a_{group}", password="a-secret", is_staff=True)
    if group != "stranger":
        user.groups.add(Group.objects.get(name=group))
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(model: Any, name: str, *arguments: Any) -> str:
    return reverse(f"admin:policies_{model._meta.model_name}_{name}", args=arguments)


def ids(models: list[Any]) -> list[str]:
    return [model._meta.model_name for model in models]


@pytest.fixture
def published(shop: Policy, manager: User) -> Policy:
    publish_policy(policy=shop, actor=manager, note="First", now=NOW)
    return shop


@pytest.mark.parametrize("model", EDITED, ids=ids(EDITED))
def test_a_manager_opens_every_page(model: Any, published: Policy, manager: User) -> None:
    client = client_of(manager)
    assert client.get(page(model, "changelist")).status_code == 200
    assert client.get(page(model, "add")).status_code == 200
    for row in model.objects.all():
        assert client.get(page(model, "change", row.pk)).status_code == 200
        assert client.get(page(model, "history", row.pk)).status_code == 200
    entry = model.history.first()
    assert client.get(page(model, "simple_history", entry.id, entry.history_id)).status_code == 200
    if model is not Policy:
        assert client.get(page(model, "delete", row.pk)).status_code == 200


MAY = {
    # group: (read, add, change, delete, publish)
    "manager": (200, 200, 200, 200, 200),
    "auditor": (200, 403, 200, 403, 403),
    "approver": (200, 403, 200, 403, 403),
    "agent": (403, 403, 403, 403, 403),
    "stranger": (403, 403, 403, 403, 403),
}


@pytest.mark.parametrize("group", MAY)
def test_who_may_open_what(group: str, published: Policy) -> None:
    client = client_of(user_of(group))
    for model in EDITED:
        opens_as_the_table_says(client, model, *MAY[group])


def opens_as_the_table_says(
    client: Client, model: Any, read: int, add: int, change: int, delete: int, publish: int
) -> None:
    row = model.objects.first()
    assert client.get(page(model, "changelist")).status_code == read
    assert client.get(page(model, "history", row.pk)).status_code == read
    assert client.get(page(model, "add")).status_code == add
    assert client.get(page(model, "change", row.pk)).status_code == change
    if model is Policy:
        assert client.get(page(model, "publish", row.pk)).status_code == publish
        assert client.get(page(model, "export_yaml", row.pk)).status_code == read
        assert client.get(page(model, "timeline", row.pk)).status_code == read
        assert client.get(page(model, "delete", row.pk)).status_code == 403
    else:
        assert client.get(page(model, "delete", row.pk)).status_code == delete


@pytest.mark.parametrize("group", ["auditor", "approver", "agent", "stranger"])
def test_only_a_manager_can_write(group: str, published: Policy) -> None:
    client = client_of(user_of(group))
    before = [(model.objects.count(), model.history.count()) for model in EDITED]
    data = {"code": "changed", "name": "Changed", "change_reason": "Mischief", "policy": published.pk, "post": "yes"}
    for model in EDITED:
        pk = model.objects.first().pk
        for name, arguments in (("change", [pk]), ("add", []), ("delete", [pk])):
            assert client.post(page(model, name, *arguments), data).status_code == 403
    assert client.post(page(Policy, "publish", published.pk), {"note": "Mischief"}).status_code == 403
    assert [(model.objects.count(), model.history.count()) for model in EDITED] == before
    assert PolicyVersion.objects.count() == 1


def test_staff_alone_is_not_enough_and_nobody_else_gets_in(published: Policy) -> None:
    outsider = User.objects.create_user("outsider", password="a-secret")
    outsider.groups.add(Group.objects.get(name="manager"))
    for client in (Client(), client_of(outsider)):
        assert client.get(page(Policy, "changelist")).status_code == 302


def test_the_history_page_of_every_registered_admin_is_never_written(admin_client: Client) -> None:
    for meta in (model._meta for model in TRACKED):
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_simple_history", args=[1, 1])
        for method in ("post", "put", "patch", "delete"):
            assert getattr(admin_client, method)(address).status_code == 405, (address, method)


def test_every_tracked_model_of_a_policy_is_edited_somewhere() -> None:
    parts = {"FactChoice", "LineField", "Condition", "ApprovalStep"}
    models = apps.get_app_config("policies").get_models()
    tracked = {model for model in models if "simple_history_manager_attribute" in vars(model._meta)}
    assert {model.__name__ for model in tracked} - parts == {model.__name__ for model in TRACKED if model in tracked}


def test_versions_are_read_and_never_written_even_by_a_superuser(published: Policy, admin_client: Client) -> None:
    version = PolicyVersion.objects.get()
    opened = admin_client.get(page(PolicyVersion, "change", version.pk))
    assert "late_credit" in opened.content.decode()
    assert admin_client.post(page(PolicyVersion, "change", version.pk), {"note": "x"}).status_code == 403
    assert admin_client.get(page(PolicyVersion, "add")).status_code == 403
    assert admin_client.post(page(PolicyVersion, "delete", version.pk), {"post": "yes"}).status_code == 403


@pytest.fixture
def other(shop_document: dict[str, Any]) -> Policy:
    document = shop_document | {"code": "other_shop", "name": "Other shop"}
    policy = import_policy(document=document, actor=None, reason="Other")
    publish_policy(policy=policy, actor=None, note="", now=NOW)
    return policy


@pytest.mark.parametrize("group", ["manager", "auditor", "approver"])
def test_a_limited_user_sees_no_trace_of_other_policies(group: str, published: Policy, other: Policy) -> None:
    user = user_of(group)
    PolicyScope.objects.create(user=user).policies.add(published)
    client = client_of(user)
    for model in [*EDITED, PolicyVersion]:
        listed = client.get(page(model, "changelist")).content.decode()
        assert "ther shop" not in listed
        assert "other_shop" not in listed
        foreign = model.objects.get(pk=other.pk) if model is Policy else model.objects.filter(policy=other).first()
        assert client.get(page(model, "change", foreign.pk)).status_code == 302
        if model is PolicyVersion:
            continue
        assert client.get(page(model, "history", foreign.pk)).status_code == 404
        entry = model.history.filter(id=foreign.pk).first()
        assert client.get(page(model, "simple_history", foreign.pk, entry.history_id)).status_code == 404
    for name in ("publish", "export_yaml", "timeline"):
        assert client.get(page(Policy, name, other.pk)).status_code in (403, 404)


def test_a_limited_manager_can_use_their_own_policy_and_add_no_other(
    published: Policy, other: Policy, manager: User
) -> None:
    PolicyScope.objects.create(user=manager).policies.add(published)
    client = client_of(manager)
    assert client.get(page(Policy, "publish", published.pk)).status_code == 200
    assert client.get(page(Policy, "add")).status_code == 403
    role = published.role_set.model
    assert client.get(page(role, "add")).status_code == 200
    assert "Other shop" not in client.get(page(role, "add") + f"?policy={other.pk}").content.decode()


def test_a_scope_without_policies_means_all_of_them(published: Policy, other: Policy, manager: User) -> None:
    PolicyScope.objects.create(user=manager)
    assert "Other shop" in client_of(manager).get(page(Policy, "changelist")).content.decode()


@pytest.mark.parametrize("what", ["9" * 26, "²", "٣", "x"])
def test_an_address_with_what_is_no_id_finds_nothing(what: str, published: Policy, manager: User) -> None:
    client, role = client_of(manager), Role.objects.filter(policy=published).first()
    assert role is not None
    for model in ("policies/role", "policies/policyversion", "guardrails/agent"):
        assert client.get(f"/admin/{model}/?policy={what}&team={what}").status_code in (200, 302)
    assert client.get(f"/admin/policies/role/add/?policy={what}").status_code == 200
    for address in (f"{what}/history/", f"{what}/history/1/", f"{role.pk}/history/{what}/"):
        assert client.get(f"/admin/policies/role/{address}").status_code == 404


def test_the_history_of_a_deleted_row_stays_readable(published: Policy, manager: User) -> None:
    rule = published.rule_set.get(code="people_only")
    pk = rule.pk
    rule.delete()
    assert client_of(manager).get(page(type(rule), "history", pk)).status_code == 200
