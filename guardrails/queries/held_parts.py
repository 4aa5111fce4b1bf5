"""Held parts: how much of budgets' windows is held by open promises, which are not given yet and may never be."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from guardrails.models.portable_sql import read_moment, rows_json, rows_of, stored, texts
from guardrails.models.prepared import prepared_cursor
from guardrails.queries.situation import AskedWindow, Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPart:
    """`amount` in minor units or a count; `until` when the first of these `promises` is over, None: when answered."""

    amount: int
    until: datetime | None
    promises: int


def held_parts(
    *, policy_id: int, windows: Sequence[AskedWindow], now: datetime, chain: Chain | None = None
) -> dict[str, HeldPart]:
    """Give what is held of these windows, by budget code, those of one budget together; missing: nothing.

    With a chain, what is held in it for other customers counts as held of the customer's own budgets too, as what was
    given does. Its cost depends on how many promises are open, of which there are few, not on what was ever taken.
    """
    parameters: list[Any] = [stored(now), policy_id, _rows(windows)]
    of_others = chain is not None and bool(chain.customer and chain.shared)
    if chain and of_others:
        parameters += [_rows(chain.shared), json.dumps(chain.cases), chain.customer]
    with prepared_cursor() as cursor:
        cursor.execute(_sql(of_others=of_others), parameters)
        return {
            budget: HeldPart(amount=int(amount), until=read_moment(until) if until else None, promises=promises)
            for budget, amount, until, promises in cursor.fetchall()
        }


def _rows(windows: Sequence[AskedWindow]) -> str:
    names = ("budget", "scope_key", "starts_on", "first_day")
    return rows_json({name: getattr(window, name) for name in names} for window in windows)


@cache
def _sql(*, of_others: bool) -> str:
    asked = rows_of({"budget": "text", "scope_key": "text", "starts_on": "date", "first_day": "date"}, alias="asked")
    parts = [_OWN, _OF_OTHERS.replace("{texts}", texts())] if of_others else [_OWN]
    return _HELD.replace("{parts}", " UNION ALL ".join(parts)).replace("{asked}", asked)


# Few promises are open at any time, so everything starts from them.
_HELD = """
WITH promised AS (
  SELECT x.*, e.held_delta, e.on_date, w.budget, w.scope_key, w.starts_on
  FROM (
    SELECT id, expires_at, customer, "case" FROM guardrails_careexception
    WHERE state IN ('held', 'approved') AND expires_at > %s
    UNION ALL
    SELECT id, NULL, customer, "case" FROM guardrails_careexception WHERE state = 'awaiting_approval'
  ) x
  JOIN guardrails_ledgerentry e ON e.exception_id = x.id
  JOIN guardrails_budgetwindow w ON w.id = e.window_id AND w.policy_id = %s
)
SELECT budget, SUM(held_delta), MIN(expires_at), COUNT(DISTINCT id) FROM ({parts}) held
GROUP BY budget HAVING SUM(held_delta) > 0
"""
_OWN = """
SELECT p.id, p.budget, p.held_delta, p.expires_at FROM promised p
JOIN {asked} ON asked.budget = p.budget AND asked.scope_key = p.scope_key
  AND asked.starts_on = p.starts_on AND p.on_date >= asked.first_day
"""
_OF_OTHERS = """
SELECT p.id, p.budget, p.held_delta, p.expires_at FROM promised p
JOIN {asked} ON asked.budget = p.budget AND asked.starts_on = p.starts_on AND p.on_date >= asked.first_day
WHERE p."case" IN {texts} AND NOT (p."case" = '')
  AND NOT (p.customer = %s) AND NOT (p.customer = '') AND p.scope_key = p.customer
"""
