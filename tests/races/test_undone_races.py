"""Links are undone while others grant and link: no limit is passed on either side, and no grant is lost."""

import json
import random
from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.cases.link_cases import read_chain
from guardrails.actions.cases.link_faults import NotLinkedError
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.ledger import verify
from guardrails.models import AuditRecord, CareException, CaseLink, LinkedCase, UndoneLink
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link, undo
from tests.races.lanes import Wish
from tests.races.link_lanes import grant_or_part
from tests.races.racing import race

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

LATE = OffersRequest(policy="shop_eu", agent="ana", reason="late_delivery", facts={"days_late": 3})
LIMIT = 5000
"""Of the budget of a case, in cents."""
EACH = 250
"""What is given at a time, in cents."""


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop without its limit of three credits: here the money is what runs out."""
    rules = [rule for rule in shop_document["rules"] if rule["code"] != "too_many"]
    return shop_document | {"rules": rules}


def wish(at: int, case: str, times: int) -> Wish:
    question = replace(LATE, customer=f"C-{at}", case=case)
    return Wish(question=question, remedy="store_credit", given={"amount": "2.50"}, times=times)


def run(works: list[tuple[Caller, Any]]) -> Counter[str]:
    found = race(grant_or_part, [(caller, work, NOON) for caller, work in works])
    assert list(verify()) == []
    states = Counter(state for states in found for state in states)
    # Whoever lost too many races in a row was told so, and would try again.
    usual = {"granted", "not_offered", "out_of_range", "link done", "undo done", "not_linked", "lost_race"}
    assert set(states) <= usual
    return states


def given(*cases: str) -> int:
    rows = CareException.objects.filter(state="granted", case__in=cases)
    return sum(rows.values_list("cost_minor", flat=True))


def left(caller: Caller, case: str) -> int:
    answer = ask_offers(caller=caller, request=replace(LATE, case=case, customer="C-0"), now=NOON)
    found = [
        budget["remaining"]
        for offer in answer["offers"]
        for budget in offer["budgets"]
        if budget["code"] == "case_money"
    ]
    return int(found[0].replace(".", "")) if found else 0


def seen_by_grants() -> dict[tuple[str, ...], list[int]]:
    """What each grant read as taken, by the cases over which it counted."""
    found = defaultdict(list)
    for text in AuditRecord.objects.filter(kind="exception.granted").values_list("body", flat=True):
        body = json.loads(text)
        linked = body["question"]["context"]["case"].get("linked", [])
        cases = tuple(sorted([body["answer"]["case"], *linked]))
        found[cases].append(body["question"]["taken"].get("case_money", 0))
    return found


def test_a_link_that_is_said_and_undone_while_others_grant_loses_nothing(help_desk: Caller, crowd: int) -> None:
    """Of all grants that counted over the same cases no two read the same: each saw what the one before it gave."""
    orders = an_order_system()
    link(orders, "K-1", "K-0")
    link(orders, "K-2", "K-1")
    works: list[tuple[Caller, Any]] = [(help_desk, wish(at, f"K-{at % 3}", 5)) for at in range(crowd - 2)]
    toggled = [(verb, "K-2", "K-1") for _ in range(4) for verb in ("undo", "link")]
    run([*works, (orders, toggled), (orders, toggled)])
    for cases, seen in seen_by_grants().items():
        assert len(set(seen)) == len(seen), cases
        assert max(seen) + EACH <= LIMIT
    assert set(seen_by_grants()) <= {("K-0", "K-1", "K-2"), ("K-0", "K-1"), ("K-2",)}
    assert given("K-0", "K-1") <= LIMIT
    assert given("K-2") <= LIMIT
    for case in ("K-0", "K-2"):
        chain = read_chain(caller=orders, policy="shop_eu", case=case)["cases"]
        assert left(help_desk, case) == max(0, LIMIT - given(*chain))


def test_a_chain_that_is_undone_from_all_sides_falls_apart_while_others_grant(help_desk: Caller, crowd: int) -> None:
    orders = an_order_system()
    pairs = [(f"K-{at}", f"K-{at - 1}") for at in range(1, crowd)]
    for pair in pairs:
        link(orders, *pair)
    works: list[tuple[Caller, Any]] = []
    for at in range(crowd // 2):
        mine = [("undo", *pair) for pair in random.Random(at).sample(pairs, len(pairs))]
        works += [(orders, mine), (help_desk, wish(at, f"K-{at}", 2))]
    states = run(works)
    for case, other in pairs:
        try:
            undo(orders, case, other, key=f"again {case}")
        except NotLinkedError:
            continue
        states["undo done"] += 1
    assert states["undo done"] == len(pairs) == UndoneLink.objects.count() == CaseLink.objects.count()
    assert not LinkedCase.objects.exists()
    assert left(help_desk, "K-1") == LIMIT - given("K-1")
