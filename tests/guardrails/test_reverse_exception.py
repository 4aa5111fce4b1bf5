"""What was granted is taken back: a part, the rest, by those who may, into where it was taken from."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.lifecycle_faults import NotForRoleError
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.faults import OutOfRangeError, WrongStateError
from guardrails.ledger import verify
from guardrails.models import Agent, AuditRecord, BudgetWindow, CareException, FollowUp, FollowUpState, State
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails.approving import client_of, someone
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.builders import NOON

NEXT_WEEK = NOON + timedelta(days=7)


@pytest.fixture
def leads(shop: Policy) -> Caller:
    """Sam, a supervisor of another team, who may take back."""
    Role.objects.filter(policy=shop, code="supervisor").update(may_reverse=True)
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="may reverse", now=NOON)
    return client_of(someone(shop, "sam", "supervisor"))


def reverse(caller: Caller, exception: str, *, key: str = "back", now: Any = NOON, **said: Any) -> dict[str, Any]:
    request = ReverseRequest(**{"exception": exception, "reason": "A mistake.", "agent": "sam", **said})
    return reverse_exception(caller=caller, request=request, key=key, now=now).answer


def spent() -> dict[tuple[str, str], int]:
    rows = BudgetWindow.objects.values_list("budget", "starts_on", "spent")
    return {(budget, f"{starts_on}"): number for budget, starts_on, number in rows}


def test_a_reversal_gives_back_to_the_week_in_which_it_was_taken(help_desk: Caller, leads: Caller) -> None:
    exception = grant(help_desk, amount="12.50").answer["exception"]
    grant(help_desk, request=replace(LATE, customer="C-2", case="K-2"), amount="5.00", now=NEXT_WEEK)
    reverse(leads, exception, now=NEXT_WEEK)
    weeks = {starts_on: number for (budget, starts_on), number in spent().items() if budget == "agent_week"}
    assert weeks == {"2026-06-15": 0, "2026-06-22": 500}
    assert list(verify()) == []


def test_quantities_are_taken_back_at_their_cost(help_desk: Caller, leads: Caller) -> None:
    vip = replace(LATE, facts={"vip": True})
    exception = grant(help_desk, "free_month", request=vip, quantity=3).answer["exception"]
    answer = reverse(leads, exception, quantity=1)
    assert answer["taken_back"] == {
        "quantity": {"quantity": "1", "unit": "month"},
        "cost": {"amount": "9.99", "currency": "EUR"},
    }
    assert spent()["months_given", "0001-01-01"] == 1998
    whole = reverse(leads, exception, key="rest")
    assert (whole["state"], whole["reversed"]["quantity"]["quantity"]) == ("reversed", "3")
    assert set(spent().values()) == {0}
    assert list(verify()) == []


def test_what_has_no_amount_is_taken_back_as_a_whole_and_may_be_given_again(help_desk: Caller, leads: Caller) -> None:
    exception = grant(help_desk, "replacement", request=DAMAGED).answer["exception"]
    assert "replacement" not in [each["remedy"] for each in ask(help_desk, DAMAGED)["offers"]]
    with pytest.raises(OutOfRangeError, match="as a whole"):
        reverse(leads, exception, amount="5.00")
    assert reverse(leads, exception)["taken_back"] == {"cost": {"amount": "18.00", "currency": "EUR"}}
    assert "replacement" in [each["remedy"] for each in ask(help_desk, DAMAGED)["offers"]]
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("said", "path", "says"),
    [
        ({"amount": "12.51"}, "/amount", "at most 12.50"),
        ({"amount": "0.00"}, "/amount", "above 0"),
        ({"amount": "-1.00"}, "/amount", "above 0"),
        ({"amount": "much"}, "/amount", "notation"),
        ({"amount": {"amount": "1.00", "currency": "USD"}}, "/amount", "EUR"),
        ({"quantity": 1}, "/quantity", "left out"),
    ],
)
def test_no_more_is_taken_back_than_stands(
    help_desk: Caller, leads: Caller, said: dict[str, Any], path: str, says: str
) -> None:
    exception = grant(help_desk, amount="12.50").answer["exception"]
    with pytest.raises(OutOfRangeError) as refused:
        reverse(leads, exception, **said)
    (fault,) = refused.value.errors
    assert fault.path == path
    assert says in fault.message
    assert CareException.objects.get().state == State.GRANTED


def test_the_whole_takes_back_settlement_and_follow_up_and_says_why(help_desk: Caller, leads: Caller) -> None:
    exception = grant(help_desk, amount="12.50").answer["exception"]
    reverse(leads, exception, key="1", amount="2.50")
    assert FollowUp.objects.get().state == FollowUpState.OPEN
    reverse(leads, exception, key="2", reason="Another customer's parcel.")
    row = CareException.objects.get()
    assert (row.state, row.settlement, row.amount_minor, row.reversed_number) == ("reversed", "reversed", 1250, 1250)
    assert FollowUp.objects.get().state == FollowUpState.CANCELLED
    records = AuditRecord.objects.filter(subject_id=exception).order_by("at", "id")
    assert list(records.values_list("kind", flat=True)) == [
        "exception.granted",
        "exception.reversed",
        "settlement.taken_back",
        "exception.reversed",
    ]
    last = records.last()
    assert last is not None
    assert (json.loads(last.body)["why"], last.on_behalf_of) == ("Another customer's parcel.", "agent:sam")


def test_the_same_key_takes_back_once(help_desk: Caller, leads: Caller) -> None:
    exception = grant(help_desk, amount="12.50").answer["exception"]
    first = reverse(leads, exception, amount="2.50")
    assert reverse(leads, exception, amount="2.50") == first
    assert CareException.objects.get().reversed_number == 250
    reverse(leads, exception, key="all")
    with pytest.raises(WrongStateError, match="taken back already"):
        reverse(leads, exception, key="more")


def test_nobody_may_where_no_role_may(help_desk: Caller, ana: Agent) -> None:
    exception = grant(help_desk, amount="12.50").answer["exception"]
    with pytest.raises(NotForRoleError, match="no role"):
        reverse(help_desk, exception, agent="ana")
