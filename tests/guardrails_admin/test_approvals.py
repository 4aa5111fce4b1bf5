"""Approvers see what awaits them, with everything that they need, and answer there."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from guardrails.models import Agent, ApprovalRequest, Assignment, CareException, StandIn, Vote
from policies.models import Role
from tests.guardrails_admin.conftest import Market, client_of, grant, page, user_of


@pytest.fixture
def asked(shop: Market) -> ApprovalRequest:
    """A request for thirty euros."""
    row = grant(shop.token, shop.policy, shop.agent, amount="30.00", note="Third delay.", case="K-30", customer="C-30")
    return ApprovalRequest.objects.get(exception=row)


def an_approver(shop: Market, code: str = "sam") -> User:
    """A supervisor with a login of the approvers' group."""
    user = user_of("approver")
    agent = Agent.objects.create(code=code, name=code.title(), team=shop.team, user=user)
    Assignment.objects.create(
        agent=agent, policy=shop.policy, role=Role.objects.get(policy=shop.policy, code="supervisor")
    )
    return user


def say(client: Client, request: ApprovalRequest, what: str, **said: Any) -> Any:
    address = page(ApprovalRequest, "say", request.pk, what)
    key = client.get(address).context["form"].initial["key"]
    return client.post(address, {"key": key, **said})


def test_the_list_shows_the_open_ones_and_the_page_everything(shop: Market, asked: ApprovalRequest) -> None:
    client = client_of(an_approver(shop))
    ApprovalRequest.objects.update(due_at=datetime(2030, 1, 7, 9, 0, tzinfo=UTC))
    listed = client.get(page(ApprovalRequest, "changelist")).content.decode()
    assert "€30.00 store credit" in listed
    assert "07 Jan 2030, 10:00 Europe/Berlin" in listed
    shown = client.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    for text in ("Third delay.", "Approve…", "Decline…", "Ask…", "Who must agree", "Supervisor", "Days late", "left"):
        assert text in shown


def test_an_approver_agrees_to_less(shop: Market, asked: ApprovalRequest) -> None:
    client = client_of(an_approver(shop))
    response = say(client, asked, "approve", number="26.00", text="Fine.")
    assert response.status_code == 302
    row = CareException.objects.get(pk=asked.exception_id)
    assert (row.state, row.amount_minor) == ("approved", 2600)
    shown = client.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    assert "Yes, to less: €26.00" in shown
    assert "Approve…" not in shown


def test_the_same_form_sent_twice_counts_once(shop: Market, asked: ApprovalRequest) -> None:
    client = client_of(an_approver(shop))
    address = page(ApprovalRequest, "say", asked.pk, "approve")
    form = {"key": client.get(address).context["form"].initial["key"], "number": "30.00", "text": ""}
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert Vote.objects.count() == 1


def test_a_no_needs_a_reason_and_what_is_refused_is_said_in_the_form(shop: Market, asked: ApprovalRequest) -> None:
    client = client_of(an_approver(shop))
    assert "This field is required" in say(client, asked, "decline", text="").content.decode()
    assert (
        "Must be from 1.00 to 30.00, which is what is asked for, in steps of 0.50"
        in say(client, asked, "approve", number="99").content.decode()
    )
    assert say(client, asked, "decline", text="No.").status_code == 302
    assert CareException.objects.get(pk=asked.exception_id).state == "declined"


def test_a_question_shows_from_when_time_runs_on_without_an_answer(shop: Market, asked: ApprovalRequest) -> None:
    client = client_of(an_approver(shop))
    assert say(client, asked, "ask", text="Which parcel?").status_code == 302
    shown = client.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    assert "Which parcel?" in shown
    assert "without an answer time runs on from" in shown
    assert "Waiting for an answer to a question" in shown
    assert "Question until" in client.get(page(ApprovalRequest, "changelist")).content.decode()


@pytest.mark.parametrize("who", ["auditor", "manager", "superuser"])
def test_others_read_it_but_are_not_asked(asked: ApprovalRequest, who: str) -> None:
    client = client_of(user_of(who))
    shown = client.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    assert "Third delay." in shown
    assert "Approve…" not in shown
    assert "There is no request" in say(client, asked, "approve", number="30.00").content.decode()
    assert not Vote.objects.exists()


@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_strangers_see_nothing(asked: ApprovalRequest, who: str) -> None:
    client = client_of(user_of(who))
    for name, arguments in (
        ("changelist", []),
        ("change", [asked.pk]),
        ("say", [asked.pk, "approve"]),
    ):
        assert client.get(page(ApprovalRequest, name, *arguments)).status_code in (302, 403)


def test_somebody_limited_to_another_policy_finds_nothing(other: Market, asked: ApprovalRequest) -> None:
    client = client_of(user_of("approver", limited_to=other.policy))
    assert "€30.00" not in client.get(page(ApprovalRequest, "changelist")).content.decode()
    assert "Third delay." not in client.get(page(ApprovalRequest, "change", asked.pk), follow=True).content.decode()
    assert client.get(page(ApprovalRequest, "say", asked.pk, "approve")).status_code in (302, 403, 404)


def test_a_manager_names_a_stand_in_and_an_approver_only_reads_who(shop: Market) -> None:
    kim = Agent.objects.create(code="kim", name="Kim", team=shop.team)
    form = {
        "absent": shop.agent.pk, "stand_in": kim.pk, "policy": "",
        "starts_at_0": "2026-06-15", "starts_at_1": "12:00:00",
        "ends_at_0": "2026-06-20", "ends_at_1": "12:00:00", "change_reason": "Holiday",
    }  # fmt: skip
    address = page(StandIn, "add")
    assert client_of(user_of("approver")).post(address, form).status_code == 403
    manager = client_of(user_of("manager"))
    assert manager.post(address, form | {"stand_in": shop.agent.pk}).status_code == 200
    response = manager.post(address, form)
    assert response.status_code == 302, response.context["errors"]
    assert StandIn.objects.get().stand_in == kim


def test_the_list_can_be_narrowed_to_what_awaits_the_one_who_looks(shop: Market, asked: ApprovalRequest) -> None:
    user = an_approver(shop)
    for who, found in ((user, True), (user_of("manager"), False)):
        listed = client_of(who).get(page(ApprovalRequest, "changelist"), {"awaits": "me"}).content.decode()
        assert ("€30.00 store credit" in listed) is found


def test_the_home_page_says_who_wants_how_much_by_when(shop: Market, asked: ApprovalRequest) -> None:
    html = client_of(an_approver(shop)).get(reverse("admin:index")).content.decode()
    assert f"Answer {shop.agent.name}: €30.00 store credit for late delivery" in html
    assert "Third delay. · customer C-30 · case K-30 · by " in html
    assert "(Europe/Berlin)" in html


def test_the_home_page_tells_an_approver_what_awaits_them(shop: Market, asked: ApprovalRequest) -> None:
    home = reverse("admin:index")
    link = page(ApprovalRequest, "change", asked.pk)
    assert link in client_of(an_approver(shop)).get(home).content.decode()
    assert link not in client_of(user_of("auditor")).get(home).content.decode()
