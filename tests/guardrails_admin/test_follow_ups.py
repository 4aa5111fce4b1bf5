"""Managers see what is owed and what was handed over, overdue first; nobody changes it there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.hand_on_follow_up import HandOnRequest, hand_on_follow_up
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.actions.work_items.hand_over import HandOverRequest, Said, hand_over
from guardrails.models import Agent, Assignment, FollowUp, WorkItem
from policies.models import Role
from tests.guardrails_admin.conftest import Market, client_of, grant, page, user_of

LONG_AGO = timedelta(days=20)
TOLD = Told(reached=True, satisfied=2, effort=3, recommend=4, stayed="left", root_cause="carrier", words="Too late.")


def caller_of(market: Market) -> Caller:
    return Caller(client=market.token.pk, scopes=frozenset(market.token.scopes))


def owed(market: Market) -> FollowUp:
    return FollowUp.objects.get(exception=market.exception)


def over(market: Market, *, now: datetime | None = None) -> WorkItem:
    said = (Said(by="customer", text="I have told <this> twice."),)
    request = HandOverRequest(decision=market.exception.decision_id, note="She is upset.", said=said)
    answer = hand_over(caller=caller_of(market), request=request, key="over", now=now or timezone.now()).answer
    return WorkItem.objects.get(pk=answer["work_item"])


READS = {
    "manager": 200, "approver": 200, "auditor": 200, "superuser": 200, "agent": 403, "stranger": 403, "nobody": 302,
}  # fmt: skip


@pytest.mark.parametrize("who", READS)
def test_who_may_read_them(who: str, shop: Market, login: Callable[..., Client]) -> None:
    client = login(who)
    for row in (owed(shop), over(shop)):
        assert client.get(page(type(row), "changelist")).status_code == READS[who]
        assert client.get(page(type(row), "change", row.pk)).status_code == READS[who]


@pytest.mark.parametrize("who", ["manager", "superuser"])
def test_nobody_writes_them_here(who: str, shop: Market, login: Callable[..., Client]) -> None:
    client = login(who)
    for row in (owed(shop), over(shop)):
        assert client.post(page(type(row), "change", row.pk), {"what": "x"}).status_code == 403
        assert client.get(page(type(row), "add")).status_code == 403
        assert client.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
        assert client.get(page(type(row), "history", row.pk)).status_code == 403


def test_a_limited_user_sees_those_of_their_policies(shop: Market, other: Market, login: Callable[..., Client]) -> None:
    client = login("manager", limited_to=shop.policy)
    for market in (shop, other):
        over(market)
    for model in (FollowUp, WorkItem):
        text = client.get(page(model, "changelist")).content.decode()
        assert "C-shop_eu" in text
        assert "zebra" not in text.lower()
        hidden = model.objects.get(policy=other.policy)
        assert client.get(page(model, "change", hidden.pk)).status_code == 302


def customers(client: Client, model: Any, **query: str) -> list[str]:
    return [row.customer for row in client.get(page(model, "changelist"), query).context["cl"].result_list]


def test_what_is_open_is_listed_and_what_is_due_first_comes_first(shop: Market, login: Callable[..., Client]) -> None:
    late = grant(shop.token, shop.policy, shop.agent, customer="C-late", case="K-late", now=timezone.now() - LONG_AGO)
    client = login("manager")
    assert customers(client, FollowUp) == ["C-late", "C-shop_eu"]
    assert customers(client, FollowUp, standing="overdue") == ["C-late"]
    assert ">Overdue<" in "".join(client.get(page(FollowUp, "changelist")).content.decode().split())
    done = FinishRequest(follow_up=FollowUp.objects.get(exception=late).pk, told=TOLD)
    finish_follow_up(caller=caller_of(shop), request=done, key="done", now=timezone.now())
    assert customers(client, FollowUp) == ["C-shop_eu"]
    assert customers(client, FollowUp, standing="done") == ["C-late"]
    assert customers(client, FollowUp, standing="all") == ["C-late", "C-shop_eu"]
    assert customers(client, FollowUp, owner="ana", role="frontline", policy="shop_eu") == ["C-shop_eu"]
    assert customers(client, FollowUp, q="K-late", standing="all") == ["C-late"]


def test_pages_go_on_where_the_last_one_ended(
    shop: Market, login: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from guardrails.admin.follow_up import FollowUpAdmin

    monkeypatch.setattr(FollowUpAdmin, "list_per_page", 2)
    for number in range(3):
        grant(shop.token, shop.policy, shop.agent, customer=f"C-{number}", case=f"K-{number}")
    client = login("manager")
    first = client.get(page(FollowUp, "changelist"))
    assert "Due later" in first.content.decode()
    ids = [row.pk for row in first.context["cl"].result_list]
    second = client.get(page(FollowUp, "changelist") + first.context["cl"].older_link)
    more = [row.pk for row in second.context["cl"].result_list]
    assert [*ids, *more] == list(FollowUp.objects.order_by("due_at", "pk").values_list("pk", flat=True))
    back = client.get(page(FollowUp, "changelist") + second.context["cl"].newer_link)
    assert [row.pk for row in back.context["cl"].result_list] == ids


def test_a_follow_up_tells_what_it_is_about_and_how_it_went(shop: Market, login: Callable[..., Client]) -> None:
    row = owed(shop)
    escalate_follow_ups(row.due_at)
    asked = HandOnRequest(follow_up=row.pk, to_role="supervisor", note="Call after six.")
    hand_on_follow_up(caller=caller_of(shop), request=asked, key="on", now=timezone.now())
    text = login("auditor").get(page(FollowUp, "change", row.pk)).content.decode()
    for part in ("Check that the parcel arrived", "€12.50 store credit", "A note of Shop Europe", "anybody",
                 "Supervisor", "ana → supervisor", "Call after six.", "If it is not done",
                 "Nobody has told it yet."):  # fmt: skip
        assert part in text, part


def test_the_page_of_an_exception_tells_what_came_afterwards(shop: Market, login: Callable[..., Client]) -> None:
    auditor, row = login("auditor"), owed(shop)
    address = page(type(shop.exception), "change", shop.exception.pk)
    before = auditor.get(address).content.decode()
    for part in ("Check that the parcel arrived", ">Open<", "Nobody has told it yet.", "Not known yet."):
        assert part in before, part
    done = FinishRequest(follow_up=row.pk, told=TOLD)
    finish_follow_up(caller=caller_of(shop), request=done, key="done", now=timezone.now())
    grant(shop.token, shop.policy, shop.agent, customer="C-shop_eu", now=timezone.now() + timedelta(days=1))
    after = " ".join(auditor.get(address).content.decode().split())
    for part in (
        "Reached", "Satisfied 2 of 5", "Made easy 3 of 7", "Would recommend 4 of 10", "Left us", "Root cause: carrier",
        "Too late.", ">Done<", "Yes.", "chat, ana",
    ):  # fmt: skip
        assert part in after, part


def test_a_work_item_tells_all_that_was_said(shop: Market, login: Callable[..., Client]) -> None:
    row = over(shop, now=timezone.now() - LONG_AGO)
    client = login("approver")
    assert customers(client, WorkItem, standing="overdue", for_role="handover") == ["C-shop_eu"]
    text = client.get(page(WorkItem, "change", row.pk)).content.decode()
    for part in ("I have told &lt;this&gt; twice.", "She is upset.", "Care desk", "Overdue", "nobody",
                 "Frontline agent", "Days late", "€12.50 store credit"):  # fmt: skip
        assert part in text, part


def test_home_says_what_is_overdue(shop: Market, other: Market, login: Callable[..., Client]) -> None:
    client = login("approver", limited_to=shop.policy)
    over(other, now=timezone.now() - LONG_AGO)
    assert "overdue" not in client.get("/admin/").content.decode()
    over(shop, now=timezone.now() - LONG_AGO)
    grant(shop.token, shop.policy, shop.agent, customer="C-late", case="K-late", now=timezone.now() - LONG_AGO)
    text = client.get("/admin/").content.decode()
    for part in ("See to what customers were promised", "See to what was handed over", "1 overdue"):
        assert part in text, part


def test_home_asks_to_take_up_what_was_handed_over_to_whoever_logs_in(
    shop: Market, login: Callable[..., Client]
) -> None:
    user = user_of("approver")
    sofia = Agent.objects.create(code="sofia", name="Sofia", team=shop.agent.team, user=user)
    client = client_of(user)
    over(shop)
    assert "Take up what" not in client.get("/admin/").content.decode()
    top = Role.objects.get(policy=shop.policy, escalates_to=None, code="supervisor")
    Assignment.objects.create(agent=sofia, policy=shop.policy, role=top)
    text = client.get("/admin/").content.decode()
    assert "Take up what Ana handed over: late delivery" in text
    assert "She is upset." in text
    assert "Take up what" not in login("manager").get("/admin/").content.decode()
