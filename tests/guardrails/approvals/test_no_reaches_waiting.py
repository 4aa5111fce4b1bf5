"""A no reaches what waits already for the same remedy and the same matter: it goes one level up, not sideways."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from guardrails.actions.approvals.read_approvals import read_approval
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.faults import WrongStateError
from guardrails.ledger import verify
from guardrails.models import (
    Agent,
    ApprovalRequest,
    ApprovalSeat,
    AuditRecord,
    BudgetWindow,
    CareException,
    LinkedCase,
)
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, refusal, say, seats, someone, state_of
from tests.guardrails.asking import DAMAGED, LATE, grant
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link

HOUR = timedelta(hours=1)
NO: dict[str, Any] = {"agent": "a_supervisor", "text": "Twice is enough."}


@pytest.fixture
def other(shop: Policy) -> Caller:
    """A colleague's tool."""
    return client_of(someone(shop, "ben", "frontline", team="care"))


def ask_too(other: Caller, amount: str = "31.00", **given: Any) -> ApprovalRequest:
    return ask_for(other, amount, request=replace(LATE, agent="ben", **given))


def test_asked_twice_before_the_first_answer_it_is_not_got_round(
    shop: Policy, help_desk: Caller, other: Caller, leads: Caller
) -> None:
    sue = someone(shop, "sue", "supervisor")
    first, second = ask_for(help_desk), ask_too(other)
    say(leads, Say.DECLINE, first, **NO, now=NOON + HOUR)
    assert seats(second) == [(["manager"], "open")]
    assert refusal(client_of(sue), Say.APPROVE, second, agent="sue") == "not_asked"
    second.refresh_from_db()
    assert second.earlier_no == first
    approval = second.exception.approval
    assert approval is not None
    assert (approval["asks"], approval["earlier_no"]["text"]) == (["manager"], "Twice is enough.")
    assert approval["until"] == (NOON + 3 * HOUR).isoformat()
    answer = say(leads, Say.APPROVE, second, agent="a_manager")
    assert answer["state"] == "approved"
    assert answer["approval"]["earlier_no"]["agent"] == "a_supervisor"


def test_it_is_one_event_of_each_and_those_above_are_told(help_desk: Caller, other: Caller, leads: Caller) -> None:
    first, second = ask_for(help_desk), ask_too(other)
    say(leads, Say.DECLINE, first, **NO)
    record = AuditRecord.objects.get(kind="approval.escalated")
    body = json.loads(record.body)
    assert (body["exception"], record.on_behalf_of) == (second.exception_id, "agent:a_supervisor")
    assert body["approval"]["after_no"] == first.pk
    assert body["answer"]["asks"] == ["manager"]


