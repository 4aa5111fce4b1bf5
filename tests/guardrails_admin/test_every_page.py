"""What every page has in common: one language, a way on from every refusal, and lists that say why they are empty."""

from collections.abc import Callable

import pytest
from django.test import Client

from guardrails.models import CaseLink, StandIn
from policies.models import Budget, PolicyVersion, Rule
from tests.guardrails_admin.conftest import Market, page


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return " ".join(answer.content.decode().split())


def test_a_page_is_in_one_language_whatever_the_browser_prefers(shop: Market, login: Callable[..., Client]) -> None:
    answer = login("manager").get(page(PolicyVersion, "changelist"), headers={"Accept-Language": "de"})
    text = answer.content.decode()
    assert '<html lang="en"' in text
    assert "Filters" in text


def test_moments_say_in_which_zone_they_are(shop: Market, login: Callable[..., Client]) -> None:
    version = PolicyVersion.objects.get()
    moment = f"{version.published_at:%b %Y, %H:%M} UTC"
    client = login("auditor")
    assert moment in text_of(client, page(PolicyVersion, "changelist"))
    assert moment in text_of(client, page(PolicyVersion, "change", version.pk))


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/admin/auth/user/", 403, "This page is not for you"),
        ("/admin/nothing/", 404, "There is nothing here"),
    ],
)
def test_a_refusal_says_what_to_do_instead(
    address: str, status: int, said: str, shop: Market, login: Callable[..., Client]
) -> None:
    text = text_of(login("manager"), address, status)
    assert said in text
    assert not said or 'href="/docs/"' in text


def test_an_empty_list_offers_only_what_its_reader_can_do(shop: Market, login: Callable[..., Client]) -> None:
    reader, manager = login("approver"), login("manager")
    for client, offered in ((reader, False), (manager, True)):
        text = text_of(client, page(StandIn, "changelist"))
        assert "Nothing here yet" in text
        assert ("Add stand-in" in text) == offered
        assert "Create a new item" not in text
    text = text_of(reader, page(CaseLink, "changelist") + "?standing=no")
    assert "Nothing matches" in text
    assert "Show everything" in text


def test_who_deletes_reads_of_rows_not_of_tables(shop: Market, login: Callable[..., Client]) -> None:
    rule = Rule.objects.filter(remedies__isnull=False, conditions__isnull=False).first()
    assert rule
    text = text_of(login("manager"), page(Rule, "delete", rule.pk))
    assert f">{rule}</a>" in text
    assert "Condition: " in text
    assert "relationship" not in text


def test_the_side_bar_begins_with_what_its_reader_comes_for(shop: Market, login: Callable[..., Client]) -> None:
    def order(who: str) -> list[str]:
        text = text_of(login(who), "/admin/")
        links = {"Policies": "policies/rule/", "Work": "guardrails/approvalrequest/", "People": "guardrails/agent/"}
        return sorted(links, key=lambda name: text.index(f'href="/admin/{links[name]}"'))

    assert order("manager") == ["Policies", "Work", "People"]
    assert order("approver") == ["Work", "People", "Policies"]


def test_who_may_only_read_a_policy_reads_what_is_said(shop: Market, login: Callable[..., Client]) -> None:
    rule = Rule.objects.get(code="late_credit")
    reader, manager = login("auditor"), login("manager")
    text = text_of(reader, page(Rule, "change", rule.pk))
    assert "effect ==" not in text
    assert ">60<" in text.split("How much")[1]
    assert ">40<" in text.split("Approval ladder")[1]
    assert ">null<" not in text
    assert "Follow up what" not in text
    budget = text_of(reader, page(Budget, "change", Budget.objects.get(code="agent_week").pk))
    assert "Left empty: every remedy" in budget
    assert "Rolling" not in budget
    assert "effect == &#x27;allow&#x27;" in text_of(manager, page(Rule, "change", rule.pk))
