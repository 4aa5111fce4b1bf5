"""An agent takes one of the offers."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from guardrails.actions.caller import Caller
from guardrails.actions.faults import (
    ActionError,
    AlreadyGrantedError,
    InvalidQuestionError,
    MissingScopeError,
    NotOfferedError,
    OutOfRangeError,
    UnknownDecisionError,
)
from guardrails.ledger import verify
from guardrails.models import ApiToken, AuditRecord, BudgetWindow, CareException, LedgerEntry, State
from guardrails.models.canonical_json import text_digest
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.builders import NOON


def remedies(offers: Any) -> list[str]:
    return [offer["remedy"] for offer in offers]


def nothing_was_written() -> bool:
    return not (
        CareException.objects.exists()
        or LedgerEntry.objects.exists()
        or BudgetWindow.objects.exists()
        or AuditRecord.objects.filter(kind__startswith="exception").exists()
    )


def test_a_grant_takes_the_budgets_and_says_what_is_left(help_desk: Caller) -> None:
    answer = grant(help_desk, amount="12.50", note="third call").answer
    assert answer["state"] == "granted"
    assert answer["amount"] == {"amount": "12.50", "currency": "EUR"}
    assert answer["say"] == "I'm sorry about the wait. I can add €12.50 to your account right now."
    assert {budget["code"]: budget["remaining"] for budget in answer["budgets"]} == {
        "agent_week": "187.50",
        "case_money": "37.50",
    }
    exception = CareException.objects.get()
    assert (exception.pk, exception.amount_minor, exception.cost_minor) == (answer["exception"], 1250, 1250)
    assert (exception.team, exception.role, exception.granted_on) == ("care", "frontline", NOON.date())
    assert list(verify()) == []


def test_the_next_answer_tells_what_was_given(help_desk: Caller) -> None:
    granted = grant(help_desk, amount="12.50", note="They were at home.").answer["exception"]
    answer = ask(help_desk)
    assert answer["context"]["customer"]["exceptions_12_months"] == 1
    assert answer["context"]["customer"]["given_12_months"] == {"amount": "12.50", "currency": "EUR"}
    assert answer["context"]["case"]["tried"] == ["store_credit"]
    assert answer["context"]["case"]["earlier"] == [
        {
            "exception": granted,
            "remedy": "store_credit",
            "name": "Store credit",
            "amount": {"amount": "12.50", "currency": "EUR"},
            "at": "2026-06-15T14:00:00+02:00",
            "by": "frontline",
            "state": "granted",
            "settlement": "pending",
            "note": "They were at home.",
        }
    ]
    assert answer["context"]["customer"]["open_follow_ups"] == 1
    assert answer["offers"][0]["budgets"][0]["remaining"] == "187.50"


def test_the_next_answer_tells_that_it_has_not_arrived(help_desk: Caller) -> None:
    grant(help_desk, amount="12.50")
    CareException.objects.update(settlement="failed")
    [earlier] = ask(help_desk)["context"]["case"]["earlier"]
    assert (earlier["state"], earlier["settlement"]) == ("granted", "failed")


def test_the_record_holds_everything_that_led_to_the_grant(help_desk: Caller) -> None:
    told = grant(help_desk, amount="12.50").answer
    found = AuditRecord.objects.get(kind="exception.granted")
    body = json.loads(found.body)
    assert found.digest == text_digest(found.body)
    assert (found.subject_id, found.actor, found.on_behalf_of) == (
        told["exception"],
        f"client:{help_desk.client}",
        "agent:ana",
    )
    assert body["policy"]["hash"].startswith("sha256:")
    assert body["rule"] == "late_credit"
    assert body["facts_used"] == ["days_late"]
    assert body["question"]["facts"] == {"order_total": "82.50", "days_late": 3}
    assert body["personal"] == {"facts": {"postcode": "north"}, "customer": "C-1"}
    assert [(each["budget"], each["before"], each["after"]) for each in body["budgets"]] == [
        ("agent_week", 0, 1250),
        ("case_money", 0, 1250),
    ]
    assert body["answer"] == told


def test_above_the_limit_it_awaits_approval_and_takes_nothing_yet(help_desk: Caller) -> None:
    answer = grant(help_desk, amount="30.00").answer
    assert answer["state"] == "awaiting_approval"
    assert (answer["approval"]["by"], answer["approval"]["answer_within"]) == ({"any_of": ["supervisor"]}, "PT2H")
    assert answer["granted_at"] is None
    assert "€30.00" not in answer["say"]
    assert CareException.objects.get().state == State.AWAITING_APPROVAL
    assert not BudgetWindow.objects.exists()
    assert ask(help_desk)["context"]["customer"]["exceptions_12_months"] == 0
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("given", "path", "says"),
    [
        ({"amount": "60.50"}, "/amount", "must be from 1.00 to 25.00, or to 50.00 with approval, in steps of 0.50"),
        ({"amount": "0.50"}, "/amount", "must be from 1.00 to 25.00"),
        ({"amount": "12.75"}, "/amount", "in steps of 0.50"),
        ({"amount": "12.505"}, "/amount", "2 decimal places"),
        ({"amount": "-5.00"}, "/amount", "must be from 1.00"),
        ({"amount": "a lot"}, "/amount", "plain notation"),
        ({"amount": 12}, "/amount", "as text"),
        ({"amount": {"amount": "12.50", "currency": "USD"}}, "/amount", "must be in EUR"),
        ({}, "/amount", "is missing; it must be from 1.00"),
        ({"amount": "5.00", "quantity": 1}, "/quantity", "must be left out"),
    ],
)
def test_an_amount_that_is_not_offered_is_refused_with_what_would_be(
    help_desk: Caller, given: dict[str, Any], path: str, says: str
) -> None:
    with pytest.raises(OutOfRangeError) as refused:
        grant(help_desk, **given)
    (fault,) = refused.value.errors
    assert fault.path == path
    assert says in fault.message
    assert remedies(refused.value.alternatives) == ["store_credit"]
    assert nothing_was_written()


def test_what_is_exactly_due_need_not_be_said(help_desk: Caller) -> None:
    very_late = replace(LATE, facts={"order_total": "82.50", "days_late": 5})
    assert grant(help_desk, "refund", request=very_late).answer["amount"]["amount"] == "82.50"
    with pytest.raises(OutOfRangeError, match=r"exactly 82\.50"):
        grant(help_desk, "refund", request=very_late, amount="82.49")


def test_terms_go_as_far_as_the_rule_says_or_less(help_desk: Caller) -> None:
    whole = grant(help_desk, "discount", request=DAMAGED, quantity=20).answer
    assert (whole["quantity"], whole["terms"]) == ({"quantity": "20", "unit": "percent"}, {"months": "6"})
    less = grant(help_desk, "discount", request=DAMAGED, quantity="20", terms={"months": "3"}).answer
    assert less["terms"] == {"months": "3"}
    assert CareException.objects.get(pk=less["exception"]).terms == {"months": "3"}


@pytest.mark.parametrize(
    ("terms", "path", "says"),
    [
        ({"months": "7"}, "/terms/months", "at most 6"),
        ({"months": "0"}, "/terms/months", "above 0"),
        ({"months": "soon"}, "/terms/months", "plain notation"),
        ({"weeks": "2"}, "/terms/weeks", "one of months"),
    ],
)
def test_a_term_that_is_not_offered_is_refused(help_desk: Caller, terms: Any, path: str, says: str) -> None:
    with pytest.raises(OutOfRangeError) as refused:
        grant(help_desk, "discount", request=DAMAGED, quantity=10, terms=terms)
    (fault,) = refused.value.errors
    assert fault.path == path
    assert says in fault.message


def test_a_remedy_that_is_not_offered_is_refused_with_the_reason_and_what_is(help_desk: Caller) -> None:
    with pytest.raises(NotOfferedError) as refused:
        grant(help_desk, "refund")
    assert "days late" in refused.value.detail
    assert remedies(refused.value.alternatives) == ["store_credit"]
    with pytest.raises(NotOfferedError) as unknown:
        grant(help_desk, "pony")
    assert unknown.value.errors[0].path == "/remedy"
    assert nothing_was_written()


def test_one_of_an_exclusive_group_closes_the_others(help_desk: Caller) -> None:
    decision = ask(help_desk, DAMAGED)["decision"]
    assert grant(help_desk, "replacement", decision=decision).answer["state"] == "granted"
    with pytest.raises(NotOfferedError):
        grant(help_desk, "repair", decision=decision)
    assert "repair" not in remedies(ask(help_desk, DAMAGED)["offers"])


def test_a_decision_without_a_case_knows_what_was_taken_under_it(help_desk: Caller) -> None:
    decision = ask(help_desk, replace(DAMAGED, case=""))["decision"]
    grant(help_desk, "replacement", decision=decision)
    with pytest.raises(NotOfferedError):
        grant(help_desk, "repair", decision=decision)


def test_one_decision_gives_each_offer_once(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    grant(help_desk, decision=decision, amount="5.00")
    with pytest.raises(AlreadyGrantedError):
        grant(help_desk, decision=decision, amount="6.00")


def test_a_customers_rolling_budget_opens_again_after_a_year(help_desk: Caller) -> None:
    grant(help_desk, "replacement", request=DAMAGED)
    again = replace(DAMAGED, case="K-2")
    with pytest.raises(NotOfferedError, match=r"(?i)customer year"):
        grant(help_desk, "replacement", request=again, now=NOON + timedelta(days=364))
    grant(help_desk, "replacement", request=again, now=NOON + timedelta(days=365))
    assert list(verify()) == []


def test_history_counts_what_this_customer_had(help_desk: Caller) -> None:
    for case in ("K-1", "K-2", "K-3"):
        grant(help_desk, request=replace(LATE, case=case), amount="5.00")
    with pytest.raises(NotOfferedError, match="Three store credits"):
        grant(help_desk, request=replace(LATE, case="K-4"), amount="5.00")
    grant(help_desk, request=replace(LATE, case="K-4", customer="C-2"), amount="5.00")


def test_a_budget_that_was_used_up_meanwhile_refuses_and_says_what_is_left(help_desk: Caller) -> None:
    earlier = ask(help_desk)["decision"]
    grant(help_desk, amount="25.00")
    grant(help_desk, request=replace(LATE, customer="C-2"), amount="20.00")
    with pytest.raises(OutOfRangeError) as refused:
        grant(help_desk, decision=earlier, amount="10.00")
    (offer,) = refused.value.alternatives or ()
    assert offer["amount"]["max"] == "5.00"
    assert offer["limited_by"]["code"] == "case_money"


def test_the_policy_in_force_decides_not_the_one_that_was_asked(
    help_desk: Caller, shop: Policy, shop_document: dict[str, Any]
) -> None:
    decision = ask(help_desk)["decision"]
    rules = {rule["code"]: rule for rule in shop_document["rules"]}
    rules["late_credit"]["when"] = [{"fact": "days_late", "at_least": 4}]
    import_policy(document=shop_document, actor=None, reason="stricter")
    publish_policy(policy=shop, actor=None, note="stricter", now=NOON)
    with pytest.raises(NotOfferedError, match="at least 4"):
        grant(help_desk, decision=decision, amount="5.00")


def test_somebody_elses_decision_looks_like_none_at_all(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    ApiToken.objects.get().agents.clear()
    with pytest.raises(UnknownDecisionError) as foreign:
        grant(help_desk, decision=decision, amount="5.00")
    with pytest.raises(UnknownDecisionError) as unknown:
        grant(help_desk, decision="dec_none", amount="5.00")
    assert foreign.value.errors == unknown.value.errors


@pytest.mark.parametrize(
    ("said", "error"), [({"agent": "bob"}, UnknownDecisionError), ({"reason": "damaged"}, InvalidQuestionError)]
)
def test_what_is_said_again_must_be_what_was_asked(
    help_desk: Caller, said: dict[str, Any], error: type[ActionError]
) -> None:
    with pytest.raises(error):
        grant(help_desk, amount="5.00", **said)
    assert nothing_was_written()


def test_a_token_without_the_scope_may_not_grant(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    with pytest.raises(MissingScopeError):
        grant(replace(help_desk, scopes=frozenset({"offers"})), decision=decision, amount="5.00")


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": None},
        {"quantity": 1},
        {"unit": "night"},
        {"cost_minor": -1},
        {"state": "lost"},
        {"granted_at": None},
        {"counts_on": None},
        {"settlement": ""},
        {"reversed_cost_minor": 100_000},
        {"state": State.AWAITING_APPROVAL},
    ],
)
def test_the_database_refuses_an_exception_that_makes_no_sense(help_desk: Caller, change: dict[str, Any]) -> None:
    grant(help_desk, amount="5.00")
    with pytest.raises(IntegrityError):
        CareException.objects.update(**change)
