"""Windows: the rows exist before anything is taken from them, and rolling ones drop what counts no more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import connection

from guardrails.ledger.claim import Claim, WindowKey
from guardrails.ledger.entries import Entry, write
from guardrails.models.ledger_entry import EntryKind
from guardrails.models.portable_sql import each_one, rows_json, rows_of

_COLUMNS = {
    "policy_id": "bigint",
    "budget": "text",
    "scope_key": "text",
    "starts_on": "date",
    "measure": "text",
    "ceiling": "bigint",
    "rolled_on": "date",
}


@dataclass(frozen=True, slots=True)
class Window:
    """A window's row as far as the ledger needs it before it is locked."""

    id: int
    rolled_on: date


Known = Mapping[WindowKey, Window]


def ensure(cursor: Any, claims: Sequence[Claim], known: Known | None) -> Known:
    """Give the windows of the claims, at least; those that are missing are made first.

    `known` are all that were there a moment ago; without it they are looked up.

    Two processes may make the same one at once: the second waits for the first, then ignores the conflict.
    Rows are made in order of their key, so that two who make several never wait for each other in a circle.
    """
    if known is None:
        known = _find(cursor, _rows(claims))
    missing = sorted((claim for claim in claims if claim.key not in known), key=lambda claim: claim.key)
    if not missing:
        return known
    made = _read(cursor, _insert_sql(), _rows(missing))
    if len(made) < len(missing):
        made = _find(cursor, _rows(missing))
    return {**known, **made}


def lock(cursor: Any, ids: Collection[int]) -> None:
    """Lock windows in ascending order of their ids, on PostgreSQL; on SQLite writing transactions take turns."""
    if connection.vendor == "postgresql":
        cursor.execute(_LOCK, [sorted(ids)])


def roll(cursor: Any, window: Window, *, first_day: date, now: datetime) -> None:
    """Drop from a rolling window what was taken before `first_day`, by a negative entry.

    Whoever moves `rolled_on` has the row's lock, so one process rolls. What another has inserted but not yet
    added to the balance is refused by the guard of `reserve` when its day is over.
    """
    if window.rolled_on >= first_day:
        return
    cursor.execute(_MOVE, [first_day, window.id, window.rolled_on])
    if cursor.rowcount == 0:
        return
    cursor.execute(_COUNTS_NO_MORE, [window.id, window.rolled_on, first_day])
    held, spent = (int(total) for total in cursor.fetchone())
    if held or spent:
        write(
            cursor,
            [
                Entry(
                    window_id=window.id,
                    exception_id=None,
                    kind=EntryKind.ROLL,
                    held_delta=-held,
                    spent_delta=-spent,
                    on_date=first_day,
                    at=now,
                )
            ],
        )
        cursor.execute(_TAKE_OFF, [held, spent, window.id])


_LOCK = "SELECT id FROM guardrails_budgetwindow WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_MOVE = "UPDATE guardrails_budgetwindow SET rolled_on = %s WHERE id = %s AND rolled_on = %s"
_COUNTS_NO_MORE = """
SELECT COALESCE(SUM(held_delta), 0), COALESCE(SUM(spent_delta), 0) FROM guardrails_ledgerentry
WHERE window_id = %s AND on_date >= %s AND on_date < %s AND kind <> 'roll'
"""
_TAKE_OFF = "UPDATE guardrails_budgetwindow SET held = held - %s, spent = spent - %s WHERE id = %s"


def _rows(claims: Sequence[Claim]) -> str:
    return rows_json(_row(claim) for claim in claims)


def _row(claim: Claim) -> dict[str, Any]:
    return {
        "policy_id": claim.policy_id,
        "budget": claim.budget,
        "scope_key": claim.scope_key,
        "starts_on": claim.starts_on,
        "measure": claim.measure,
        "ceiling": claim.limit,
        "rolled_on": claim.first_day,
    }


def _find(cursor: Any, rows: str) -> dict[WindowKey, Window]:
    return _read(cursor, _find_sql(), rows)


def _read(cursor: Any, sql: str, rows: str) -> dict[WindowKey, Window]:
    cursor.execute(sql, [rows])
    found = {}
    for id_, budget, scope_key, starts_on, rolled_on in cursor.fetchall():
        found[(budget, scope_key, as_date(starts_on))] = Window(id=id_, rolled_on=as_date(rolled_on))
    return found


def as_date(value: Any) -> date:
    """Give the date that raw SQL returned: SQLite returns text."""
    return value if isinstance(value, date) else date.fromisoformat(value)


@cache
def _find_sql() -> str:
    same = " AND ".join(f"w.{name} = asked.{name}" for name in ("policy_id", "budget", "scope_key", "starts_on"))
    return (
        "SELECT w.id, w.budget, w.scope_key, w.starts_on, w.rolled_on "  # noqa: S608 - fixed text
        f"FROM {rows_of(_COLUMNS, alias='asked')} {each_one('guardrails_budgetwindow', alias='w', where=same)}"
    )


@cache
def _insert_sql() -> str:
    return f"""
INSERT INTO guardrails_budgetwindow
  (policy_id, budget, scope_key, starts_on, measure, "limit", held, spent, rolled_on)
SELECT policy_id, budget, scope_key, starts_on, measure, ceiling, 0, 0, rolled_on
FROM {rows_of(_COLUMNS, alias="asked")} WHERE true
ORDER BY budget, scope_key, starts_on
ON CONFLICT DO NOTHING
RETURNING id, budget, scope_key, starts_on, rolled_on
"""  # noqa: S608 - fixed text
