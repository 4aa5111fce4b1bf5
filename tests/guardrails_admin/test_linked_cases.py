"""A manager sees which cases belong together, and links two that no system linked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from guardrails.models import AuditRecord, CaseLink, LinkedCase
from tests.guardrails_admin.conftest import Market, page

WHO = {"manager": 200, "superuser": 200, "approver": 403, "auditor": 403, "agent": 403, "stranger": 403, "nobody": 302}


def wanted(market: Market, **changes: Any) -> dict[str, Any]:
    return {"policy": market.policy.pk, "case": "K-2", "kind": "replaces", "other": "K-1", **changes}


def test_a_manager_links_two_cases(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    answer = client.post(page(CaseLink, "add"), wanted(shop), follow=True)
    assert "Linked. Everything counts over: K-1, K-2." in answer.content.decode()
    client.post(page(CaseLink, "add"), wanted(shop, case="K-3", kind="splits"))
    link = CaseLink.objects.get(case="K-2")
    assert "K-1, K-2, K-3" in client.get(page(CaseLink, "change", link.pk)).content.decode()
    assert link.linked_by == "user:the_manager"
    assert AuditRecord.objects.filter(kind="case.linked", actor="user:the_manager").count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"other": "K-2"}, "Name another case"),
        ({"other": ""}, "This field is required"),
        ({"kind": ""}, "This field is required"),
        ({"case": "K\u200b2"}, "must be printable text"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    changes: dict[str, Any], said: str, shop: Market, login: Callable[..., Client]
) -> None:
    assert said in login("manager").post(page(CaseLink, "add"), wanted(shop, **changes)).content.decode()
    assert not LinkedCase.objects.exists()


@pytest.mark.parametrize("who", WHO)
def test_who_may_link(who: str, shop: Market, login: Callable[..., Client]) -> None:
    login("superuser" if who != "superuser" else "manager").post(page(CaseLink, "add"), wanted(shop, case="K-0"))
    first, client = CaseLink.objects.get(), login(who)
    assert client.get(page(CaseLink, "add")).status_code == WHO[who]
    assert client.post(page(CaseLink, "add"), wanted(shop)).status_code == (302 if WHO[who] == 200 else WHO[who])
    assert CaseLink.objects.count() == (2 if WHO[who] == 200 else 1)
    reads = 200 if who in ("approver", "auditor") else WHO[who]
    assert client.get(page(CaseLink, "changelist")).status_code == reads
    assert client.get(page(CaseLink, "change", first.pk)).status_code == reads
    for address in (page(CaseLink, "change", first.pk), page(CaseLink, "delete", first.pk)):
        assert client.post(address, wanted(shop, case="K-9", post="yes")).status_code in (302, 403)
    assert CaseLink.objects.filter(case="K-0").exists()


def test_a_limited_manager_links_and_sees_nothing_of_other_markets(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    login("superuser").post(page(CaseLink, "add"), wanted(other, case="K-secret"))
    client = login("manager", limited_to=shop.policy)
    assert "Zebra" not in client.get(page(CaseLink, "add")).content.decode()
    assert "valid choice" in client.post(page(CaseLink, "add"), wanted(other)).content.decode()
    assert "K-secret" not in client.get(page(CaseLink, "changelist")).content.decode()
    assert client.get(page(CaseLink, "change", CaseLink.objects.get().pk)).status_code == 302
