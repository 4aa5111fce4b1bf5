"""Alert budgets: when so much of a budget is taken that somebody should know, say so once a window."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from guardrails.actions.money_json import money_json
from guardrails.audit import Subject, record
from guardrails.ledger import Balance
from guardrails.models.budget_window import ROLLING_SINCE
from guardrails.models.portable_sql import stored
from guardrails.models.prepared import prepared_cursor
from policies.engine.compile import Compiled
from policies.engine.periods import first_day, window
from policies.engine.rulebook import Budget

_ONCE = """
INSERT INTO guardrails_budgetalert (window_id, percent, on_date, at)
SELECT w.id, %s, %s, %s FROM guardrails_budgetwindow w
WHERE w.id = %s AND NOT EXISTS (
  SELECT 1 FROM guardrails_budgetalert a WHERE a.window_id = w.id AND a.percent = %s AND a.on_date >= %s
)
ON CONFLICT DO NOTHING
"""


def crossed(balance: Balance, percents: Iterable[int]) -> tuple[int, ...]:
    """Give the percentages of the limit that this movement has reached, lowest first; none where it gave back.

    What a lowered limit made of the balance before it is no movement: only the percentages above are told then.
    """
    before, after = balance.taken - balance.moved, balance.taken
    return tuple(each for each in sorted(percents) if before * 100 < each * balance.limit <= after * 100)


def alert_budgets(*, policy_id: int, rules: Compiled, team: str, balances: Sequence[Balance], now: datetime) -> None:
    """Note and tell what these movements have reached, in the caller's transaction, which has the windows' locks.

    `team` is the team of whoever took from them, by which watchers of one team are told of its agents' budgets.
    """
    for balance in balances:
        if balance.moved <= 0:
            continue
        budget = next((each for each in rules.rulebook.budgets if each.code == balance.budget), None)
        if budget is None:
            continue
        # One movement that reaches several of them is told once, with the highest; the others are noted with it.
        reached = crossed(balance, budget.alert_at)
        new = [percent for percent in reached if _first(balance, budget, percent, rules=rules, now=now)]
        if new:
            _record(balance, budget, new[-1], rules=rules, team=team, policy_id=policy_id, now=now)


def _first(balance: Balance, budget: Budget, percent: int, *, rules: Compiled, now: datetime) -> bool:
    """Whether nobody was told in this window; a rolling one forgets what was told before it began."""
    on, since = _day(balance, budget, now.astimezone(rules.zone).date())
    with prepared_cursor() as cursor:
        cursor.execute(_ONCE, [percent, on, stored(now), balance.window_id, percent, since])
        return bool(cursor.rowcount == 1)


def _day(balance: Balance, budget: Budget, today: date) -> tuple[date, date]:
    if not budget.rolling:
        return balance.starts_on, balance.starts_on
    return today, first_day(today, days=budget.days, months=budget.months)


def _record(
    balance: Balance, budget: Budget, percent: int, *, rules: Compiled, team: str, policy_id: int, now: datetime
) -> None:
    ends = window(budget, now, rules.zone).resets_at
    figures = {"limit": balance.limit, "taken": balance.taken, "remaining": balance.remaining}
    currency = rules.rulebook.currency
    answer: dict[str, Any] = {
        "budget": budget.code,
        "name": budget.name,
        "scope": budget.scope,
        "key": balance.scope_key or None,
        "team": team if budget.scope in ("team", "agent") else None,
        "percent": percent,
        "measure": budget.measure,
        **{name: money_json(each, currency) if budget.measure == "money" else each for name, each in figures.items()},
        "starts_on": None if balance.starts_on == ROLLING_SINCE else balance.starts_on.isoformat(),
        "resets_at": ends.isoformat() if ends else None,
    }
    record(
        kind="budget.threshold",
        subject=Subject(type="budget_window", id=str(balance.window_id), policy_id=policy_id),
        body={"answer": answer},
        actor="system",
        now=now,
    )
