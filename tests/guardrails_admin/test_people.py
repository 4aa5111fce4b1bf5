"""A manager keeps teams and agents with their roles; every change has an actor and a reason."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from guardrails.models import Agent, Assignment, Team
from policies.models import PolicyScope, Role
from tests.guardrails_admin.conftest import Market, client_of, page, user_of

NO_ROLES = {"assignments-TOTAL_FORMS": 0, "assignments-INITIAL_FORMS": 0}


def role_of(market: Market, code: str = "frontline") -> Role:
    return Role.objects.get(policy=market.policy, code=code)


def roles(*rows: dict[str, Any]) -> dict[str, Any]:
    """The inline rows of an agent's form, the saved ones first."""
    saved = sum("id" in row for row in rows)
    data: dict[str, Any] = {"assignments-TOTAL_FORMS": len(rows), "assignments-INITIAL_FORMS": saved}
    for at, row in enumerate(rows):
        data |= {f"assignments-{at}-{name}": value for name, value in row.items()}
    return data


def form_of(agent: Agent, **changes: Any) -> dict[str, Any]:
    saved = [
        {"id": row.pk, "agent": agent.pk, "policy": row.policy_id, "role": row.role_id}
        for row in agent.assignments.all()
    ]
    data = {"name": agent.name, "kind": agent.kind, "team": agent.team_id, "active": "on"}
    return {**data, **roles(*saved), "change_reason": "A test", **changes}


def test_a_manager_adds_a_team_and_an_agent_with_a_role(shop: Market, db: None) -> None:
    mina = user_of("manager")
    client = client_of(mina)
    team = {"name": "Night", "code": "night", "change_reason": "We open at night"}
    assert client.post(page(Team, "add"), team).status_code == 302
    added = Team.objects.get(code="night").history.get()
    assert (added.history_user, added.history_change_reason) == (mina, "We open at night")

    night = Team.objects.get(code="night")
    agent = {"name": "Nia", "code": "nia", "kind": "human", "team": night.pk, "active": "on"}
    role = roles({"policy": shop.policy.pk, "role": role_of(shop).pk})
    assert client.post(page(Agent, "add"), {**agent, **role, "change_reason": "Joins us"}).status_code == 302
    given = Assignment.objects.get(agent__code="nia")
    assert given.role == role_of(shop)
    assert (given.history.get().history_user, given.history.get().history_change_reason) == (mina, "Joins us")


