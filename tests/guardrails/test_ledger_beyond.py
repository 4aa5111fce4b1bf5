"""A window gives way by exactly what somebody agreed to, and holds in part what is only needed in part."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction

from guardrails.ledger import BudgetExceededError, Claim, release, reserve, verify
from guardrails.models import BudgetWindow, EntryKind, State
from policies.models import Policy
from tests.guardrails.builders import NOON, a_policy, an_exception

MONDAY = date(2026, 6, 15)


@pytest.fixture
def policy(db: None) -> Policy:
    return a_policy()


def a_claim(policy: Policy, amount: int, *, extends: bool = False, measure: str = "money", limit: int = 1000) -> Claim:
    return Claim(
        policy_id=policy.pk,
        budget="week" if measure == "money" else "times",
        scope_key="ana",
        starts_on=MONDAY,
        measure=measure,
        limit=limit,
        amount=amount,
        on_date=MONDAY,
        first_day=MONDAY,
        extends=extends,
    )


def held(policy: Policy, *claims: Claim) -> str:
    cost = next((claim.amount for claim in claims if claim.measure == "money"), 0)
    row = an_exception(policy, amount=cost, state=State.HELD, expires_at=NOON)
    with transaction.atomic():
        reserve(exception_id=row.pk, claims=claims, kind=EntryKind.HOLD, now=NOON)
    return row.pk


def window(budget: str = "week") -> tuple[int, int]:
    found = BudgetWindow.objects.get(budget=budget)
    return found.held, found.limit


def discrepancies() -> list[str]:
    return [each.what for each in verify() if each.what != "has no audit record"]


def test_within_the_limit_it_is_an_ordinary_claim(policy: Policy) -> None:
    held(policy, a_claim(policy, 600, extends=True))
    assert window() == (600, 1000)


def test_beyond_it_the_limit_goes_up_by_what_is_missing_and_no_further(policy: Policy) -> None:
    held(policy, a_claim(policy, 600))
    held(policy, a_claim(policy, 700, extends=True))
    assert window() == (1300, 1300)
    with pytest.raises(BudgetExceededError) as refused:
        held(policy, a_claim(policy, 1))
    assert (refused.value.remaining, refused.value.missing) == (0, 301)
    assert discrepancies() == []


def test_what_goes_back_does_not_leave_a_higher_limit_to_others(policy: Policy) -> None:
    held(policy, a_claim(policy, 600))
    release(exception_id=held(policy, a_claim(policy, 700, extends=True)), now=NOON)
    assert window()[0] == 600
    with pytest.raises(BudgetExceededError):
        held(policy, a_claim(policy, 401))
    held(policy, a_claim(policy, 400))
    assert window() == (1000, 1000)


def test_another_budget_of_the_same_claim_keeps_its_limit(policy: Policy) -> None:
    times = replace(a_claim(policy, 1, measure="count"), limit=0)
    with pytest.raises(BudgetExceededError) as refused:
        held(policy, a_claim(policy, 1200, extends=True), times)
    assert refused.value.budget == "times"


def test_a_part_goes_back_and_counts_stay_whole(policy: Policy) -> None:
    row = held(policy, a_claim(policy, 600), a_claim(policy, 1, measure="count", limit=5))
    moved = release(exception_id=row, now=NOON, keep=450)
    assert [(each.budget, each.moved) for each in moved] == [("week", -150)]
    assert (window()[0], window("times")[0]) == (450, 1)
    assert release(exception_id=row, now=NOON, keep=450) == []
    release(exception_id=row, now=NOON)
    assert (window()[0], window("times")[0]) == (0, 0)
