"""Whatever happens, in whatever order: limits hold and balances add up, as in a model too simple to be wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardrails.ledger import BudgetExceededError, Claim, commit, release, reserve, reverse, verify
from guardrails.models import BudgetWindow, EntryKind
from guardrails.models.budget_window import ROLLING_SINCE
from guardrails.queries.situation import AskedWindow, taken_of
from tests.guardrails.builders import NOON, a_policy, an_exception

pytestmark = pytest.mark.django_db
ROLLING_DAYS = 3


@dataclass
class Taken:
    """What one exception took, in the model."""

    day: date
    held: int
    spent: int
    amount: int


class Model:
    """One budget per week in money, and a rolling one of three days, each as a list of what was taken."""

    def __init__(self) -> None:
        self.taken: dict[str, Taken] = {}

    def week(self, today: date) -> int:
        first = today - timedelta(days=today.weekday())
        return sum(each.held + each.spent for each in self.taken.values() if first <= each.day < first + timedelta(7))

    def rolling(self, today: date) -> int:
        since = today - timedelta(days=ROLLING_DAYS - 1)
        return sum(each.held + each.spent for each in self.taken.values() if since <= each.day)


STEPS = st.one_of(
    st.tuples(st.just("hold"), st.integers(1, 60)),
    st.tuples(st.just("spend"), st.integers(1, 60)),
    st.tuples(st.just("commit"), st.integers(0, 10**6)),
    st.tuples(st.just("release"), st.integers(0, 10**6)),
    st.tuples(st.just("reverse"), st.integers(0, 10**6)),
    st.tuples(st.just("days pass"), st.integers(1, 5)),
    st.tuples(st.just("week's limit"), st.integers(0, 120)),
    st.tuples(st.just("rolling limit"), st.integers(0, 120)),
)


class World:
    """The real ledger beside the model."""

    def __init__(self) -> None:
        self.policy = a_policy()
        self.model = Model()
        self.now: datetime = NOON
        self.limits = {"week": 100, "rolling": 80}

    @property
    def today(self) -> date:
        return self.now.date()

    def claims(self, amount: int) -> list[Claim]:
        monday = self.today - timedelta(days=self.today.weekday())
        rolls = (ROLLING_SINCE, self.today - timedelta(days=ROLLING_DAYS - 1))
        return [
            Claim(
                policy_id=self.policy.pk,
                budget=budget,
                scope_key="",
                starts_on=starts_on,
                measure="money",
                limit=self.limits[budget],
                amount=amount,
                on_date=self.today,
                first_day=first_day,
            )
            for budget, (starts_on, first_day) in {"week": (monday, monday), "rolling": rolls}.items()
        ]

    def take(self, kind: EntryKind, amount: int) -> None:
        fits = (
            self.model.week(self.today) + amount <= self.limits["week"]
            and self.model.rolling(self.today) + amount <= self.limits["rolling"]
        )
        exception = an_exception(self.policy, amount=amount, now=self.now)
        try:
            with transaction.atomic():
                reserve(exception_id=exception.pk, claims=self.claims(amount), kind=kind, now=self.now)
        except BudgetExceededError:
            assert not fits
            return
        assert fits
        held = kind is EntryKind.HOLD
        self.model.taken[exception.pk] = Taken(self.today, amount if held else 0, 0 if held else amount, amount)

    def pick(self, number: int, wanted: Callable[[Taken], bool]) -> str | None:
        found = [id_ for id_, each in self.model.taken.items() if wanted(each)]
        return found[number % len(found)] if found else None

    def commit(self, number: int) -> None:
        if id_ := self.pick(number, lambda each: each.held > 0):
            taken = self.model.taken[id_]
            part = 1 + number % taken.held
            commit(exception_id=id_, now=self.now, amount=part)
            taken.held, taken.spent = 0, part

    def release(self, number: int) -> None:
        if id_ := self.pick(number, lambda each: each.held > 0):
            release(exception_id=id_, now=self.now)
            self.model.taken[id_].held = 0

    def reverse(self, number: int) -> None:
        if id_ := self.pick(number, lambda each: each.spent > 0):
            taken = self.model.taken[id_]
            part = 1 + number % taken.spent
            reverse(exception_id=id_, now=self.now, amount=part)
            taken.spent -= part

    def step(self, what: str, number: int) -> None:
        match what:
            case "hold":
                self.take(EntryKind.HOLD, number)
            case "spend":
                self.take(EntryKind.COMMIT, number)
            case "days pass":
                self.now += timedelta(days=number)
            case "week's limit":
                self.limits["week"] = number
            case "rolling limit":
                self.limits["rolling"] = number
            case _:
                getattr(self, what)(number)

    def holds(self) -> None:
        windows = [
            AskedWindow(budget=each.budget, scope_key="", starts_on=each.starts_on, first_day=each.first_day)
            for each in self.claims(0)
        ]
        read = taken_of(policy_id=self.policy.pk, windows=windows, now=self.now)
        assert read.get("week", 0) == self.model.week(self.today)
        assert read.get("rolling", 0) == self.model.rolling(self.today)
        about_balances = [found for found in verify() if found.where.startswith("window")]
        assert about_balances == []
        assert all(0 <= window.held + window.spent <= window.limit for window in BudgetWindow.objects.all())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=25))
def test_the_ledger_does_what_the_model_does(db: None, steps: list[tuple[str, Any]]) -> None:
    with transaction.atomic():
        world = World()
        for what, number in steps:
            world.step(what, number)
            world.holds()
        transaction.set_rollback(True)


def test_the_steps_reach_every_kind_of_entry(db: None) -> None:
    world = World()
    script = [("hold", 40), ("commit", 9), ("hold", 5), ("release", 0), ("spend", 7), ("reverse", 3)]
    for what, number in [*script, ("days pass", 3), ("spend", 1)]:
        world.step(what, number)
        world.holds()
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT kind FROM guardrails_ledgerentry")
        assert {row[0] for row in cursor.fetchall()} == {"hold", "commit", "release", "reverse", "roll"}
