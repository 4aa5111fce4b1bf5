"""Orders that replace, split or duplicate one another are one story: no limit can be got round by a new number."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.actions.budgets.read_budgets import BudgetsRequest, read_budgets
from guardrails.actions.caller import Caller
from guardrails.actions.cases import case_chain
from guardrails.actions.cases.link_cases import read_chain
from guardrails.actions.cases.link_faults import ChainTooLongError, InvalidLinkError, UnknownCaseError
from guardrails.actions.faults import (
    InvalidQuestionError,
    KeyConflictError,
    MissingScopeError,
    NotOfferedError,
    OutOfRangeError,
    UnknownPolicyError,
)
from guardrails.actions.offers.redecide import GRANTS, redecide_decisions, redecide_exceptions
from guardrails.ledger import verify
from guardrails.models import (
    ApiToken,
    Assignment,
    AuditRecord,
    CareException,
    CaseLink,
    Decision,
    LinkedCase,
    LinkKind,
    Scope,
)
from policies.actions.import_policy import import_policy
from policies.models import Policy, PolicyScope, Role
from tests.guardrails.asking import DAMAGED, LATE, ask, grant
from tests.guardrails.builders import NOON, an_agent
from tests.guardrails.linking import an_order_system, link

DAY = timedelta(days=1)
FIRST = replace(LATE, case="K-1", customer="C-1")
SECOND = replace(LATE, case="K-2", customer="C-1")
OTHERS = replace(LATE, case="K-2", customer="C-2")


@pytest.fixture
def orders(shop: Policy) -> Caller:
    return an_order_system()


def left(answer: dict[str, Any], budget: str, remedy: str = "store_credit") -> str | int:
    offer = next(each for each in answer["offers"] if each["remedy"] == remedy)
    return next(each["remaining"] for each in offer["budgets"] if each["code"] == budget)


def what_is_recorded_can_be_had_again() -> bool:
    records = AuditRecord.objects.filter(kind__in=GRANTS)
    again = [*redecide_decisions(Decision.objects.all()), *redecide_exceptions(records)]
    return {each.same for each in again} == {True} and not list(verify())


@pytest.mark.parametrize("kind", LinkKind)
def test_two_grants_of_30_do_not_pass_a_limit_of_50_on_cases_that_belong_together(
    kind: LinkKind, help_desk: Caller, orders: Caller
) -> None:
    link(orders, "K-2", "K-1", kind=kind)
    assert grant(help_desk, request=FIRST, amount="25.00").answer["state"] == "granted"
    assert grant(help_desk, request=FIRST, amount="5.00").answer["state"] == "granted"
    with pytest.raises((OutOfRangeError, NotOfferedError)):
        grant(help_desk, request=SECOND, amount="25.00")
    assert grant(help_desk, request=SECOND, amount="20.00").answer["budgets"][-1]["remaining"] == "0.00"
    assert [each["remedy"] for each in ask(help_desk, FIRST)["offers"]] == []
    assert what_is_recorded_can_be_had_again()


def test_a_link_that_comes_later_counts_what_was_given_before_it(help_desk: Caller, orders: Caller) -> None:
    for request in (FIRST, SECOND):
        grant(help_desk, request=request, amount="25.00")
    assert left(ask(help_desk, FIRST), "case_money") == "25.00"
    link(orders, "K-2", "K-1")
    assert [each["remedy"] for each in ask(help_desk, FIRST)["offers"]] == []


def test_what_is_over_the_limit_by_a_link_is_no_error_and_gives_nothing_more(help_desk: Caller, orders: Caller) -> None:
    for request in (FIRST, FIRST, OTHERS):
        grant(help_desk, request=request, amount="25.00")
    link(orders, "K-2", "K-1")
    assert ask(help_desk, SECOND)["offers"] == []
    asked = BudgetsRequest(policy="shop_eu", agent="ana", customer="C-1", case="K-2")
    told = {each["code"]: each for each in read_budgets(caller=help_desk, request=asked, now=NOON)["budgets"]}
    assert (told["case_money"]["taken"], told["case_money"]["remaining"]) == ("75.00", "0.00")


def test_what_is_left_is_what_the_whole_chain_leaves(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    link(orders, "K-3", "K-2")
    grant(help_desk, request=FIRST, amount="12.50")
    grant(help_desk, request=replace(FIRST, case="K-3"), amount="12.50")
    assert left(ask(help_desk, SECOND), "case_money") == "25.00"
    told = grant(help_desk, request=SECOND, amount="5.00").answer
    assert [each["remaining"] for each in told["budgets"] if each["code"] == "case_money"] == ["20.00"]


def test_a_customers_limit_counts_what_others_were_given_in_the_chain(help_desk: Caller, orders: Caller) -> None:
    grant(help_desk, "replacement", request=replace(DAMAGED, case="K-1", customer="C-1"))
    other = replace(DAMAGED, case="K-2", customer="C-2")
    assert "replacement" in [each["remedy"] for each in ask(help_desk, other)["offers"]]
    link(orders, "K-2", "K-1", kind=LinkKind.DUPLICATES)
    assert "replacement" not in [each["remedy"] for each in ask(help_desk, other)["offers"]]
    # Their other cases are stories of their own.
    assert "replacement" in [each["remedy"] for each in ask(help_desk, replace(other, case="K-9"))["offers"]]
    request = BudgetsRequest(policy="shop_eu", agent="ana", customer="C-2", case="K-2")
    told = {each["code"]: each for each in read_budgets(caller=help_desk, request=request, now=NOON)["budgets"]}
    assert (told["customer_year"]["taken"], told["customer_year"]["remaining"]) == (1, 0)


def test_what_others_were_given_counts_no_longer_than_what_was_given_to_them(help_desk: Caller, orders: Caller) -> None:
    grant(help_desk, "replacement", request=replace(DAMAGED, case="K-1", customer="C-1"))
    link(orders, "K-2", "K-1")
    # Once in twelve months; in the case itself it goes once for ever.
    answer = ask(help_desk, replace(DAMAGED, case="K-2", customer="C-2"), NOON + 366 * DAY)
    refused = next(each for each in answer["not_offered"] if each["remedy"] == "replacement")
    assert [because["code"] for because in refused["because"]] == ["already_given"]


def test_history_counts_each_exception_once(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    for request in (FIRST, OTHERS, FIRST):
        grant(help_desk, request=request, amount="5.00")
    for request, customer in ((FIRST, "C-1"), (OTHERS, "C-2")):
        decision = Decision.objects.get(pk=ask(help_desk, request)["decision"])
        read = json.loads(decision.question)
        assert decision.customer == customer
        assert read["history"] == {"credits_this_year": 3, "given_to_case": 1500}
        assert read["taken"]["case_money"] == 1500
        assert read["context"]["customer"]["exceptions_12_months"] == 3
        assert read["granted"] == ["store_credit"]
    # Three in twelve months are enough, whoever's name was on the order.
    assert ask(help_desk, OTHERS)["offers"] == []
    assert what_is_recorded_can_be_had_again()


def test_what_goes_once_a_case_goes_once_a_chain(help_desk: Caller, orders: Caller) -> None:
    grant(help_desk, "replacement", request=replace(DAMAGED, case="K-1"))
    link(orders, "K-2", "K-1")
    refused = next(
        each for each in ask(help_desk, replace(DAMAGED, case="K-2"))["not_offered"] if each["remedy"] == "repair"
    )
    assert refused["because"][0]["code"] == "already_given"


def test_nobody_has_to_tell_the_story_again(help_desk: Caller, orders: Caller) -> None:
    grant(help_desk, request=FIRST, amount="5.00", note="Third delay")
    link(orders, "K-2", "K-1")
    case = ask(help_desk, SECOND, NOON + DAY)["context"]["case"]
    assert case["linked"] == ["K-1"]
    assert case["tried"] == ["store_credit"]
    assert [each["note"] for each in case["earlier"]] == ["Third delay"]
    assert case["contacts"] == 2


def test_a_case_alone_says_nothing_of_links(help_desk: Caller, orders: Caller) -> None:
    assert "linked" not in ask(help_desk, FIRST)["context"]["case"]


def test_chains_that_meet_become_one(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    older = LinkedCase.objects.get(case="K-1").chain
    link(orders, "K-4", "K-3", now=NOON + DAY)
    told = link(orders, "K-3", "K-2", kind=LinkKind.SPLITS).answer
    assert (told["chain"], told["cases"]) == (older, ["K-1", "K-2", "K-3", "K-4"])
    assert set(LinkedCase.objects.values_list("chain", flat=True)) == {older}
    assert [(each["case"], each["kind"], each["other"]) for each in told["links"]] == [
        ("K-2", "replaces", "K-1"),
        ("K-3", "splits", "K-2"),
        ("K-4", "replaces", "K-3"),
    ]


def test_every_link_is_one_audit_record(orders: Caller) -> None:
    link(orders, "K-2", "K-1", kind=LinkKind.DUPLICATES)
    record = AuditRecord.objects.get(kind="case.linked")
    assert (record.subject_type, record.subject_id, record.actor) == ("case", "K-2", f"client:{orders.client}")
    body = json.loads(record.body)
    assert (body["case"], body["kind"], body["other"]) == ("K-2", "duplicates", "K-1")


def test_saying_it_again_changes_nothing(orders: Caller) -> None:
    first = link(orders, "K-2", "K-1", key="one")
    again = link(orders, "K-2", "K-1", key="one")
    assert (again.answer, again.repeated) == (first.answer, True)
    assert link(orders, "K-2", "K-1", key="two").answer == first.answer
    assert CaseLink.objects.count() == 1
    with pytest.raises(KeyConflictError):
        link(orders, "K-3", "K-1", key="one")


def test_a_case_is_not_linked_to_itself_nor_by_a_name_that_only_looks_like_it(orders: Caller) -> None:
    with pytest.raises(InvalidLinkError):
        link(orders, "K-1", "K-1")
    with pytest.raises(InvalidQuestionError):
        link(orders, "K-1 ", "K-1")
    assert not LinkedCase.objects.exists()


def test_so_many_cases_are_no_longer_one_story(orders: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_chain, "MOST", 3)
    link(orders, "K-2", "K-1")
    link(orders, "K-3", "K-1")
    with pytest.raises(ChainTooLongError):
        link(orders, "K-4", "K-1")
    assert LinkedCase.objects.count() == 3


def test_the_same_number_in_another_market_is_another_case(
    help_desk: Caller, orders: Caller, shop_document: dict[str, Any]
) -> None:
    import_policy(document=shop_document | {"code": "shop_uk", "name": "Shop Britain"}, actor=None, reason="test")
    link(orders, "K-2", "K-1", policy="shop_uk")
    grant(help_desk, request=FIRST, amount="25.00")
    assert left(ask(help_desk, SECOND), "case_money") == "50.00"


def test_a_desk_links_cases_that_its_agents_were_asked_about(help_desk: Caller) -> None:
    ask(help_desk, FIRST)
    with pytest.raises(UnknownCaseError):
        link(help_desk, "K-2", "K-1")
    ask(help_desk, SECOND)
    assert link(help_desk, "K-2", "K-1").answer["cases"] == ["K-1", "K-2"]
    assert read_chain(caller=help_desk, policy="shop_eu", case="K-2")["cases"] == ["K-1", "K-2"]


def a_desk_of_strangers(shop: Policy) -> Caller:
    zoe = an_agent("zoe")
    Assignment.objects.create(agent=zoe, policy=shop, role=Role.objects.get(policy=shop, code="frontline"))
    token, _ = ApiToken.objects.create(user=User.objects.create_user("strangers"), name="x", scopes=["offers"])
    token.agents.add(zoe)
    return Caller(client=token.public_id, scopes=frozenset([Scope.OFFERS]))


def a_limited_order_system(shop: Policy) -> Caller:
    other = Policy.objects.create(code="elsewhere", currency="EUR", time_zone="Europe/Berlin")
    caller = an_order_system("limited")
    PolicyScope.objects.create(user=User.objects.get(username="limited")).policies.add(other)
    return caller


@pytest.mark.parametrize(
    ("stranger", "refusal"),
    [
        (a_desk_of_strangers, UnknownCaseError),
        (a_limited_order_system, UnknownPolicyError),
        (lambda shop: replace(an_order_system("none"), scopes=frozenset([Scope.EXCEPTIONS])), MissingScopeError),
    ],
)
def test_a_stranger_links_nothing_and_learns_nothing(
    stranger: Callable[[Policy], Caller], refusal: type[Exception], shop: Policy, help_desk: Caller, orders: Caller
) -> None:
    for request in (FIRST, SECOND):
        ask(help_desk, request)
    link(orders, "K-2", "K-1")
    caller = stranger(shop)
    told = set()
    for policy, case in (("shop_eu", "K-1"), ("shop_eu", "K-77"), ("nowhere", "K-1")):
        with pytest.raises(refusal) as refused:
            link(caller, case, "K-2", policy=policy)
        told.add(str(refused.value).replace(case, "…").replace(policy, "…"))
        with pytest.raises(refusal) as refused:
            read_chain(caller=caller, policy=policy, case=case)
        told.add(str(refused.value).replace(case, "…").replace(policy, "…"))
    assert len(told) == 1
    assert CaseLink.objects.count() == 1


def test_a_question_about_a_chain_takes_no_more_queries(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    ask(help_desk, SECOND)
    with CaptureQueriesContext(connection) as queries:
        ask(help_desk, SECOND)
    assert len(queries) == 3


def test_an_exception_of_the_chain_that_was_taken_back_counts_no_more(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    grant(help_desk, request=FIRST, amount="25.00")
    made = CareException.objects.get()
    assert left(ask(help_desk, SECOND), "case_money") == "25.00"
    from guardrails.ledger import reverse

    reverse(exception_id=made.pk, now=NOON)
    assert left(ask(help_desk, SECOND), "case_money") == "50.00"
