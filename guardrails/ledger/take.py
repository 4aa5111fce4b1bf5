"""Take: the guarded updates, in which a budget bears an amount or does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import connection

from guardrails.ledger.claim import Balance, Claim
from guardrails.ledger.entries import Entry, write
from guardrails.ledger.faults import BudgetExceededError, DayIsOverError
from guardrails.ledger.windows import Window
from guardrails.models.ledger_entry import EntryKind
from guardrails.models.portable_sql import rows_json, stored

_TAKE = """
UPDATE guardrails_budgetwindow SET held = held + %s, spent = spent + %s, "limit" = %s
WHERE id = %s AND held + spent + %s <= %s AND rolled_on <= %s
RETURNING id, held, spent, "limit"
"""
# The limit goes up by what is missing, and no further: the next claim has to keep to the limit in force again.
_TAKE_BEYOND = """
UPDATE guardrails_budgetwindow SET held = held + %s, spent = spent + %s,
  "limit" = CASE WHEN held + spent + %s > %s THEN held + spent + %s ELSE %s END
WHERE id = %s AND rolled_on <= %s
RETURNING id, held, spent, "limit"
"""
# The rows are locked in order of their ids before any is changed, so that two who take several never wait for each
# other in a circle; whoever waited for a lock sees the row as it then is. The entries go with it in one round trip.
_TAKE_TOGETHER = """
WITH claim AS (
  SELECT * FROM jsonb_to_recordset(%s::jsonb)
    AS claim(id bigint, held bigint, spent bigint, amount bigint, ceiling bigint, on_date date)
), entered AS (
  INSERT INTO guardrails_ledgerentry (window_id, exception_id, kind, held_delta, spent_delta, on_date, at)
  SELECT id, %s, %s, held, spent, on_date, %s FROM claim
), locked AS MATERIALIZED (
  SELECT id FROM guardrails_budgetwindow WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
)
UPDATE guardrails_budgetwindow w
SET held = w.held + claim.held, spent = w.spent + claim.spent, "limit" = claim.ceiling
FROM claim JOIN locked ON locked.id = claim.id
WHERE w.id = claim.id AND w.id = ANY(%s)
  AND w.held + w.spent + claim.amount <= claim.ceiling AND w.rolled_on <= claim.on_date
RETURNING w.id, w.held, w.spent, w."limit"
"""

Row = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A claim on a window that is there: by how much held or spent go up, in minor units or counts."""

    window_id: int
    claim: Claim
    held: int
    spent: int

    @classmethod
    def of(cls, window: Window, claim: Claim, kind: EntryKind) -> Self:
        """Give what the claim takes: held, or spent at once."""
        held, spent = (claim.amount, 0) if kind is EntryKind.HOLD else (0, claim.amount)
        return cls(window_id=window.id, claim=claim, held=held, spent=spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """For which exception, how and when it is taken."""

    exception_id: str
    kind: EntryKind
    now: datetime


def take(cursor: Any, takings: Sequence[Taking], taker: Taker) -> list[Balance]:
    """Take all and append their entries. Raises BudgetExceededError or DayIsOverError.

    `takings` are in the order in which they are taken, which is that of the windows' ids.
    """
    together = connection.vendor == "postgresql" and not any(taking.claim.extends for taking in takings)
    rows = (_together if together else _one_by_one)(cursor, takings, taker)
    for taking in takings:
        if taking.window_id not in rows:
            raise _refusal(cursor, taking)
    return [_balance(taking, rows[taking.window_id]) for taking in takings]


def _together(cursor: Any, takings: Sequence[Taking], taker: Taker) -> dict[int, Row]:
    ids = [taking.window_id for taking in takings]
    claims = rows_json(_row(taking) for taking in takings)
    cursor.execute(_TAKE_TOGETHER, [claims, taker.exception_id, taker.kind.value, stored(taker.now), ids, ids])
    return {row[0]: row for row in cursor.fetchall()}


def _row(taking: Taking) -> dict[str, Any]:
    claim = taking.claim
    numbers = {"id": taking.window_id, "held": taking.held, "spent": taking.spent}
    return {**numbers, "amount": claim.amount, "ceiling": claim.limit, "on_date": claim.on_date}


def _one_by_one(cursor: Any, takings: Sequence[Taking], taker: Taker) -> dict[int, Row]:
    write(cursor, [_entry(taking, taker) for taking in takings])
    # Last: a guarded update needs no lock before it, and everybody else waits only for what follows it.
    rows: dict[int, Row] = {}
    for taking in takings:
        row = _one(cursor, taking)
        if row is None:
            break
        rows[taking.window_id] = row
    return rows


def _entry(taking: Taking, taker: Taker) -> Entry:
    return Entry(
        window_id=taking.window_id,
        exception_id=taker.exception_id,
        kind=taker.kind,
        held_delta=taking.held,
        spent_delta=taking.spent,
        on_date=taking.claim.on_date,
        at=taker.now,
    )


def _one(cursor: Any, taking: Taking) -> Row | None:
    claim = taking.claim
    amount, limit = claim.amount, claim.limit
    if claim.extends:
        guards = [amount, limit, amount, limit, taking.window_id, claim.on_date]
        cursor.execute(_TAKE_BEYOND, [taking.held, taking.spent, *guards])
    else:
        guards = [limit, taking.window_id, amount, limit, claim.on_date]
        cursor.execute(_TAKE, [taking.held, taking.spent, *guards])
    row: Row | None = cursor.fetchone()
    return row


def _balance(taking: Taking, row: Row) -> Balance:
    claim = taking.claim
    return Balance(
        window_id=taking.window_id,
        budget=claim.budget,
        scope_key=claim.scope_key,
        starts_on=claim.starts_on,
        limit=row[3],
        held=row[1],
        spent=row[2],
        moved=claim.amount,
    )


def _refusal(cursor: Any, taking: Taking) -> BudgetExceededError | DayIsOverError:
    claim = taking.claim
    cursor.execute(
        "SELECT held + spent, rolled_on > %s FROM guardrails_budgetwindow WHERE id = %s",
        [claim.on_date, taking.window_id],
    )
    taken, over = cursor.fetchone()
    if over:
        return DayIsOverError()
    return BudgetExceededError(
        budget=claim.budget,
        remaining=max(0, claim.limit - taken),
        window_id=taking.window_id,
        missing=taken + claim.amount - claim.limit,
    )
