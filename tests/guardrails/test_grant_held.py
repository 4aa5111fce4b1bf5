"""An agent keeps what was promised: grants what is held, in part or whole, in time or after it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.actions.faults import NotOfferedError, OutOfRangeError, WrongStateError
from guardrails.actions.offers.redecide import redecide_exceptions
from guardrails.ledger import verify
from guardrails.models import AuditRecord, BudgetWindow, CareException, FollowUp, State
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.test_hold import SOON, hold

LATER = NOON + timedelta(minutes=5)


def take(caller: Caller, exception: str, *, key: str = "", now: Any = LATER, **given: Any) -> dict[str, Any]:
    request = HeldRequest(exception=exception, **given)
    return grant_held(caller=caller, request=request, key=key or f"grant {exception}", now=now).answer


def balances() -> dict[str, tuple[int, int]]:
    rows = BudgetWindow.objects.values_list("budget", "held", "spent")
    return {budget: (held, spent) for budget, held, spent in rows}


def new_version(shop: Policy, document: dict[str, Any]) -> None:
    import_policy(document=document, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="stricter", now=NOON)


def stricter(document: dict[str, Any], most: str = "10.00") -> dict[str, Any]:
    """The shop's policy, giving less for late parcels alone."""
    rules = [
        {**rule, "alone": {"up_to": most}, "suggest": "5.00"} if rule["code"] == "late_credit" else rule
        for rule in document["rules"]
    ]
    return {**document, "rules": rules}


def test_what_is_held_is_granted_as_it_was_quoted(help_desk: Caller) -> None:
    held = hold(help_desk, amount="12.50", note="quoted")
    answer = take(help_desk, held["exception"])
    assert (answer["state"], answer["decided_again"]) == ("granted", False)
    assert answer["granted_at"] == LATER.isoformat()
    assert answer["settlement"]["state"] == "pending"
    same = ("amount", "say", "guidance", "follow_up", "rule", "budgets", "name", "kind", "note", "decision")
    assert {name: answer[name] for name in same} == {name: held[name] for name in same}
    assert balances() == {"agent_week": (0, 1250), "case_money": (0, 1250)}
    row = CareException.objects.get()
    assert (row.follow_up_what, row.follow_up_due_at) == ("Check that the parcel arrived", LATER + timedelta(days=2))
    assert FollowUp.objects.get().due_at == row.follow_up_due_at
    assert list(verify()) == []


def test_granting_a_part_gives_the_rest_back(help_desk: Caller) -> None:
    answer = take(help_desk, hold(help_desk, amount="12.50")["exception"], amount="5.00", note="settled for less")
    assert answer["amount"]["amount"] == "5.00"
    assert "€5.00" in answer["say"]
    assert {each["code"]: each["remaining"] for each in answer["budgets"]} == {
        "agent_week": "195.00",
        "case_money": "45.00",
    }
    assert balances() == {"agent_week": (0, 500), "case_money": (0, 500)}
    assert CareException.objects.get().note == "settled for less"
    assert ask(help_desk)["context"]["customer"]["given_12_months"]["amount"] == "5.00"
    assert list(verify()) == []


def test_granting_nothing_of_a_hold_gives_all_its_money_back_and_still_counts(
    help_desk: Caller, shop: Policy, shop_document: dict[str, Any]
) -> None:
    rules = [{**rule, "at_least": "0.00"} if rule["code"] == "late_credit" else rule for rule in shop_document["rules"]]
    count = {"code": "credits", "scope": "agent", "measure": "count", "limit": 9, "per": "week"}
    new_version(shop, {**shop_document, "rules": rules, "budgets": [*shop_document["budgets"], count]})
    answer = take(help_desk, hold(help_desk, amount="12.50")["exception"], amount="0.00")
    assert (answer["state"], answer["amount"]["amount"]) == ("granted", "0.00")
    assert balances() == {"agent_week": (0, 0), "case_money": (0, 0), "credits": (0, 1)}
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("given", "path", "says"),
    [
        ({"amount": "13.00"}, "/amount", "must be from 1.00 to 12.50, in steps of 0.50"),
        ({"amount": "0.50"}, "/amount", "must be from 1.00"),
        ({"amount": "5.25"}, "/amount", "in steps of 0.50"),
        ({"quantity": 1}, "/quantity", "must be left out"),
        ({"terms": {"weeks": 1}}, "/terms/weeks", "left out"),
    ],
)
def test_more_than_is_held_is_refused_and_it_stays_held(
    help_desk: Caller, given: dict[str, Any], path: str, says: str
) -> None:
    held = hold(help_desk, amount="12.50")["exception"]
    with pytest.raises(OutOfRangeError) as refused:
        take(help_desk, held, **given)
    (fault,) = refused.value.errors
    assert fault.path == path
    assert says in fault.message
    assert "ask for offers to give more" in refused.value.detail
    assert CareException.objects.get().state == State.HELD
    assert balances()["agent_week"] == (1250, 0)


def test_a_stricter_policy_meanwhile_does_not_break_the_promise(
    help_desk: Caller, shop: Policy, shop_document: dict[str, Any]
) -> None:
    held = hold(help_desk, amount="20.00")["exception"]
    budgets = [
        {**each, "limit": "10.00"} if each["code"] == "agent_week" else each for each in shop_document["budgets"]
    ]
    new_version(shop, {**stricter(shop_document), "budgets": budgets})
    answer = take(help_desk, held)
    assert (answer["amount"]["amount"], answer["policy"]["version"]) == ("20.00", 1)
    assert {each["code"]: each["remaining"] for each in answer["budgets"]}["agent_week"] == "0.00"
    assert list(verify()) == []


