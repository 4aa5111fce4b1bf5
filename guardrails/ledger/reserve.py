"""Reserve: take from several budgets at once, or from none of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from guardrails.ledger.claim import Balance, Claim
from guardrails.ledger.entries import Entry, write
from guardrails.ledger.faults import BudgetExceededError, DayIsOverError
from guardrails.ledger.windows import Window, ensure, roll
from guardrails.models.ledger_entry import EntryKind
from guardrails.models.prepared import prepared_cursor

_TAKE = """
UPDATE guardrails_budgetwindow SET held = held + %s, spent = spent + %s, "limit" = %s
WHERE id = %s AND held + spent + %s <= %s AND rolled_on <= %s
RETURNING held, spent, "limit"
"""
# The limit goes up by what is missing, and no further: the next claim has to keep to the limit in force again.
_TAKE_BEYOND = """
UPDATE guardrails_budgetwindow SET held = held + %s, spent = spent + %s,
  "limit" = CASE WHEN held + spent + %s > %s THEN held + spent + %s ELSE %s END
WHERE id = %s AND rolled_on <= %s
RETURNING held, spent, "limit"
"""


def reserve(*, exception_id: str, claims: Sequence[Claim], kind: EntryKind, now: datetime) -> list[Balance]:
    """Take every claim: `kind` HOLD sets it aside, COMMIT spends it at once. Claims of 0 take nothing.

    Call it late in a transaction: what it locks, it locks in its last statements, in ascending order of the
    windows' ids, and until the commit. Raises BudgetExceededError or DayIsOverError; then roll it back.
    """
    taking = [claim for claim in claims if claim.amount > 0]
    if not taking:
        return []
    with prepared_cursor() as cursor:
        windows = ensure(cursor, taking)
        ordered = sorted(((windows[claim.key], claim) for claim in taking), key=lambda pair: pair[0].id)
        for window, claim in ordered:
            roll(cursor, window, first_day=claim.first_day, now=now)
        write(cursor, [_entry(exception_id, window, claim, kind, now) for window, claim in ordered])
        # Last: a guarded update needs no lock before it, and everybody else waits only for what follows it.
        return [_take(cursor, window, claim, kind) for window, claim in ordered]


def _entry(exception_id: str, window: Window, claim: Claim, kind: EntryKind, now: datetime) -> Entry:
    held, spent = _deltas(claim, kind)
    return Entry(
        window_id=window.id,
        exception_id=exception_id,
        kind=kind,
        held_delta=held,
        spent_delta=spent,
        on_date=claim.on_date,
        at=now,
    )


def _deltas(claim: Claim, kind: EntryKind) -> tuple[int, int]:
    return (claim.amount, 0) if kind is EntryKind.HOLD else (0, claim.amount)


def _take(cursor: Any, window: Window, claim: Claim, kind: EntryKind) -> Balance:
    held, spent = _deltas(claim, kind)
    amount, limit = claim.amount, claim.limit
    if claim.extends:
        cursor.execute(_TAKE_BEYOND, [held, spent, amount, limit, amount, limit, window.id, claim.on_date])
    else:
        cursor.execute(_TAKE, [held, spent, limit, window.id, amount, limit, claim.on_date])
    row = cursor.fetchone()
    if row is None:
        raise _refusal(cursor, window, claim)
    return Balance(
        window_id=window.id,
        budget=claim.budget,
        scope_key=claim.scope_key,
        starts_on=claim.starts_on,
        limit=row[2],
        held=row[0],
        spent=row[1],
        moved=claim.amount,
    )


def _refusal(cursor: Any, window: Window, claim: Claim) -> BudgetExceededError | DayIsOverError:
    cursor.execute(
        "SELECT held + spent, rolled_on > %s FROM guardrails_budgetwindow WHERE id = %s",
        [claim.on_date, window.id],
    )
    taken, over = cursor.fetchone()
    if over:
        return DayIsOverError()
    return BudgetExceededError(
        budget=claim.budget,
        remaining=max(0, claim.limit - taken),
        window_id=window.id,
        missing=taken + claim.amount - claim.limit,
    )