def test_where_nobody_is_above_it_is_declined_with_the_other(
    help_desk: Caller, other: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    first, second = ask_for(help_desk), ask_too(other)
    Agent.objects.filter(pk__in=[people["manager"].pk, people["director"].pk]).update(active=False)
    say(leads, Say.DECLINE, first, **NO)
    assert state_of(second) == "declined"
    row = CareException.objects.get(pk=second.exception_id)
    assert row.approval is not None
    assert (row.approval["outcome"]["text"], row.approval["earlier_no"]["request"]) == (NO["text"], first.pk)
    with pytest.raises(WrongStateError):
        say(leads, Say.APPROVE, second, agent="a_supervisor")


@pytest.mark.policy(approvals={"reserve": "on_request"}, case_money={"limit": "200.00"})
def test_what_was_set_aside_for_it_then_goes_back(
    help_desk: Caller, other: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    first, second = ask_for(help_desk), ask_too(other)
    assert {window.scope_key: window.held for window in BudgetWindow.objects.filter(budget="agent_week")} == {
        "ana": 3000,
        "ben": 3100,
    }
    Agent.objects.filter(pk__in=[people["manager"].pk, people["director"].pk]).update(active=False)
    say(leads, Say.DECLINE, first, **NO)
    assert state_of(second) == "declined"
    assert set(BudgetWindow.objects.values_list("held", flat=True)) == {0}
    assert list(verify()) == []


def test_it_reaches_the_whole_chain_of_cases(shop: Policy, help_desk: Caller, other: Caller, leads: Caller) -> None:
    for case in ("K-1", "K-2"):
        LinkedCase.objects.create(policy=shop, case=case, chain="chn_1")
    linked = ask_too(other, "26.00", case="K-2", customer="C-9")
    say(leads, Say.DECLINE, ask_for(help_desk, "26.00", case="K-1"), **NO)
    assert seats(linked) == [(["manager"], "open")]


def test_and_the_customer_where_one_of_them_names_no_case(help_desk: Caller, other: Caller, leads: Caller) -> None:
    caseless = ask_for(other, "", remedy="repair", request=replace(DAMAGED, agent="ben", case=""))
    say(leads, Say.DECLINE, ask_for(help_desk, "", remedy="repair", request=DAMAGED), **NO)
    assert seats(caseless) == [(["manager"], "open")]


def test_but_no_other_case_no_other_remedy_and_no_stranger(help_desk: Caller, other: Caller, leads: Caller) -> None:
    elsewhere = ask_too(other, case="K-2")
    repair = ask_for(help_desk, "", remedy="repair", request=DAMAGED)
    say(leads, Say.DECLINE, ask_for(help_desk), **NO)
    assert seats(elsewhere) == seats(repair) == [(["supervisor"], "open")]


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"]})
def test_who_agreed_before_the_no_came_has_agreed_and_those_above_decide(
    help_desk: Caller, other: Caller, leads: Caller
) -> None:
    first, second = ask_for(help_desk), ask_too(other)
    say(leads, Say.APPROVE, second, agent="a_finance")
    say(leads, Say.DECLINE, first, **NO)
    assert sorted(seats(second)) == [(["finance"], "approved"), (["manager"], "open")]
    assert say(leads, Say.APPROVE, second, agent="a_manager")["state"] == "approved"


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"]})
def test_what_the_one_below_agreed_to_goes_up_too(
    shop: Policy, help_desk: Caller, other: Caller, leads: Caller
) -> None:
    first, second = ask_for(help_desk), ask_too(other)
    say(client_of(someone(shop, "sue", "supervisor")), Say.APPROVE, second, agent="sue")
    say(leads, Say.DECLINE, first, **NO)
    still = ApprovalSeat.objects.filter(request=second, state="open").values_list("roles", flat=True)
    assert sorted(still) == [["finance"], ["manager"]]
    say(leads, Say.APPROVE, second, agent="a_finance")
    assert say(leads, Say.APPROVE, second, agent="a_manager")["state"] == "approved"


def test_where_somebody_above_has_agreed_already_it_only_shows_the_no(
    shop: Policy, help_desk: Caller, other: Caller, leads: Caller
) -> None:
    first, second = ask_for(help_desk), ask_too(other)
    ApprovalSeat.objects.create(request=second, position=1, roles=["manager"], due_at=NOON + HOUR)
    say(leads, Say.APPROVE, second, agent="a_manager")
    say(leads, Say.DECLINE, first, **NO)
    assert seats(second) == [(["supervisor"], "open"), (["manager"], "approved")]
    second.refresh_from_db()
    assert second.earlier_no == first


def test_a_request_names_what_waits_already(help_desk: Caller, other: Caller, leads: Caller) -> None:
    first = ask_for(help_desk)
    answer = grant(other, "store_credit", amount="31.00", request=replace(LATE, agent="ben"), key="a second one").answer
    (waits,) = answer["already_waiting"]
    assert {name: waits[name] for name in ("request", "exception", "agent", "amount", "asks")} == {
        "request": first.pk,
        "exception": first.exception_id,
        "agent": "ana",
        "amount": {"amount": "30.00", "currency": "EUR"},
        "asks": ["supervisor"],
    }
    seen = read_approval(ApprovalRequest.objects.select_related("exception__decision").get(pk=first.pk), now=NOON)
    assert [each["exception"] for each in seen["already_waiting"]] == [answer["exception"]]
    alone = grant(help_desk, amount="26.00", request=replace(LATE, case="K-7"), key="alone").answer
    assert alone["already_waiting"] == []


def test_the_same_no_sent_twice_moves_it_once(help_desk: Caller, other: Caller, leads: Caller) -> None:
    first, second = ask_for(help_desk), ask_too(other)
    told = say(leads, Say.DECLINE, first, **NO, key="no")
    assert say(leads, Say.DECLINE, first, **NO, key="no") == told
    assert told["request"] == first.pk
    assert seats(second) == [(["manager"], "open")]


def test_a_no_reaches_what_waits_in_a_case_that_is_linked_later(
    help_desk: Caller, other: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    first, second = ask_for(help_desk, "26.00"), ask_too(other, "26.00", case="K-2", customer="C-9")
    say(leads, Say.DECLINE, first, **NO)
    third = ask_too(other, "27.00", case="K-3", customer="C-9")
    assert seats(second) == [(["supervisor"], "open")]
    orders = an_order_system()
    told = link(orders, "K-2", "K-1", key="once").answer
    assert link(orders, "K-2", "K-1", key="once").answer == told
    assert seats(second) == [(["manager"], "open")]
    second.refresh_from_db()
    assert second.earlier_no == first
    record = AuditRecord.objects.get(kind="approval.escalated")
    assert (record.actor, json.loads(record.body)["approval"]["after_no"]) == (f"client:{orders.client}", first.pk)
    assert say(leads, Say.APPROVE, second, agent="a_manager")["approval"]["earlier_no"]["text"] == NO["text"]
    Agent.objects.filter(pk__in=[people["manager"].pk, people["director"].pk]).update(active=False)
    link(orders, "K-3", "K-2")
    assert state_of(third) == "declined"


def test_nor_is_a_no_got_round_where_cases_were_linked_before_a_link_let_it_through(
    shop: Policy, help_desk: Caller, other: Caller, leads: Caller
) -> None:
    first, second = ask_for(help_desk, "26.00"), ask_too(other, "26.00", case="K-2", customer="C-9")
    say(leads, Say.DECLINE, first, **NO)
    for case in ("K-1", "K-2"):
        LinkedCase.objects.create(policy=shop, case=case, chain="chn_1")
    assert refusal(leads, Say.APPROVE, second, agent="a_supervisor") == "no_stands"
    assert say(leads, Say.APPROVE, second, agent="a_manager")["state"] == "approved"
