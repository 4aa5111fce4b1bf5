"""Two customers' cases were linked by mistake: the link is undone, and each has its own limits again."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.cases.link_cases import read_chain
from guardrails.actions.cases.link_faults import NotLinkedError
from guardrails.actions.faults import (
    InvalidQuestionError,
    KeyConflictError,
    MissingScopeError,
    NotOfferedError,
    OutOfRangeError,
    UnknownPolicyError,
)
from guardrails.actions.offers.redecide import GRANTS, redecide_exceptions
from guardrails.ledger import verify
from guardrails.models import (
    ApiToken,
    AuditRecord,
    CareException,
    CaseLink,
    LinkedCase,
    LinkKind,
    OutboxMessage,
    Scope,
    UndoneLink,
)
from guardrails.outbox.envelope import envelope
from policies.models import Policy, PolicyScope
from tests.guardrails.asking import LATE, ask, grant
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link, undo

DAY = timedelta(days=1)
FIRST = replace(LATE, case="K-1", customer="C-1")
SECOND = replace(LATE, case="K-2", customer="C-2")


@pytest.fixture
def orders(shop: Policy) -> Caller:
    return an_order_system()


def left(caller: Caller, request: Any) -> str:
    """What remains of the case's budget, as the answer tells it."""
    (offer,) = [each for each in ask(caller, request)["offers"] if each["remedy"] == "store_credit"]
    return str(next(each["remaining"] for each in offer["budgets"] if each["code"] == "case_money"))


