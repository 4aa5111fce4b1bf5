"""The page of an exception tells what happened to it, by whom, and how the budgets stood after each of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.expire_holds import expire_holds
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.actions.settlements.settle_exception import settle_exception
from guardrails.actions.settlements.settlement_word import SettlementRequest
from guardrails.models import ApprovalRequest, CareException, Scope
from policies.actions.publish_policy import publish_policy
from policies.models import Budget
from tests.guardrails.approving import client_of, say, someone
from tests.guardrails_admin.conftest import Market, grant
from tests.guardrails_admin.test_trace import text_of


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop, whose supervisors may take back."""
    shop_document["roles"][1]["may_reverse"] = True
    return shop_document


@pytest.fixture
def leads(shop: Market) -> Caller:
    """The approvers' tool, for Sam."""
    return client_of(someone(shop.policy, "sam", "supervisor"))


@pytest.fixture
def desk(shop: Market) -> Caller:
    """The desk through which Ana works."""
    return Caller(client=shop.token.pk, name="", scopes=frozenset(shop.token.scopes))


@pytest.fixture
def auditor(login: Callable[..., Client]) -> Client:
    return login("auditor")


def a_request(shop: Market, now: datetime | None = None) -> ApprovalRequest:
    """A request for thirty euros, in a case of its own."""
    row = grant(shop.token, shop.policy, shop.agent, amount="30.00", case="K-2", now=now or timezone.now())
    return ApprovalRequest.objects.get(exception=row)


def take(desk: Caller, request: ApprovalRequest, **said: Any) -> None:
    wanted = HeldRequest(exception=request.exception_id, **said)
    grant_held(caller=desk, request=wanted, key=f"take {request.pk}", now=timezone.now())


def back(leads: Caller, exception: str, amount: str | None, reason: str) -> None:
    wanted = ReverseRequest(exception=exception, reason=reason, amount=amount, agent="sam")
    reverse_exception(caller=leads, request=wanted, key=f"back {amount}", now=timezone.now())


def happened(client: Client, row: CareException) -> str:
    """The timeline's text."""
    return text_of(client, row).partition('id="happened"')[2].partition("</section>")[0]


def in_order(text: str, *parts: str) -> None:
    """Each of the parts is there, after the one before it."""
    at = 0
    for part in parts:
        assert part in text[at:], part
        at = text.index(part, at) + len(part)


def test_each_movement_tells_what_it_took_or_gave_back_and_what_was_left(
    shop: Market, desk: Caller, leads: Caller, auditor: Client
) -> None:
    request = a_request(shop)
    say(leads, Say.APPROVE, request, agent="sam", text="Fourth delay.", now=timezone.now())
    take(desk, request, amount="20.00")
    back(leads, request.exception_id, "5.00", "It came after all.")
    back(leads, request.exception_id, None, "A mistake.")
    in_order(
        happened(auditor, request.exception),
        "<strong>Recorded; awaits approval</strong> · €30.00", "Ana",
        "<strong>Approved</strong> · €30.00", "Sam (Supervisor)", "Fourth delay.",
        "Agent week", "agent ana", "takes €30.00", "€157.50 left of €200.00",
        "<strong>Granted</strong> · €20.00", "Ana",
        "gives back €10.00", "€167.50 left of €200.00",
        "<strong>Taken back, all of it or a part</strong> · €5.00", "Sam", "It came after all.",
        "gives back €5.00", "€172.50 left of €200.00",
        "<strong>Taken back, all of it or a part</strong> · €15.00", "A mistake.",
        "gives back €15.00", "€187.50 left of €200.00",
    )  # fmt: skip
    assert "what was taken since is told below" in text_of(auditor, request.exception)


def test_what_waits_moves_nothing(shop: Market, auditor: Client) -> None:
    text = happened(auditor, a_request(shop).exception)
    assert "Recorded; awaits approval" in text
    assert " left of " not in text


def test_what_expires_or_is_let_go_of_gives_everything_back(
    shop: Market, desk: Caller, leads: Caller, auditor: Client
) -> None:
    now = timezone.now()
    request = a_request(shop, now)
    say(leads, Say.APPROVE, request, agent="sam", now=now)
    expire_holds(now + timedelta(days=8))
    in_order(
        happened(auditor, request.exception), "takes €30.00", "Its time was over", "by time alone", "gives back €30.00"
    )
    request = a_request(shop, now)
    say(leads, Say.APPROVE, request, agent="sam", now=now)
    void_for_agent(caller=desk, exception=request.exception_id, agent=None, reason="Gone.", key="void", now=now)
    in_order(happened(auditor, request.exception), "takes €30.00", "Voided", "Ana", "Gone.", "gives back €30.00")


def test_what_was_held_and_is_given_whole_spends_what_it_held(
    shop: Market, desk: Caller, leads: Caller, auditor: Client
) -> None:
    request = a_request(shop)
    say(leads, Say.APPROVE, request, agent="sam", now=timezone.now())
    take(desk, request)
    in_order(happened(auditor, request.exception), "takes €30.00", "Granted", "spends what it held", "€157.50 left")


def test_the_payers_words_are_in_it_under_the_payers_name(shop: Market, auditor: Client) -> None:
    payer = client_of(shop.agent, scopes=(Scope.SETTLEMENTS,))
    word = SettlementRequest(exception=shop.exception.pk, event="failed", note="No such account.")
    user = User.objects.get(username="the_auditor").pk
    settle_exception(caller=payer, user_id=user, request=word, key="failed", now=timezone.now())
    in_order(happened(auditor, shop.exception), "Failed, says the system that pays", "Client", "No such account.")


def test_a_long_life_costs_no_more_queries_than_a_short_one(
    shop: Market, desk: Caller, leads: Caller, auditor: Client
) -> None:
    request = a_request(shop)
    say(leads, Say.APPROVE, request, agent="sam", now=timezone.now())
    take(desk, request)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            happened(auditor, request.exception)
        return len(found)

    queries()
    before = queries()
    for amount in ("1.00", "2.00", "3.00", "4.00", "5.00"):
        back(leads, request.exception_id, amount, "A part.")
    assert queries() == before


def test_a_budget_that_only_a_later_version_had_goes_by_its_code(shop: Market, leads: Caller, auditor: Client) -> None:
    request = a_request(shop)
    Budget.objects.filter(policy=shop.policy, code="agent_week").update(code="agent_weekly", name="Weekly")
    publish_policy(policy=shop.policy, actor=None, note="other budgets", now=timezone.now())
    say(leads, Say.APPROVE, request, agent="sam", now=timezone.now())
    assert "agent_weekly" in happened(auditor, request.exception)
