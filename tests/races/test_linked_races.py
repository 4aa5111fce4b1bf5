"""Cases that belong together give no more than one of them, whoever asks at once, and whenever they are linked."""

import json
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.ledger import verify
from guardrails.models import AuditRecord, CareException, LinkedCase
from tests.guardrails.builders import NOON
from tests.guardrails.linking import an_order_system, link
from tests.races.lanes import Wish
from tests.races.link_lanes import Work, grant_or_link
from tests.races.racing import race

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

LATE = OffersRequest(policy="shop_eu", agent="ana", reason="late_delivery", facts={"days_late": 3})
LIMIT = 5000
"""Of the budget of a case, in cents."""


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop without its limit of three credits: here the money is what runs out."""
    rules = [rule for rule in shop_document["rules"] if rule["code"] != "too_many"]
    return shop_document | {"rules": rules}


def wish(at: int, *, case: str, amount: str, times: int = 1) -> Wish:
    question = replace(LATE, customer=f"C-{at}", case=case)
    return Wish(question=question, remedy="store_credit", given={"amount": amount}, times=times)


def run(works: list[tuple[Caller, Work]]) -> Counter[str]:
    found = race(grant_or_link, [(caller, work, NOON) for caller, work in works])
    assert list(verify()) == []
    return Counter(state for states in found for state in states)


def given() -> int:
    return sum(CareException.objects.filter(state="granted").values_list("cost_minor", flat=True))


def test_cases_that_were_linked_share_one_limit(help_desk: Caller, crowd: int) -> None:
    orders = an_order_system()
    for at in range(1, crowd):
        link(orders, f"K-{at}", f"K-{at - 1}")
    states = run([(help_desk, wish(at, case=f"K-{at}", amount="20.00")) for at in range(crowd)])
    assert states["granted"] == LIMIT // 2000
    assert given() == 4000


def test_a_customers_limit_holds_over_a_chain_of_several_customers(help_desk: Caller, crowd: int) -> None:
    orders = an_order_system()
    for at in range(1, crowd):
        link(orders, f"K-{at}", "K-0")
    damaged = replace(LATE, reason="damaged", facts={"damaged": True})
    wishes = [
        Wish(question=replace(damaged, case=f"K-{at}", customer=f"C-{at}"), remedy="replacement", given={})
        for at in range(crowd)
    ]
    assert run([(help_desk, each) for each in wishes])["granted"] == 1


def test_a_link_made_while_others_grant_counts_all_that_was_given_before_it(help_desk: Caller, crowd: int) -> None:
    """Every grant that saw the link read all that was granted before it: none was lost between the two."""
    orders = an_order_system()
    works: list[tuple[Caller, Work]] = [
        (help_desk, wish(at, case=f"K-{at % 2}", amount="2.50", times=4)) for at in range(crowd - 1)
    ]
    run([*works, (orders, [("K-1", "K-0")])])
    seen, linked = 0, False
    for text in AuditRecord.objects.filter(kind="exception.granted").values_list("body", flat=True):
        question = json.loads(text)["question"]
        if "linked" in question["context"]["case"]:
            linked, seen = True, max(seen, question["taken"].get("case_money", 0) + 250)
    if linked:
        assert given() == seen <= LIMIT
    question = ask_offers(caller=help_desk, request=replace(LATE, case="K-1", customer="C-0"), now=NOON)
    left = [budget["remaining"] for offer in question["offers"] for budget in offer["budgets"]]
    assert (f"{(LIMIT - given()) / 100:.2f}" in left) if given() < LIMIT else not question["offers"]


def test_chains_that_are_joined_from_all_sides_become_one_while_others_grant(help_desk: Caller, crowd: int) -> None:
    orders = an_order_system()
    pairs = [(f"K-{at}", f"K-{at - 1}") for at in range(1, crowd)]
    works: list[tuple[Caller, Work]] = []
    for at in range(crowd // 2):
        mine = random.Random(at).sample(pairs, len(pairs))
        works += [(orders, mine), (help_desk, wish(at, case=f"K-{at}", amount="10.00", times=2))]
    states = run(works)
    # Whoever lost too many races in a row was told so, and would try again.
    assert set(states) <= {"linked", "granted", "not_offered", "out_of_range", "lost_race"}
    for case, other in pairs:
        link(orders, case, other, key=f"again {case}")
    assert LinkedCase.objects.values("chain").distinct().count() == 1
    assert LinkedCase.objects.count() == crowd
    answer = ask_offers(caller=help_desk, request=replace(LATE, case="K-1", customer="C-0"), now=NOON)
    assert bool(answer["offers"]) == (given() < LIMIT)
