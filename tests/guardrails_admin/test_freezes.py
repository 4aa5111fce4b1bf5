"""A manager stops something in a hurry; everybody sees that it is stopped, and a manager lifts it."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from guardrails.models import AuditRecord, Freeze
from policies.models import Policy, Remedy, Role
from tests.guardrails_admin.conftest import Market, page

WHO = {"manager": 200, "superuser": 200, "approver": 403, "auditor": 403, "agent": 403, "stranger": 403, "nobody": 302}


def wanted(what: str, **changes: Any) -> dict[str, Any]:
    data = {
        "what": what, "policy": "", "reason": "Refunds go to a closed bank", "instead": "Offer store credit",
        "promises": "keep", "begins_at_0": "", "begins_at_1": "", "ends_at_0": "", "ends_at_1": "",
    }  # fmt: skip
    return {**data, **changes}


def stop(client: Client, what: str, **changes: Any) -> Freeze:
    answer = client.post(page(Freeze, "add"), wanted(what, **changes))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return Freeze.objects.latest("begins_at")


def lift(freeze: Freeze) -> str:
    return page(Freeze, "change", freeze.pk).removesuffix("change/") + "lift/"


def ask(shop: Market) -> dict[str, Any]:
    asked = {"policy": "shop_eu", "agent": "ana", "reason": "late_delivery", "facts": {"days_late": 3}}
    asked |= {"customer": "C-1", "case": "K-new"}
    headers = {"Authorization": f"Token {shop.secret}"}
    answer = Client().post("/api/v1/offers/", asked, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_manager_stops_a_remedy_and_agents_are_told(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    assert [each["remedy"] for each in ask(shop)["offers"]] == ["store_credit"]
    freeze = stop(client, "remedy:shop_eu:store_credit", instead="Offer a refund")
    assert (freeze.policy, freeze.name, freeze.begun_by.username) == (shop.policy, "Store credit", "the_manager")  # type: ignore[union-attr]
    (because,) = next(each for each in ask(shop)["not_offered"] if each["remedy"] == "store_credit")["because"]
    assert because["text"].endswith("is stopped: Refunds go to a closed bank. Instead: offer a refund.")
    assert AuditRecord.objects.get(kind="freeze.begun").actor == "user:the_manager"


def test_what_is_stopped_is_on_the_first_page(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    assert "Stopped now" not in client.get("/admin/").content.decode()
    stop(client, "agent::ana")
    for who in ("manager", "approver", "auditor"):
        text = (client if who == "manager" else login(who)).get("/admin/").content.decode()
        assert "Stopped now" in text
        assert "Agent: Ana" in text


def test_lifting_it_asks_why(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    freeze = stop(client, "policy:shop_eu:shop_eu")
    assert "In force" in client.get(page(Freeze, "changelist")).content.decode()
    client.post(lift(freeze), {"reason": ""})
    assert Freeze.objects.get().lifted_at is None
    client.post(lift(freeze), {"reason": "The bank is open again"})
    row = Freeze.objects.get()
    assert (row.lifted_because, row.lifted_by.username) == ("The bank is open again", "the_manager")  # type: ignore[union-attr]
    assert [each["remedy"] for each in ask(shop)["offers"]] == ["store_credit"]
    assert json.loads(AuditRecord.objects.get(kind="freeze.ended").body)["lifted_because"] == "The bank is open again"
    text = client.get(page(Freeze, "change", freeze.pk)).content.decode()
    assert "Lifted" in text
    assert "when it is lifted" not in text
    # Nothing is left to be lifted.
    assert client.post(lift(freeze), {"reason": "Again"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"what": ""}, "This field is required"),
        ({"what": "agent::nobody"}, "not one of the available choices"),
        ({"reason": ""}, "This field is required"),
        ({"promises": ""}, "This field is required"),
        ({"begins_at_0": "2020-01-01", "begins_at_1": "00:00"}, "Nothing can be stopped in the past"),
        ({"ends_at_0": "2020-01-01", "ends_at_1": "00:00"}, "Must be later than it begins"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    changes: dict[str, Any], said: str, shop: Market, login: Callable[..., Client]
) -> None:
    answer = login("manager").post(page(Freeze, "add"), {**wanted("agent::ana"), **changes})
    assert said in answer.content.decode()
    assert not Freeze.objects.exists()


def test_every_page_of_what_can_be_stopped_leads_to_the_form_filled_in(
    shop: Market, login: Callable[..., Client]
) -> None:
    client = login("manager")
    role, remedy = Role.objects.get(code="frontline"), Remedy.objects.get(code="refund")
    for row, what in (
        (shop.agent, "agent::ana"),
        (shop.team, "team::team_shop_eu"),
        (shop.token, f"client::{shop.token.pk}"),
        (shop.policy, "policy:shop_eu:shop_eu"),
        (role, "role:shop_eu:frontline"),
        (remedy, "remedy:shop_eu:refund"),
    ):
        address = page(type(row), "change", row.pk)
        assert "Stop…" in client.get(address).content.decode(), row
        answer = client.get(address.removesuffix("change/") + "stop/", follow=True)
        assert answer.context["adminform"].form.initial["what"] == what
        assert f'value="{what}" selected' in answer.content.decode()
        assert client.post(page(Freeze, "add"), wanted(what)).status_code == 302


@pytest.mark.parametrize("who", WHO)
def test_who_may_stop_and_lift(who: str, shop: Market, login: Callable[..., Client]) -> None:
    begun = Freeze.objects.create(
        id="frz_1", kind="agent", target="ana", name="Ana", reason="x", promises="keep", begins_at=timezone.now()
    )
    client = login(who)
    assert client.get(page(Freeze, "add")).status_code == WHO[who]
    done = 302 if WHO[who] == 200 else WHO[who]
    assert client.post(page(Freeze, "add"), wanted("agent::ana")).status_code == done
    assert client.get(lift(begun)).status_code == WHO[who]
    assert client.post(lift(begun), {"reason": "Enough"}).status_code == done
    reads = 200 if who in ("approver", "auditor") else WHO[who]
    assert client.get(page(Freeze, "changelist")).status_code == reads
    assert client.get(page(Freeze, "change", begun.pk)).status_code == reads
    assert Freeze.objects.count() == (2 if WHO[who] == 200 else 1)
    assert (Freeze.objects.get(pk="frz_1").lifted_at is not None) == (WHO[who] == 200)
    # Nobody edits or deletes one.
    for address in (page(Freeze, "change", begun.pk), page(Freeze, "delete", begun.pk)):
        assert client.post(address, wanted("agent::ana", post="yes")).status_code in (302, 403)
    assert Freeze.objects.get(pk="frz_1").reason == "x"


def test_a_limited_manager_stops_nothing_of_other_markets(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    limited, free = login("manager", limited_to=shop.policy), login("superuser")
    text = limited.get(page(Freeze, "add")).content.decode()
    assert "Zebra" not in text
    assert "Zoe_Quist" not in text
    for what in (
        "policy:zebra_uk:zebra_uk",
        "remedy:zebra_uk:refund",
        "role:zebra_uk:frontline",
        "agent::zoe_quist",
        "team::team_zebra_uk",
        f"client::{other.token.pk}",
    ):
        answer = limited.post(page(Freeze, "add"), wanted(what))
        assert "not one of the available choices" in answer.content.decode()
        theirs = stop(free, what, policy="" if what.split(":")[0] in ("policy", "remedy", "role") else other.policy.pk)
        assert limited.get(page(Freeze, "change", theirs.pk)).status_code == 302
        assert limited.post(lift(theirs), {"reason": "Mischief"}).status_code in (403, 404)
    assert "Zebra" not in limited.get(page(Freeze, "changelist")).content.decode()
    assert "Stopped now" not in limited.get("/admin/").content.decode()
    assert not Freeze.objects.filter(lifted_at__isnull=False).exists()


def test_an_agent_of_two_markets_is_stopped_in_ones_own_alone(
    shop: Market, other: Market, login: Callable[..., Client]
) -> None:
    shop.agent.assignments.create(policy=other.policy, role=other.policy.role_set.get(code="frontline"))
    client = login("manager", limited_to=shop.policy)
    answer = client.post(page(Freeze, "add"), wanted("agent::ana"))
    assert "that you may stop everywhere" in answer.content.decode()
    assert stop(client, "agent::ana", policy=shop.policy.pk).policy == shop.policy


def test_the_list_tells_what_is_to_come_from_what_is_over(shop: Market, login: Callable[..., Client]) -> None:
    now, client = timezone.now(), login("manager")
    for at, (begins, ends) in enumerate(((1, 2), (-2, -1), (-1, 1))):
        Freeze.objects.create(
            id=f"frz_{at}", kind="team", target="x", name=f"Team {at}", reason="x", promises="keep",
            begins_at=now + timedelta(hours=begins), ends_at=now + timedelta(hours=ends),
        )  # fmt: skip
    for standing, name in (("later", "Team 0"), ("over", "Team 1"), ("now", "Team 2")):
        text = client.get(page(Freeze, "changelist"), {"standing": standing}).content.decode()
        assert [each for each in ("Team 0", "Team 1", "Team 2") if each in text] == [name]


def test_policies_keep_their_pages(shop: Market, login: Callable[..., Client]) -> None:
    client = login("manager")
    for model in (Policy, Role, Remedy):
        assert client.get(page(model, "changelist")).status_code == 200
    assert "Publish" in client.get(page(Policy, "change", shop.policy.pk)).content.decode()