def test_a_change_without_a_reason_is_refused(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    answer = client.post(page(Agent, "change", shop.agent.pk), form_of(shop.agent, name="Changed", change_reason=" "))
    assert "This field is required" in answer.content.decode()
    assert Agent.objects.get().name == "Ana"


def test_a_role_of_another_policy_is_refused(shop: Market, other: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    rows = roles({"policy": shop.policy.pk, "role": role_of(other).pk})
    agent = {"name": "Nia", "code": "nia", "kind": "human", "team": shop.team.pk, "active": "on"}
    answer = client.post(page(Agent, "add"), {**agent, **rows, "change_reason": "x"})
    assert "Choose a role of Shop Europe" in answer.content.decode()
    assert not Agent.objects.filter(code="nia").exists()


def test_the_policy_of_a_role_stays_and_its_choices_are_those_of_the_policy(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    client, row = login("manager"), shop.agent.assignments.get()
    for role, status in ((role_of(other, "supervisor"), 200), (role_of(shop, "supervisor"), 302)):
        changed = roles({"id": row.pk, "agent": shop.agent.pk, "policy": other.policy.pk, "role": role.pk})
        answer = client.post(page(Agent, "change", shop.agent.pk), form_of(shop.agent, **changed))
        assert answer.status_code == status
    row.refresh_from_db()
    assert (row.policy, row.role.code) == (shop.policy, "supervisor")


def test_a_limited_manager_keeps_their_own_roles_of_an_agent_whom_others_share(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    foreign = Assignment.objects.create(agent=shop.agent, policy=other.policy, role=role_of(other))
    client = login("manager", limited_to=shop.policy)
    text = client.get(page(Agent, "change", shop.agent.pk)).content.decode()
    assert "Zebra" not in text
    mine = shop.agent.assignments.get(policy=shop.policy)
    rows = roles(
        {"id": mine.pk, "agent": shop.agent.pk, "policy": shop.policy.pk, "role": role_of(shop, "supervisor").pk}
    )
    data = form_of(shop.agent, name="Stolen", active="", team=other.team.pk) | rows
    assert client.post(page(Agent, "change", shop.agent.pk), data).status_code == 302
    agent = Agent.objects.get(pk=shop.agent.pk)
    assert (agent.name, agent.active, agent.team) == ("Ana", True, shop.team)
    assert agent.assignments.get(policy=shop.policy).role.code == "supervisor"
    assert agent.assignments.get(pk=foreign.pk).role == foreign.role

    sneaked = roles({"id": foreign.pk, "agent": shop.agent.pk, "policy": other.policy.pk, "role": foreign.role_id})
    client.post(page(Agent, "change", shop.agent.pk), data | sneaked | {"assignments-0-DELETE": "on"})
    assert Assignment.objects.filter(pk=foreign.pk).exists()
    added = roles({"policy": other.policy.pk, "role": role_of(other).pk})
    new = {"name": "Nia", "code": "nia", "kind": "human", "team": shop.team.pk, "active": "on", "change_reason": "x"}
    assert client.post(page(Agent, "add"), new | added).status_code == 200
    assert not Agent.objects.filter(code="nia").exists()


def test_an_agent_keeps_their_code_and_is_never_deleted(shop: Market, login: Callable[..., Client]) -> None:
    client = login("superuser")
    assert client.post(page(Agent, "change", shop.agent.pk), form_of(shop.agent, code="other")).status_code == 302
    assert Agent.objects.get().code == "ana"
    assert client.post(page(Agent, "delete", shop.agent.pk), {"post": "yes"}).status_code == 403


def test_one_timeline_tells_every_change_of_an_agent_and_of_their_roles(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    row = shop.agent.assignments.get()
    changed = roles(
        {"id": row.pk, "agent": shop.agent.pk, "policy": shop.policy.pk, "role": role_of(shop, "supervisor").pk}
    )
    Assignment.objects.create(agent=shop.agent, policy=other.policy, role=role_of(other))
    client = login("manager")
    client.post(page(Agent, "change", shop.agent.pk), form_of(shop.agent, name="Ana Maria") | changed
                | {"change_reason": "Promoted after two years"})  # fmt: skip
    address = page(Agent, "change", shop.agent.pk).removesuffix("change/") + "changes/"
    text = " ".join(client.get(address).content.decode().split())
    assert text.count("Promoted after two years") == 2
    assert "<del>Ana</del> → <ins>Ana Maria</ins>" in text
    assert "<del>Frontline agent</del> → <ins>Supervisor</ins>" in text
    assert "the_manager" in text
    assert "Zebra" in text
    limited = User.objects.create_user("limited", is_staff=True)
    limited.groups.set(User.objects.get(username="the_manager").groups.all())
    PolicyScope.objects.create(user=limited).policies.add(shop.policy)
    assert "Zebra" not in client_of(limited).get(address).content.decode()


def test_the_lists_filter_without_telling_of_others(shop: Market, other: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    for query in ("policy=none", f"policy={shop.policy.pk}", f"team={other.team.pk}", "kind__exact=ai", "q=zoe_quist"):
        assert client.get(f"{page(Agent, 'changelist')}?{query}").status_code == 200
    found = client.get(f"{page(Agent, 'changelist')}?policy={shop.policy.pk}").content.decode()
    assert page(Agent, "change", shop.agent.pk) in found
    assert page(Agent, "change", other.agent.pk) not in found
