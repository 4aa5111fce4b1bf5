"""Settle: spend or release what was held, reverse what was spent; always in the window where it was taken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from guardrails.ledger.claim import Balance
from guardrails.ledger.entries import Entry, write
from guardrails.ledger.windows import as_date
from guardrails.models.ledger_entry import EntryKind
from guardrails.models.prepared import prepared_cursor

_POSITIONS = """
SELECT w.id, w.budget, w.scope_key, w.starts_on, w.measure, e.on_date, SUM(e.held_delta), SUM(e.spent_delta)
FROM guardrails_ledgerentry e JOIN guardrails_budgetwindow w ON w.id = e.window_id
WHERE e.exception_id = %s
GROUP BY w.id, w.budget, w.scope_key, w.starts_on, w.measure, e.on_date
ORDER BY w.id
"""
# What a rolling window has dropped already is not given back a second time: then no row matches.
_MOVE = """
UPDATE guardrails_budgetwindow SET held = held + %s, spent = spent + %s
WHERE id = %s AND rolled_on <= %s
RETURNING held, spent, "limit"
"""


@dataclass(frozen=True, slots=True)
class Position:
    """What one exception has in one window."""

    window_id: int
    budget: str
    scope_key: str
    starts_on: date
    measure: str
    on_date: date
    held: int
    spent: int


Movement = Callable[[Position], tuple[int, int]]
"""By how much held and spent change for a position."""


def commit(*, exception_id: str, now: datetime, amount: int | None = None) -> list[Balance]:
    """Spend what is held. Of budgets in money only `amount` (minor units, default all); the rest goes back.

    Raises ValueError where more is to be spent than is held.
    """

    def movement(position: Position) -> tuple[int, int]:
        part = position.held if amount is None or position.measure == "count" else amount
        if not 0 < part <= position.held:
            raise ValueError(f"{position.budget}: {part} to be spent of {position.held} held")
        return -position.held, part

    return _move(exception_id, EntryKind.COMMIT, now, lambda position: position.held > 0, movement)


def release(*, exception_id: str, now: datetime, keep: int | None = None) -> list[Balance]:
    """Give back all that is held; of budgets in money `keep` stays held (minor units), and counts then stay whole."""

    def kept(position: Position) -> int:
        return 0 if keep is None else position.held if position.measure == "count" else min(keep, position.held)

    return _move(
        exception_id,
        EntryKind.RELEASE,
        now,
        lambda position: position.held > kept(position),
        lambda position: (kept(position) - position.held, 0),
    )


def reverse(*, exception_id: str, now: datetime, amount: int | None = None) -> list[Balance]:
    """Give back what was spent: all of it, or of budgets in money `amount` (minor units).

    A part leaves counts as they are: the exception was still made. Raises ValueError where more is to be
    given back than was spent.
    """

    def movement(position: Position) -> tuple[int, int]:
        part = position.spent if amount is None else amount
        if not 0 < part <= position.spent:
            raise ValueError(f"{position.budget}: {part} to be given back of {position.spent} spent")
        return 0, -part

    def touched(position: Position) -> bool:
        return position.spent > 0 and (amount is None or position.measure == "money")

    return _move(exception_id, EntryKind.REVERSE, now, touched, movement)


def _move(
    exception_id: str,
    kind: EntryKind,
    now: datetime,
    touched: Callable[[Position], bool],
    movement: Movement,
) -> list[Balance]:
    with prepared_cursor() as cursor:
        moves = [(position, *movement(position)) for position in _positions(cursor, exception_id) if touched(position)]
        moved = [(*move, row) for move in moves if (row := _moved(cursor, *move))]
        entries = [
            Entry(
                window_id=position.window_id,
                exception_id=exception_id,
                kind=kind,
                held_delta=held,
                spent_delta=spent,
                on_date=position.on_date,
                at=now,
            )
            for position, held, spent, _ in moved
        ]
        if entries:
            write(cursor, entries)
    return [_balance(position, row, held + spent) for position, held, spent, row in moved]


def _moved(cursor: Any, position: Position, held: int, spent: int) -> Any:
    cursor.execute(_MOVE, [held, spent, position.window_id, position.on_date])
    return cursor.fetchone()


def _positions(cursor: Any, exception_id: str) -> list[Position]:
    cursor.execute(_POSITIONS, [exception_id])
    return [
        Position(id_, budget, scope_key, as_date(starts_on), measure, as_date(on_date), int(held), int(spent))
        for id_, budget, scope_key, starts_on, measure, on_date, held, spent in cursor.fetchall()
    ]


def _balance(position: Position, row: tuple[int, int, int], moved: int) -> Balance:
    held, spent, limit = row
    return Balance(
        window_id=position.window_id,
        budget=position.budget,
        scope_key=position.scope_key,
        starts_on=position.starts_on,
        limit=limit,
        held=held,
        spent=spent,
        moved=moved,
    )
