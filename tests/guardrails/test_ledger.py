"""What budgets promise: they never give more than they have, and they always add up."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from guardrails.ledger import (
    BudgetExceededError,
    Claim,
    DayIsOverError,
    commit,
    release,
    reserve,
    reverse,
    verify,
)
from guardrails.models import BudgetWindow, EntryKind, LedgerEntry
from guardrails.models.budget_window import ROLLING_SINCE
from policies.models import Policy
from tests.guardrails.builders import NOON, a_policy, an_exception

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def policy() -> Policy:
    return a_policy()


def a_claim(policy: Policy, amount: int = 500, *, limit: int = 1000, budget: str = "agent_week") -> Claim:
    return Claim(
        policy_id=policy.pk,
        budget=budget,
        scope_key="ana",
        starts_on=date(2026, 6, 15),
        measure="money",
        limit=limit,
        amount=amount,
        on_date=TODAY,
        first_day=date(2026, 6, 15),
    )


def a_rolling_claim(policy: Policy, on: date, amount: int = 1, *, limit: int = 1, days: int = 30) -> Claim:
    return Claim(
        policy_id=policy.pk,
        budget="once",
        scope_key="C-1",
        starts_on=ROLLING_SINCE,
        measure="money",
        limit=limit,
        amount=amount,
        on_date=on,
        first_day=on - timedelta(days=days - 1),
    )


def take(policy: Policy, *claims: Claim, kind: EntryKind = EntryKind.COMMIT, cost: int | None = None) -> str:
    exception = an_exception(policy, amount=claims[0].amount if cost is None else cost)
    reserve(exception_id=exception.pk, claims=claims, kind=kind, now=NOON)
    return exception.pk


def balance(budget: str = "agent_week") -> tuple[int, int]:
    window = BudgetWindow.objects.get(budget=budget)
    return window.held, window.spent


def problems() -> list[str]:
    return [found.what for found in verify() if found.what != "has no audit record"]


def test_what_is_taken_adds_up_to_the_limit_and_no_further(policy: Policy) -> None:
    take(policy, a_claim(policy, 400))
    take(policy, a_claim(policy, 600))
    with pytest.raises(BudgetExceededError) as refused, transaction.atomic():
        take(policy, a_claim(policy, 1))
    assert (refused.value.budget, refused.value.remaining) == ("agent_week", 0)
    assert balance() == (0, 1000)
    assert problems() == []


def test_one_budget_that_cannot_bear_it_takes_nothing_from_the_others(policy: Policy) -> None:
    with pytest.raises(BudgetExceededError) as refused, transaction.atomic():
        take(policy, a_claim(policy), a_claim(policy, 500, limit=499, budget="team_week"))
    assert (refused.value.budget, refused.value.remaining) == ("team_week", 499)
    assert not BudgetWindow.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_a_claim_of_nothing_takes_nothing_even_from_an_empty_budget(policy: Policy) -> None:
    take(policy, a_claim(policy, 1000))
    take(policy, a_claim(policy, 0))
    assert balance() == (0, 1000)


def test_a_lowered_limit_gives_nothing_more_and_still_takes_back(policy: Policy) -> None:
    first = take(policy, a_claim(policy, 900))
    with pytest.raises(BudgetExceededError) as refused, transaction.atomic():
        take(policy, a_claim(policy, 1, limit=100))
    assert refused.value.remaining == 0
    (given_back,) = reverse(exception_id=first, now=NOON, amount=850)
    assert (given_back.taken, given_back.moved) == (50, -850)
    take(policy, a_claim(policy, 50, limit=100))
    assert BudgetWindow.objects.get().limit == 100
    assert balance() == (0, 100)


def test_a_hold_is_spent_in_part_and_the_rest_goes_back(policy: Policy) -> None:
    held = take(policy, a_claim(policy, 500), kind=EntryKind.HOLD)
    assert balance() == (500, 0)
    commit(exception_id=held, now=NOON, amount=200)
    assert balance() == (0, 200)
    reverse(exception_id=held, now=NOON)
    assert balance() == (0, 0)


@pytest.mark.parametrize("amount", [0, 501])
def test_of_a_hold_neither_nothing_nor_more_than_is_held_is_spent(policy: Policy, amount: int) -> None:
    exception = take(policy, a_claim(policy), kind=EntryKind.HOLD)
    with pytest.raises(ValueError, match=f"{amount} to be spent of 500 held"):
        commit(exception_id=exception, now=NOON, amount=amount)
    assert balance() == (500, 0)


def test_a_hold_is_released(policy: Policy) -> None:
    held = take(policy, a_claim(policy, 500), kind=EntryKind.HOLD)
    release(exception_id=held, now=NOON)
    assert release(exception_id=held, now=NOON) == []
    assert balance() == (0, 0)


def test_more_is_never_given_back_than_was_taken(policy: Policy) -> None:
    taken = take(policy, a_claim(policy, 500))
    with pytest.raises(ValueError, match="501"):
        reverse(exception_id=taken, now=NOON, amount=501)


def test_a_partial_reversal_leaves_counts_as_they_are(policy: Policy) -> None:
    count = replace(a_claim(policy, 1, limit=1, budget="case_count"), measure="count")
    taken = take(policy, a_claim(policy, 500), count)
    reverse(exception_id=taken, now=NOON, amount=100)
    assert balance("case_count") == (0, 1)
    reverse(exception_id=taken, now=NOON)
    assert balance("case_count") == (0, 0)
    assert balance() == (0, 0)


def test_a_rolling_budget_frees_what_counts_no_more_by_an_entry_of_its_own(policy: Policy) -> None:
    take(policy, a_rolling_claim(policy, TODAY))
    with pytest.raises(BudgetExceededError), transaction.atomic():
        take(policy, a_rolling_claim(policy, TODAY + timedelta(days=29)))
    take(policy, a_rolling_claim(policy, TODAY + timedelta(days=30)))
    assert balance("once") == (0, 1)
    assert list(LedgerEntry.objects.values_list("kind", "spent_delta")) == [
        ("commit", 1),
        ("roll", -1),
        ("commit", 1),
    ]
    assert problems() == []


def test_a_rolling_budget_frees_every_time_what_counts_no_more(policy: Policy) -> None:
    for days in (0, 30, 60, 90):
        take(policy, a_rolling_claim(policy, TODAY + timedelta(days=days)))
        assert balance("once") == (0, 1)
    assert problems() == []


def test_what_a_rolling_budget_dropped_is_not_given_back_again(policy: Policy) -> None:
    first = take(policy, a_rolling_claim(policy, TODAY))
    take(policy, a_rolling_claim(policy, TODAY + timedelta(days=30)))
    assert reverse(exception_id=first, now=NOON) == []
    assert balance("once") == (0, 1)


def test_a_claim_of_a_day_that_another_process_has_left_behind_is_refused(policy: Policy) -> None:
    take(policy, a_rolling_claim(policy, TODAY + timedelta(days=1), days=1))
    with pytest.raises(DayIsOverError), transaction.atomic():
        take(policy, a_rolling_claim(policy, TODAY, days=1, limit=9))


@pytest.mark.parametrize("change", ["spent = 1001", "held = -1", "spent = -1"])
def test_the_database_itself_refuses_a_balance_that_cannot_be(policy: Policy, change: str) -> None:
    take(policy, a_claim(policy))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE guardrails_budgetwindow SET {change}")


def test_verification_finds_a_balance_that_somebody_changed(policy: Policy) -> None:
    take(policy, a_claim(policy))
    BudgetWindow.objects.update(spent=499)
    assert problems() == ["holds 0 held where its entries sum to 0, 499 spent where they sum to 500"]


def test_verification_finds_an_exception_that_cost_something_else(policy: Policy) -> None:
    take(policy, a_claim(policy, 500), cost=700)
    assert problems() == ["has 0 held and 500 spent where 0 should be held and 700 spent"]
