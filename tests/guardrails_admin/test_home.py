"""Home tells everybody what they can do next."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.test import Client

from guardrails.models import Agent, CareException
from policies.models import Rule
from tests.guardrails_admin.conftest import Market, grant


def text_of(client: Client) -> str:
    answer = client.get("/admin/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_what_has_not_arrived_is_something_to_do(shop: Market, login: Callable[..., Client]) -> None:
    client, told = login("manager"), "See to what was granted and has not arrived"
    assert told not in text_of(client)
    CareException.objects.update(settlement="failed")
    assert told in text_of(client)
    assert "?settlement=failed" in text_of(client)


def test_a_manager_sees_what_to_do(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    assert "Every draft is published" in text_of(client)
    rule = Rule.objects.get(policy=shop.policy, code="late_credit")
    rule.suggest = "15.00"
    rule.save()
    Agent.objects.create(code="new", name="Newcomer", team=shop.team)
    text = text_of(client)
    assert "Publish Shop Europe" in text
    assert "1 difference" in text
    assert "Give a role to those who have none" in text
    assert "Newcomer" in text
    rule.amount = "no_such_fact"
    rule.save()
    assert "Mend the draft of Shop Europe" in text_of(client)


def test_an_approver_sees_who_waits(shop: Market, login: Callable[..., Client]) -> None:
    client = login("approver")
    assert "Nobody waits" in text_of(client)
    row = grant(shop.token, shop.policy, shop.agent, amount="30.00", case="K-2")
    text = text_of(client)
    assert "€30.00 store credit" in text
    assert f"{row.pk}/change/" in text
    assert "needs supervisor" in text
    assert "To do" not in text


def test_an_auditor_finds_exceptions_and_publications(shop: Market, login: Callable[..., Client]) -> None:
    text = text_of(login("auditor"))
    assert "Find an exception" in text
    assert "€12.50 store credit" in text
    assert "The first of Shop Europe" in text
    at = shop.exception.created_at.astimezone(ZoneInfo(shop.policy.time_zone))
    assert f", {at.day} {at:%b, %H:%M} · Shop Europe" in text
    assert text.index("Evidence") < text.index("People")


def test_who_has_no_group_is_told_what_to_do(shop: Market, login: Callable[..., Client]) -> None:
    for who in ("stranger", "agent"):
        text = text_of(login(who))
        assert "There is nothing for you here yet" in text
        assert "Shop Europe" not in text
        assert "/admin/guardrails/" not in text


def test_the_side_bar_leads_only_where_one_may_go(shop: Market, login: Callable[..., Client]) -> None:
    expected = {
        "manager": ("/admin/policies/rule/", "/admin/guardrails/apitoken/", "/admin/guardrails/careexception/"),
        "approver": ("/admin/policies/rule/", "/admin/guardrails/agent/", "/admin/guardrails/careexception/"),
        "auditor": ("/admin/guardrails/auditrecord/", "/admin/policies/policyversion/"),
    }
    refused = {
        "manager": ("/admin/guardrails/auditrecord/", "/admin/auth/user/"),
        "approver": ("/admin/guardrails/auditrecord/", "/admin/guardrails/apitoken/"),
        "auditor": ("/admin/auth/user/",),
    }
    for who, links in expected.items():
        client = login(who)
        text = text_of(client)
        for link in links:
            assert f'href="{link}"' in text
            assert client.get(link).status_code == 200
        for link in refused[who]:
            assert f'href="{link}"' not in text
            assert client.get(link).status_code == 403


def test_an_administrator_keeps_logins_and_their_limits(shop: Market, login: Callable[..., Client]) -> None:
    client = login("superuser")
    for link in (
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        "/admin/auth/group/",
        "/admin/policies/policyscope/add/",
    ):
        assert client.get(link).status_code == 200
