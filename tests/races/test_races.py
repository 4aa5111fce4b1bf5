"""Many at once never give more than one at a time could, and lose nothing either."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.ledger import verify
from guardrails.models import AuditRecord, BudgetWindow, CareException, LedgerEntry
from tests.guardrails.builders import NOON
from tests.races.lanes import Wish, ask_and_grant, take
from tests.races.racing import race

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]

LATE = OffersRequest(policy="shop_eu", agent="ana", reason="late_delivery", facts={"days_late": 3, "vip": True})


def run(caller: Caller, wishes: list[Wish], *, days: int = 0) -> Counter[str]:
    now = NOON + timedelta(days=days)
    states = Counter(
        state for states in race(ask_and_grant, [(caller, each, now) for each in wishes]) for state in states
    )
    assert list(verify()) == []
    assert states["granted"] == CareException.objects.filter(granted_at=now).count()
    assert states["granted"] == AuditRecord.objects.filter(kind="exception.granted", at=now).count()
    return states


def test_one_small_budget_gives_exactly_what_fits(help_desk: Caller, crowd: int) -> None:
    wishes = [
        Wish(
            question=replace(LATE, customer=f"C-{at}", case=f"K-{at}"),
            remedy="store_credit",
            given={"amount": "17.00"},
            times=2,
        )
        for at in range(crowd)
    ]
    states = run(help_desk, wishes)
    assert states["granted"] == 200 // 17
    assert states["out_of_range"] + states["not_offered"] == 2 * crowd - 200 // 17
    assert BudgetWindow.objects.get(budget="agent_week").spent == 1700 * (200 // 17)


def test_one_case_gets_no_more_than_its_budget(help_desk: Caller, crowd: int) -> None:
    wish = Wish(question=replace(LATE, customer="C-1", case="K-1"), remedy="store_credit", given={"amount": "20.00"})
    assert run(help_desk, [wish] * crowd)["granted"] == 50 // 20


def test_a_customer_gets_what_is_allowed_once_a_year_once(help_desk: Caller, crowd: int) -> None:
    damaged = replace(LATE, reason="damaged", customer="C-1", facts={"damaged": True})
    wishes = [Wish(question=replace(damaged, case=f"K-{at}"), remedy="replacement", given={}) for at in range(crowd)]
    assert run(help_desk, wishes)["granted"] == 1


def test_history_facts_hold_although_everybody_asks_at_once(help_desk: Caller, crowd: int) -> None:
    wishes = [
        Wish(question=replace(LATE, customer="C-1", case=f"K-{at}"), remedy="store_credit", given={"amount": "1.00"})
        for at in range(crowd)
    ]
    assert run(help_desk, wishes)["granted"] == 3


def test_a_rolling_budget_rolls_once_and_gives_exactly_what_fits(help_desk: Caller, crowd: int) -> None:
    wish = Wish(question=LATE, remedy="free_month", given={"quantity": 2})
    assert run(help_desk, [replace(wish, times=2)] * (crowd // 2))["granted"] == 3
    assert run(help_desk, [wish] * crowd, days=29)["granted"] == 0
    assert run(help_desk, [wish] * crowd, days=30)["granted"] == 3
    assert LedgerEntry.objects.filter(kind="roll").count() == 1


def test_the_same_key_at_once_is_granted_once_and_answered_the_same(help_desk: Caller, crowd: int) -> None:
    decision = ask_offers(caller=help_desk, request=replace(LATE, customer="C-1", case="K-1"), now=NOON)["decision"]
    request = GrantRequest(decision=decision, remedy="store_credit", amount="5.00")
    found = race(take, [(help_desk, request, "the key", NOON)] * crowd)
    assert {state for state, _, _ in found} == {"granted"}
    assert len({exception for _, exception, _ in found}) == 1
    assert Counter(repeated for _, _, repeated in found) == {False: 1, True: crowd - 1}
    assert CareException.objects.count() == 1


def test_the_same_key_for_two_requests_at_once_serves_one(help_desk: Caller, crowd: int) -> None:
    lanes = []
    for at in range(crowd):
        decision = ask_offers(caller=help_desk, request=replace(LATE, customer=f"C-{at}", case=f"K-{at}"), now=NOON)[
            "decision"
        ]
        lanes.append((help_desk, GrantRequest(decision=decision, remedy="store_credit", amount="5.00"), "key", NOON))
    states = Counter(state for state, _, _ in race(take, lanes))
    assert states == {"granted": 1, "idempotency_key_conflict": crowd - 1}


def test_one_offer_taken_by_many_at_once_is_given_once(help_desk: Caller, crowd: int) -> None:
    decision = ask_offers(caller=help_desk, request=replace(LATE, customer="C-1", case="K-1"), now=NOON)["decision"]
    request = GrantRequest(decision=decision, remedy="store_credit", amount="5.00")
    states = Counter(state for state, _, _ in race(take, [(help_desk, request, f"{at}", NOON) for at in range(crowd)]))
    assert states == {"granted": 1, "already_granted": crowd - 1}
