"""A manager who is limited to one market names no stand-in for another one, and meets no crash there."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from guardrails.models import Agent, Assignment, StandIn
from policies.models import Policy, PolicyScope, Role
from tests.guardrails_api.conftest import an_agent
from tests.kept_policy import draft

ADD = {
    "starts_at_0": "2026-06-15",
    "starts_at_1": "00:00:00",
    "ends_at_0": "2026-06-20",
    "ends_at_1": "00:00:00",
    "change_reason": "Holidays.",
}


@pytest.fixture
def elsewhere(shop: Policy, shop_document: dict[str, Any]) -> Policy:
    """Another market."""
    return draft(shop_document | {"code": "shop_uk", "name": "Shop Britain"})


@pytest.fixture
def sam(shop: Policy, elsewhere: Policy) -> Agent:
    """A supervisor in both markets."""
    sam = an_agent(shop, "sam", role="supervisor")
    role = Role.objects.get(policy=elsewhere, code="supervisor")
    Assignment.objects.create(agent=sam, policy=elsewhere, role=role)
    return sam


@pytest.fixture
def manager(elsewhere: Policy) -> Client:
    """A manager who sees one market."""
    user = User.objects.create_user("limited", is_staff=True)
    user.groups.add(Group.objects.get(name="manager"))
    PolicyScope.objects.create(user=user).policies.add(elsewhere)
    client = Client()
    client.force_login(user)
    return client


def add(client: Client, absent: Agent, stand_in: Agent, policy: Policy | None) -> Any:
    told = {"absent": absent.pk, "stand_in": stand_in.pk, "policy": policy.pk if policy else ""}
    return client.post(reverse("admin:guardrails_standin_add"), ADD | told)


def test_a_limited_manager_names_stand_ins_in_their_own_market_alone(
    manager: Client, sam: Agent, shop: Policy, elsewhere: Policy
) -> None:
    mate = an_agent(elsewhere, "mate")
    everywhere = add(manager, sam, mate, None)
    assert not StandIn.objects.exists()
    assert "policy" in everywhere.context["adminform"].form.errors
    add(manager, sam, mate, shop)
    assert not StandIn.objects.exists()
    assert add(manager, sam, mate, elsewhere).status_code == 302
    assert StandIn.objects.get().policy == elsewhere


def test_a_manager_of_everything_names_them_everywhere(sam: Agent, elsewhere: Policy) -> None:
    user = User.objects.create_user("manager", is_staff=True)
    user.groups.add(Group.objects.get(name="manager"))
    client = Client()
    client.force_login(user)
    assert add(client, sam, an_agent(elsewhere, "mate"), None).status_code == 302
    assert StandIn.objects.get().policy is None


@pytest.mark.parametrize("what", ["change", "history", "delete"])
def test_a_stand_in_everywhere_is_not_theirs_to_see_or_change(
    manager: Client, sam: Agent, elsewhere: Policy, what: str
) -> None:
    row = StandIn.objects.create(
        absent=sam,
        stand_in=an_agent(elsewhere, "mate"),
        starts_at="2026-06-15T00:00:00Z",
        ends_at="2026-06-20T00:00:00Z",
    )
    assert manager.get(reverse(f"admin:guardrails_standin_{what}", args=[row.pk])).status_code in (302, 404)
    assert StandIn.objects.filter(pk=row.pk).exists()