def test_each_customer_has_their_own_limits_again(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    for _ in range(2):
        grant(help_desk, request=FIRST, amount="25.00")
    assert ask(help_desk, SECOND)["offers"] == []
    told = undo(orders, "K-2", "K-1").answer
    assert [each["cases"] for each in told["chains"]] == [["K-2"], ["K-1"]]
    assert (told["by_way_of"], [each["chain"] for each in told["chains"]]) == ([], [None, None])
    assert left(help_desk, SECOND) == "50.00"
    assert "linked" not in ask(help_desk, SECOND)["context"]["case"]
    assert ask(help_desk, FIRST)["offers"] == []


def test_what_was_granted_stays_granted_and_counts_where_it_was_given(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    grant(help_desk, request=FIRST, amount="25.00")
    grant(help_desk, request=SECOND, amount="10.00")
    undo(orders, "K-2", "K-1")
    assert [each.state for each in CareException.objects.all()] == ["granted", "granted"]
    assert (left(help_desk, FIRST), left(help_desk, SECOND)) == ("25.00", "40.00")
    assert list(verify()) == []
    assert {each.same for each in redecide_exceptions(AuditRecord.objects.filter(kind__in=GRANTS))} == {True}


def test_a_decision_of_the_joined_chain_is_decided_again_when_it_is_taken(help_desk: Caller, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    for _ in range(2):
        grant(help_desk, request=FIRST, amount="20.00")
    with pytest.raises((OutOfRangeError, NotOfferedError)):
        grant(help_desk, request=SECOND, amount="25.00")
    undo(orders, "K-2", "K-1")
    assert grant(help_desk, request=SECOND, amount="25.00").answer["state"] == "granted"


def test_a_chain_falls_into_the_parts_that_still_belong_together(orders: Caller) -> None:
    for case, other in (("K-2", "K-1"), ("K-3", "K-2"), ("K-4", "K-3")):
        link(orders, case, other)
    name = LinkedCase.objects.get(case="K-1").chain
    told = undo(orders, "K-2", "K-3", now=NOON + DAY).answer
    mine, theirs = told["chains"]
    assert (mine["cases"], theirs["cases"]) == (["K-1", "K-2"], ["K-3", "K-4"])
    assert {mine["chain"], theirs["chain"]} > {name}
    assert [(each["case"], each["other"]) for each in mine["links"]] == [("K-2", "K-1")]
    assert len(set(LinkedCase.objects.values_list("chain", flat=True))) == 2


def test_who_still_belong_together_are_told_by_way_of_whom(help_desk: Caller, orders: Caller) -> None:
    for case, other in (("K-2", "K-1"), ("K-3", "K-2"), ("K-3", "K-1")):
        link(orders, case, other)
    told = undo(orders, "K-2", "K-1").answer
    assert (told["by_way_of"], [each["cases"] for each in told["chains"]]) == (["K-3"], [["K-1", "K-2", "K-3"]])
    grant(help_desk, request=FIRST, amount="25.00")
    assert left(help_desk, SECOND) == "25.00"
    with pytest.raises(NotLinkedError) as refused:
        undo(orders, "K-2", "K-1", key="again")
    assert "by way of other cases" in refused.value.detail
    assert "directly linked with: K-3" in refused.value.errors[0].message


def test_everything_that_was_said_directly_of_the_two_is_undone(orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    link(orders, "K-2", "K-1", kind=LinkKind.DUPLICATES)
    link(orders, "K-1", "K-2", kind=LinkKind.SPLITS)
    told = undo(orders, "K-1", "K-2").answer
    assert sorted(each["kind"] for each in told["undone"]) == ["duplicates", "replaces", "splits"]
    assert not LinkedCase.objects.exists()


def test_nothing_is_edited_or_deleted_and_who_undid_it_is_told(orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    undo(orders, "K-2", "K-1", reason=" Typed the wrong number. ", now=NOON + DAY)
    assert CaseLink.objects.count() == 1
    (told,) = read_chain(caller=orders, policy="shop_eu", case="K-1")["undone"]
    assert (told["case"], told["kind"], told["other"]) == ("K-2", "replaces", "K-1")
    assert told["linked_at"] == NOON.isoformat()
    assert told["undone_at"] == (NOON + DAY).isoformat()
    assert (told["undone_by"], told["undone_because"]) == (f"client:{orders.client}", "Typed the wrong number.")
    for statement in (UndoneLink.objects.update, UndoneLink.objects.all().delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            statement(**({"because": "x"} if statement == UndoneLink.objects.update else {}))


def test_a_desk_is_not_told_of_what_was_undone(help_desk: Caller, orders: Caller) -> None:
    """It may be another customer's case, of which this desk knows nothing."""
    link(orders, "K-2", "K-1")
    undo(orders, "K-2", "K-1")
    ask(help_desk, FIRST)
    told = read_chain(caller=help_desk, policy="shop_eu", case="K-1")
    assert told == {"policy": "shop_eu", "chain": None, "cases": ["K-1"], "links": []}


def test_they_can_be_linked_again_and_undone_again(help_desk: Caller, orders: Caller) -> None:
    for time in range(3):
        told = link(orders, "K-2", "K-1", key=f"link {time}").answer
        assert (told["cases"], len(told["links"])) == (["K-1", "K-2"], 1)
        undo(orders, "K-2", "K-1", key=f"undo {time}")
    assert [each.nth for each in CaseLink.objects.all()] == [1, 2, 3]
    assert len(read_chain(caller=orders, policy="shop_eu", case="K-2")["undone"]) == 3
    link(orders, "K-2", "K-1", key="last")
    grant(help_desk, request=FIRST, amount="25.00")
    assert left(help_desk, SECOND) == "25.00"


def test_it_is_one_audit_record_with_the_reason(orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    told = undo(orders, "K-2", "K-1", reason="Two customers of one name.").answer
    record = AuditRecord.objects.get(kind="case.unlinked")
    assert (record.subject_type, record.subject_id, record.actor) == ("case", "K-2", f"client:{orders.client}")
    body = json.loads(record.body)
    assert (body["why"], body["answer"]) == ("Two customers of one name.", told)


def test_other_systems_are_told_without_what_somebody_typed(orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    undo(orders, "K-2", "K-1", reason="Mrs Miller and Mr Miller.")
    messages = OutboxMessage.objects.filter(record__kind__startswith="case.").order_by("number")
    events = [json.loads(envelope(each)) for each in messages]
    assert [each["type"] for each in events] == ["case.linked", "case.unlinked"]
    assert [each["cases"] for each in events[1]["data"]["chains"]] == [["K-2"], ["K-1"]]
    assert "Miller" not in json.dumps(events)
    assert orders.client not in json.dumps(events)


def test_saying_it_again_with_the_same_key_gives_the_same_answer(orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    first = undo(orders, "K-2", "K-1", key="one")
    again = undo(orders, "K-2", "K-1", key="one")
    assert (again.answer, again.repeated) == (first.answer, True)
    with pytest.raises(KeyConflictError):
        undo(orders, "K-2", "K-1", key="one", reason="Another reason.")
    with pytest.raises(NotLinkedError, match="it was undone before"):
        undo(orders, "K-2", "K-1", key="two")
    assert UndoneLink.objects.count() == 1


@pytest.mark.parametrize(("case", "other"), [("K-1", "K-9"), ("K-8", "K-9"), ("K-1", "K-3"), ("K-1", "K-1")])
def test_what_is_not_linked_cannot_be_undone(case: str, other: str, orders: Caller) -> None:
    link(orders, "K-2", "K-1")
    link(orders, "K-3", "K-2")
    with pytest.raises(NotLinkedError):
        undo(orders, case, other)
    with pytest.raises(InvalidQuestionError):
        undo(orders, "K-1 ", "K-2")
    assert not UndoneLink.objects.exists()
    assert LinkedCase.objects.count() == 3


def test_the_same_numbers_in_another_market_stay_linked(orders: Caller, shop: Policy) -> None:
    Policy.objects.create(code="shop_uk", currency="GBP", time_zone="Europe/London")
    for policy in ("shop_eu", "shop_uk"):
        link(orders, "K-2", "K-1", policy=policy, key=policy)
    undo(orders, "K-2", "K-1")
    assert read_chain(caller=orders, policy="shop_uk", case="K-1")["cases"] == ["K-1", "K-2"]


def test_strangers_undo_nothing(help_desk: Caller, orders: Caller, shop: Policy) -> None:
    """Not even the desk that linked them: an agent who could would be rid of the limits that a link brought."""
    for request in (FIRST, SECOND):
        ask(help_desk, request)
    link(help_desk, "K-2", "K-1")
    with pytest.raises(MissingScopeError):
        undo(help_desk, "K-2", "K-1")
    limited = an_order_system("limited")
    elsewhere = Policy.objects.create(code="elsewhere", currency="EUR", time_zone="Europe/Berlin")
    PolicyScope.objects.create(user=User.objects.get(username="limited")).policies.add(elsewhere)
    for policy in ("shop_eu", "nowhere"):
        with pytest.raises(UnknownPolicyError):
            undo(limited, "K-2", "K-1", policy=policy)
    for scope in set(Scope) - {Scope.CASES}:
        token, _ = ApiToken.objects.create(user=User.objects.get(username="orders"), name=scope, scopes=[scope])
        with pytest.raises(MissingScopeError):
            undo(Caller(client=token.public_id, scopes=frozenset([scope])), "K-2", "K-1")
    assert not UndoneLink.objects.exists()
