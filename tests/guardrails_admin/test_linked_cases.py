"""A manager sees which cases belong together, links two that no system linked, and undoes what was wrong."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guardrails.models import AuditRecord, CaseLink, LinkedCase, UndoneLink
from tests.guardrails.builders import NOON, a_decision
from tests.guardrails_admin.conftest import Market, page

WHO = {"manager": 200, "superuser": 200, "approver": 403, "auditor": 403, "agent": 403, "stranger": 403, "nobody": 302}


def wanted(market: Market, **changes: Any) -> dict[str, Any]:
    filled = {"policy": market.policy.pk, "case": "K-2", "kind": "replaces", "other": "K-1", "reason": "A new parcel."}
    return filled | changes


def link(client: Client, data: dict[str, Any]) -> Any:
    """Fill in the form, and confirm what it says comes of it."""
    asked = client.post(page(CaseLink, "add"), data)
    if asked.status_code != 200:
        return asked
    confirms = asked.context["adminform"].form["confirms"].value()
    return client.post(page(CaseLink, "add"), data | {"confirmed": "on", "confirms": confirms}, follow=True)


def test_a_manager_links_two_cases(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    answer = link(client, wanted(shop))
    assert "Linked. Everything counts over: K-1, K-2." in answer.content.decode()
    link(client, wanted(shop, case="K-3", kind="splits", reason="Two parcels."))
    row = CaseLink.objects.get(case="K-2")
    shown = client.get(page(CaseLink, "change", row.pk)).content.decode()
    assert "K-1, K-2, K-3" in shown
    assert "A new parcel." in shown
    assert row.linked_by == "user:the_manager"
    records = AuditRecord.objects.filter(kind="case.linked", actor="user:the_manager").order_by("id")
    assert [json.loads(each.body)["why"] for each in records] == ["A new parcel.", "Two parcels."]


def test_nothing_is_linked_before_what_comes_of_it_is_confirmed(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    a_decision(shop.policy, case="K-1")
    asked = client.post(page(CaseLink, "add"), wanted(shop))
    said = asked.content.decode()
    assert "limits count over all of these together: K-1, K-2." in said
    assert "Nobody has ever asked about K-2 in Shop" in said
    assert "asked about K-1" not in said
    confirms = asked.context["adminform"].form["confirms"].value()
    for other_than_confirmed in ({"other": "K-3"}, {"kind": "splits"}, {"confirmed": ""}, {"reason": ""}):
        data = wanted(shop) | {"confirmed": "on", "confirms": confirms} | other_than_confirmed
        assert client.post(page(CaseLink, "add"), data).status_code == 200
    assert not CaseLink.objects.exists()
    link(client, wanted(shop))
    turned = client.post(page(CaseLink, "add"), wanted(shop, case="K-1", other="K-2")).content.decode()
    assert "The other way round is there already: K-2 replaces K-1." in turned


def test_the_list_names_the_system_that_linked_with_as_many_queries_as_for_none(
    shop: Market, login: Callable[..., Client]
) -> None:
    client, orders = login("auditor"), f"client:{shop.token.pk}"
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as queries:
            listed = client.get(page(CaseLink, "changelist")).content.decode()
        counts.append(len(queries))
        CaseLink.objects.create(
            policy=shop.policy, case=f"K-{number}", kind="splits", other="K-9", linked_at=NOON, linked_by=orders
        )
    assert shop.token.name in listed
    assert shop.token.pk not in listed
    assert counts[1] == counts[2]


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
    link(login("superuser" if who != "superuser" else "manager"), wanted(shop, case="K-0"))
    first, client = CaseLink.objects.get(), login(who)
    assert client.get(page(CaseLink, "add")).status_code == WHO[who]
    assert link(client, wanted(shop)).status_code == WHO[who]
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
    link(login("superuser"), wanted(other, case="K-secret"))
    client = login("manager", limited_to=shop.policy)
    assert "Zebra" not in client.get(page(CaseLink, "add")).content.decode()
    assert "valid choice" in client.post(page(CaseLink, "add"), wanted(other)).content.decode()
    assert "K-secret" not in client.get(page(CaseLink, "changelist")).content.decode()
    assert client.get(page(CaseLink, "change", CaseLink.objects.get().pk)).status_code == 302


def undo(client: Client, wrong: CaseLink, reason: str = "Another customer.") -> Any:
    return client.post(page(CaseLink, "undo", wrong.pk), {"reason": reason}, follow=True)


def test_a_manager_undoes_a_link(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    link(client, wanted(shop))
    row = CaseLink.objects.get()
    assert "Undo…" in client.get(page(CaseLink, "change", row.pk)).content.decode()
    assert "What was granted stays granted" in client.get(page(CaseLink, "undo", row.pk)).content.decode()
    told = undo(client, row).content.decode()
    assert "Undone. Limits count over K-2; apart from that: K-1." in told
    for words in ("by the_manager", "Another customer.", "K-2; apart from that: K-1"):
        assert words in told
    assert "Undo…" not in told
    record = AuditRecord.objects.get(kind="case.unlinked")
    assert (record.actor, LinkedCase.objects.count()) == ("user:the_manager", 0)


def test_why_is_asked_until_it_is_said(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    link(client, wanted(shop))
    assert "This field is required" in undo(client, CaseLink.objects.get(), reason=" ").content.decode()
    assert not UndoneLink.objects.exists()


def test_whoever_still_belongs_together_is_said(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    for case, other in (("K-2", "K-1"), ("K-3", "K-2"), ("K-3", "K-1")):
        link(client, wanted(shop, case=case, other=other))
    told = undo(client, CaseLink.objects.get(case="K-2")).content.decode()
    assert "they still belong together by way of K-3: K-1, K-2, K-3." in told


def test_they_can_be_linked_again(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    link(client, wanted(shop))
    undo(client, CaseLink.objects.get())
    again = link(client, wanted(shop))
    assert "Linked. Everything counts over: K-1, K-2." in again.content.decode()
    listed = {
        standing: client.get(page(CaseLink, "changelist"), {"standing": standing}).context["cl"].result_count
        for standing in ("yes", "no")
    }
    assert listed == {"yes": 1, "no": 1}


@pytest.mark.parametrize("who", WHO)
def test_who_may_undo(who: str, shop: Market, login: Callable[..., Client]) -> None:
    link(login("superuser" if who != "superuser" else "manager"), wanted(shop))
    row, client = CaseLink.objects.get(), login(who)
    expected = WHO[who]
    assert client.get(page(CaseLink, "undo", row.pk)).status_code == expected
    client.post(page(CaseLink, "undo", row.pk), {"reason": "Wrong."})
    assert UndoneLink.objects.exists() == (expected == 200)


def test_a_manager_of_another_market_undoes_nothing(shop: Market, other: Market, login: Callable[..., Client]) -> None:
    link(login("superuser"), wanted(other))
    client = login("manager", limited_to=shop.policy)
    assert client.get(page(CaseLink, "undo", CaseLink.objects.get().pk)).status_code in (403, 404)
    client.post(page(CaseLink, "undo", CaseLink.objects.get().pk), {"reason": "Wrong."})
    assert not UndoneLink.objects.exists()
