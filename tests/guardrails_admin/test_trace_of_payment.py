"""The trace of an exception tells what was paid, what differs, what was refused, and who took how much of it back."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.exceptions.trace_exception import trace_exception
from guardrails.actions.settlements.settle_exception import settle_exception
from guardrails.actions.settlements.settlement_faults import WrongSettlementError
from guardrails.actions.settlements.settlement_word import SettlementRequest
from guardrails.models import CareException, Scope
from tests.guardrails.approving import client_of, someone
from tests.guardrails_admin.conftest import Market
from tests.guardrails_admin.test_trace import text_of


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop, whose supervisors may take back."""
    shop_document["roles"][1]["may_reverse"] = True
    return shop_document


@pytest.fixture
def auditor(login: Callable[..., Client]) -> Client:
    return login("auditor")


@pytest.fixture
def pays(shop: Market, auditor: Client) -> Callable[..., None]:
    """Say something as the system that pays for the shop's exception of 12.50."""
    payer, user = client_of(shop.agent, scopes=(Scope.SETTLEMENTS,)), User.objects.get(username="the_auditor").pk

    def said(event: str, **more: Any) -> None:
        word = SettlementRequest(exception=shop.exception.pk, event=event, **more)
        settle_exception(caller=payer, user_id=user, request=word, key=f"{event} {more}", now=timezone.now())

    return said


def back(shop: Market, amount: str | None, reason: str) -> None:
    leads: Caller = client_of(someone(shop.policy, "sam", "supervisor"))
    wanted = ReverseRequest(exception=shop.exception.pk, reason=reason, amount=amount, agent="sam")
    reverse_exception(caller=leads, request=wanted, key=f"back {amount}", now=timezone.now())


def event(shop: Market, kind: str) -> dict[str, Any]:
    """The latest event of a kind in the trace that the API gives."""
    events = trace_exception(CareException.objects.get(pk=shop.exception.pk))["events"]
    found: dict[str, Any] = [each for each in events if each["kind"] == kind][-1]
    return found


def card(client: Client, shop: Market) -> str:
    """The text of the card that says what was paid."""
    return text_of(client, shop.exception).partition('id="paid"')[2].partition("</section>")[0]


def in_order(text: str, *parts: str) -> None:
    at = 0
    for part in parts:
        assert part in text[at:], (part, text)
        at = text.index(part, at) + len(part)


def test_what_was_paid_is_told_with_what_differs(shop: Market, auditor: Client, pays: Callable[..., None]) -> None:
    pays("confirmed", amount="9.00", reference="PAY-1", note="One fee.")
    told = event(shop, "settlement.confirmed")
    assert told["why"] == "One fee."
    assert told["payment"] == {
        "state": "confirmed",
        "reference": "PAY-1",
        "paid": {"amount": "9.00", "currency": "EUR"},
        "mismatch": {
            "due": {"amount": "12.50", "currency": "EUR"},
            "paid": {"amount": "9.00", "currency": "EUR"},
        },
        "came_back": None,
        "refused": None,
    }
    in_order(card(auditor, shop), "Confirmed", "€9.00", "€12.50 was due", "PAY-1", "One fee.")
    in_order(text_of(auditor, shop.exception), "Arrived, says the system that pays", "€9.00 as PAY-1", "€12.50 was due")


def test_what_was_paid_as_it_was_due_differs_in_nothing(
    shop: Market, auditor: Client, pays: Callable[..., None]
) -> None:
    pays("confirmed", amount="12.50", reference="PAY-1")
    assert event(shop, "settlement.confirmed")["payment"]["mismatch"] is None
    assert "was due" not in card(auditor, shop)


def test_a_second_payment_is_told_with_its_amount_and_reference(
    shop: Market, auditor: Client, pays: Callable[..., None]
) -> None:
    pays("confirmed", amount="12.50", reference="PAY-1")
    with pytest.raises(WrongSettlementError):
        pays("confirmed", amount="11.00", reference="PAY-2")
    told = event(shop, "settlement.refused")
    assert (told["amount"], told["quantity"]) == (None, None)
    assert told["payment"] == {
        "state": "confirmed",
        "reference": "PAY-2",
        "paid": {"amount": "11.00", "currency": "EUR"},
        "mismatch": None,
        "came_back": None,
        "refused": "confirmed",
    }
    in_order(card(auditor, shop), "€12.50", "PAY-1", "Refused", "€11.00 as PAY-2")


def test_an_old_failure_is_told_where_it_happened_and_not_beside_confirmed(
    shop: Market, auditor: Client, pays: Callable[..., None]
) -> None:
    pays("failed", note="IBAN closed")
    assert "IBAN closed" in card(auditor, shop)
    pays("confirmed", reference="PAY-1")
    assert "IBAN closed" not in card(auditor, shop)
    assert event(shop, "settlement.failed")["why"] == "IBAN closed"
    in_order(text_of(auditor, shop.exception), "Failed, says", "IBAN closed", "Arrived, says")


def test_who_took_how_much_back_and_why_is_told_with_what_is_to_come_back(
    shop: Market, auditor: Client, pays: Callable[..., None]
) -> None:
    pays("confirmed", reference="PAY-1")
    back(shop, "5.00", "It came after all.")
    told = event(shop, "exception.reversed")
    assert (told["on_behalf_of"], told["why"], told["amount"]) == (
        "agent:sam", "It came after all.", {"amount": "5.00", "currency": "EUR"},
    )  # fmt: skip
    in_order(card(auditor, shop), "Taken back", "€5.00", "Sam", "It came after all.", "To come back", "€5.00")
    pays("returned", amount="2.00", reference="RET-1")
    assert event(shop, "settlement.returned")["payment"]["came_back"] == {"amount": "2.00", "currency": "EUR"}
    in_order(card(auditor, shop), "To come back", "€5.00", "€2.00 has")


def test_of_what_waits_for_its_payment_nothing_is_said_to_be_paid(shop: Market, auditor: Client) -> None:
    assert event(shop, "exception.granted")["payment"] is None
    text = card(auditor, shop)
    assert "Pending" in text
    assert "Paid" not in text


def test_a_moment_is_told_in_the_policys_time(shop: Market, auditor: Client, pays: Callable[..., None]) -> None:
    pays("confirmed", reference="PAY-1")
    since = CareException.objects.get(pk=shop.exception.pk).settlement_at
    assert since is not None
    assert f"{since.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" in card(auditor, shop)
