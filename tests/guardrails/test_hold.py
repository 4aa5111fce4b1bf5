"""An agent quotes an offer and keeps the budgets for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.expire_holds import expire_holds
from guardrails.actions.exceptions.grant_exception import GrantRequest
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.faults import AlreadyGrantedError, NeedsApprovalError, NotOfferedError, OutOfRangeError
from guardrails.ledger import verify
from guardrails.models import AuditRecord, BudgetWindow, CareException, State
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.builders import NOON

SOON = NOON + timedelta(minutes=15)


def hold(caller: Caller, remedy: str = "store_credit", *, key: str = "", **given: Any) -> dict[str, Any]:
    request, now = given.pop("request", LATE), given.pop("now", NOON)
    decision = given.pop("decision", "") or ask(caller, request, now)["decision"]
    wanted = GrantRequest(decision=decision, remedy=remedy, **given)
    return hold_offer(caller=caller, request=wanted, key=key or f"hold {decision} {remedy}", now=now).answer


def balance(budget: str) -> tuple[int, int]:
    window = BudgetWindow.objects.get(budget=budget)
    return window.held, window.spent


def test_a_hold_sets_its_budgets_aside_for_a_quarter_of_an_hour(help_desk: Caller) -> None:
    answer = hold(help_desk, amount="12.50")
    assert (answer["state"], answer["granted_at"]) == ("held", None)
    assert answer["expires_at"] == SOON.isoformat()
    assert answer["say"] == "I'm sorry about the wait. I can add €12.50 to your account right now."
    assert {each["code"]: each["remaining"] for each in answer["budgets"]} == {
        "agent_week": "187.50",
        "case_money": "37.50",
    }
    assert balance("agent_week") == (1250, 0)
    assert list(verify()) == []


def test_what_is_held_counts_as_given_until_its_time_is_over(help_desk: Caller) -> None:
    hold(help_desk, amount="12.50")
    before = ask(help_desk, now=SOON - timedelta(seconds=1))
    assert before["context"]["customer"]["exceptions_12_months"] == 1
    assert before["offers"][0]["budgets"][0]["remaining"] == "187.50"
    after = ask(help_desk, now=SOON)
    assert after["context"]["customer"]["exceptions_12_months"] == 0
    assert after["offers"][0]["budgets"][0]["remaining"] == "200.00"


def test_a_held_offer_of_a_group_closes_the_others(help_desk: Caller) -> None:
    decision = ask(help_desk, replace(DAMAGED, case=""))["decision"]
    hold(help_desk, "replacement", decision=decision)
    with pytest.raises(NotOfferedError, match=r"(?i)replacement"):
        grant(help_desk, "repair", decision=decision)
    hold(help_desk, "replacement", request=replace(DAMAGED, customer="C-2"))
    assert "repair" not in [offer["remedy"] for offer in ask(help_desk, DAMAGED)["offers"]]


def test_only_what_may_be_given_alone_can_be_held(help_desk: Caller) -> None:
    with pytest.raises(NeedsApprovalError) as refused:
        hold(help_desk, amount="30.00")
    assert [offer["remedy"] for offer in refused.value.alternatives or ()] == ["store_credit"]
    assert not CareException.objects.exists()


def test_a_refusal_names_how_much_can_be_held(help_desk: Caller) -> None:
    with pytest.raises(
        NeedsApprovalError, match=r"can be held: amount must be from 1.00 to 25.00, in steps"
    ) as refused:
        hold(help_desk, amount="30.00")
    assert [(fault.path, fault.message) for fault in refused.value.errors] == [
        ("/amount", "must be from 1.00 to 25.00, in steps of 0.50")
    ]
    with pytest.raises(OutOfRangeError) as beyond:
        hold(help_desk, amount="99.00")
    assert "must be from 1.00 to 25.00, in steps of 0.50" in beyond.value.detail
    assert "with approval" not in beyond.value.detail


def test_an_offer_is_held_once_until_its_time_is_over(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    first = hold(help_desk, decision=decision, key="1", amount="5.00")["exception"]
    with pytest.raises(AlreadyGrantedError):
        hold(help_desk, decision=decision, key="2", amount="5.00")
    second = hold(help_desk, decision=decision, key="3", amount="6.00", now=SOON)["exception"]
    assert dict(CareException.objects.values_list("pk", "state")) == {first: State.EXPIRED, second: State.HELD}
    assert balance("agent_week") == (600, 0)
    assert list(verify()) == []


def test_housekeeping_gives_back_what_is_past_its_time_each_with_its_own_record(help_desk: Caller) -> None:
    one = hold(help_desk, amount="5.00")["exception"]
    two = hold(help_desk, amount="6.00", request=replace(LATE, customer="C-2", case="K-2"))["exception"]
    later = hold(help_desk, amount="1.00", now=NOON + timedelta(minutes=1))["exception"]
    assert expire_holds(SOON) == 2
    assert expire_holds(SOON) == 0
    assert dict(CareException.objects.values_list("pk", "state")) == {
        one: State.EXPIRED,
        two: State.EXPIRED,
        later: State.HELD,
    }
    assert set(AuditRecord.objects.filter(kind="exception.expired").values_list("subject_id", "actor")) == {
        (one, "system"),
        (two, "system"),
    }
    assert balance("agent_week") == (100, 0)
    assert list(verify()) == []


def test_holds_that_are_over_never_stand_in_the_way_of_a_grant(help_desk: Caller) -> None:
    for at in range(8):
        hold(help_desk, amount="25.00", request=replace(LATE, customer=f"C-{at}", case=f"K-{at}"))
    late = replace(LATE, customer="C-late", case="K-late")
    assert "store_credit" not in [offer["remedy"] for offer in ask(help_desk, late)["offers"]]
    answer = grant(help_desk, request=late, amount="25.00", now=SOON).answer
    assert {each["code"]: each["remaining"] for each in answer["budgets"]}["agent_week"] == "175.00"
    assert CareException.objects.filter(state=State.EXPIRED).count() == 1
    assert list(verify()) == []
