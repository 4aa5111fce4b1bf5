"""Held parts: how much of budgets' windows is held by open promises, which are not given yet and may never be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from guardrails.models.portable_sql import read_moment, rows_json, rows_of, stored
from guardrails.models.prepared import prepared_cursor
from guardrails.queries.situation import AskedWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPart:
    """`amount` in minor units or a count; `until` when the first of these `promises` is over, None: when answered."""

    amount: int
    until: datetime | None
    promises: int


def held_parts(*, policy_id: int, windows: Sequence[AskedWindow], now: datetime) -> dict[str, HeldPart]:
    """Give what is held of these windows, by budget code, those of one budget together; missing: nothing.

    Its cost depends on how many promises are open, of which there are few, not on what was ever taken.
    """
    names = ("budget", "scope_key", "starts_on", "first_day")
    rows = rows_json({name: getattr(window, name) for name in names} for window in windows)
    with prepared_cursor() as cursor:
        cursor.execute(_sql(), [stored(now), policy_id, rows])
        return {
            budget: HeldPart(amount=int(amount), until=read_moment(until) if until else None, promises=promises)
            for budget, amount, until, promises in cursor.fetchall()
        }


@cache
def _sql() -> str:
    asked = {"budget": "text", "scope_key": "text", "starts_on": "date", "first_day": "date"}
    return f"""
SELECT w.budget, SUM(e.held_delta), MIN(x.expires_at), COUNT(DISTINCT x.id)
FROM (
  SELECT id, expires_at FROM guardrails_careexception WHERE state IN ('held', 'approved') AND expires_at > %s
  UNION ALL
  SELECT id, NULL FROM guardrails_careexception WHERE state = 'awaiting_approval'
) x
JOIN guardrails_ledgerentry e ON e.exception_id = x.id
JOIN guardrails_budgetwindow w ON w.id = e.window_id AND w.policy_id = %s
JOIN {rows_of(asked, alias="asked")} ON asked.budget = w.budget AND asked.scope_key = w.scope_key
  AND asked.starts_on = w.starts_on AND e.on_date >= asked.first_day
GROUP BY w.budget HAVING SUM(e.held_delta) > 0
"""  # noqa: S608 - fixed text