def test_after_its_time_it_is_decided_again_and_says_so(help_desk: Caller) -> None:
    held = hold(help_desk, amount="12.50")["exception"]
    answer = take(help_desk, held, now=SOON)
    assert (answer["exception"], answer["state"], answer["decided_again"]) == (held, "granted", True)
    assert "decided again" in answer["text"]
    assert answer["amount"]["amount"] == "12.50"
    kinds = list(AuditRecord.objects.filter(subject_id=held).order_by("at", "id").values_list("kind", flat=True))
    assert kinds == ["exception.held", "exception.expired", "exception.granted"]
    assert {each.same for each in redecide_exceptions(AuditRecord.objects.filter(subject_id=held))} == {True}
    assert balances() == {"agent_week": (0, 1250), "case_money": (0, 1250)}
    assert list(verify()) == []


def test_after_its_time_a_stricter_policy_decides(
    help_desk: Caller, shop: Policy, shop_document: dict[str, Any]
) -> None:
    held = hold(help_desk, amount="20.00")["exception"]
    new_version(shop, stricter(shop_document))
    with pytest.raises(NotOfferedError, match="somebody's yes") as refused:
        take(help_desk, held, now=SOON)
    assert [offer["amount"]["max"] for offer in refused.value.alternatives or ()] == ["10.00"]
    assert CareException.objects.get().state == State.HELD
    assert AuditRecord.objects.filter(subject_id=held).count() == 1
    answer = take(help_desk, held, now=SOON, key="less", amount="10.00")
    assert (answer["amount"]["amount"], answer["policy"]["version"]) == ("10.00", 2)
    assert list(verify()) == []


def test_whoever_grants_again_is_given_the_first_answer(help_desk: Caller) -> None:
    held = hold(help_desk, amount="12.50")["exception"]
    first = take(help_desk, held, key="the key")
    assert take(help_desk, held, key="the key", now=SOON) == first
    with pytest.raises(WrongStateError, match="can be reversed"):
        take(help_desk, held, key="another")
    assert balances()["agent_week"] == (0, 1250)


def test_voiding_gives_everything_back(help_desk: Caller) -> None:
    held = hold(help_desk, amount="12.50")["exception"]
    answer = void_for_agent(
        caller=help_desk, exception=held, agent=None, reason="The customer declined", key="void", now=LATER
    ).answer
    assert (answer["state"], answer["expires_at"]) == ("voided", None)
    assert balances() == {"agent_week": (0, 0), "case_money": (0, 0)}
    found = AuditRecord.objects.get(kind="exception.voided")
    assert (found.on_behalf_of, json.loads(found.body)["why"]) == ("agent:ana", "The customer declined")
    assert ask(help_desk)["context"]["customer"]["exceptions_12_months"] == 0
    assert list(verify()) == []


def test_one_hundred_stranded_holds_never_make_a_healthy_budget_look_empty(
    help_desk: Caller, shop: Policy, shop_document: dict[str, Any]
) -> None:
    for at in range(100):
        hold(help_desk, amount="2.00", request=replace(LATE, customer=f"C-{at}", case=f"K-{at}"))
    late = replace(LATE, customer="C-late", case="K-late")
    assert "store_credit" not in [offer["remedy"] for offer in ask(help_desk, late)["offers"]]
    offer = ask(help_desk, late, SOON)["offers"][0]
    assert {each["code"]: each["remaining"] for each in offer["budgets"]}["agent_week"] == "200.00"
    answer = grant(help_desk, request=late, amount="25.00", now=SOON).answer
    assert {each["code"]: each["remaining"] for each in answer["budgets"]}["agent_week"] == "175.00"
    assert CareException.objects.filter(state=State.EXPIRED).count() == 13
    assert balances()["agent_week"] == (17400, 2500)
    assert list(verify()) == []


def test_decided_again_it_finds_room_among_others_that_ran_out(help_desk: Caller) -> None:
    held = hold(help_desk, amount="25.00")["exception"]
    for at in range(7):
        hold(help_desk, amount="25.00", request=replace(LATE, customer=f"C-{at}", case=f"K-{at}"))
    grant(help_desk, request=replace(LATE, customer="C-now", case="K-now"), amount="25.00", now=SOON)
    answer = take(help_desk, held, now=SOON)
    assert (answer["state"], answer["decided_again"]) == ("granted", True)
    assert {each["code"]: each["remaining"] for each in answer["budgets"]}["agent_week"] == "150.00"
    assert list(verify()) == []


def test_room_is_made_only_where_a_budget_refuses(help_desk: Caller) -> None:
    hold(help_desk, amount="5.00")
    counts = []
    for now, name in ((NOON, "2"), (SOON, "3")):
        decision = ask(help_desk, replace(LATE, customer=f"C-{name}", case=f"K-{name}"), now)["decision"]
        with CaptureQueriesContext(connection) as queries:
            grant(help_desk, decision=decision, amount="5.00", now=now)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert not CareException.objects.filter(state=State.EXPIRED).exists()
