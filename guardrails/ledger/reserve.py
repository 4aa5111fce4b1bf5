"""Reserve: take from several budgets at once, or from none of them."""

from collections.abc import Sequence
from datetime import datetime

from guardrails.ledger.claim import Balance, Claim
from guardrails.ledger.entries import Entry, write
from guardrails.ledger.take import Taking, take
from guardrails.ledger.windows import ensure, roll
from guardrails.models.ledger_entry import EntryKind
from guardrails.models.prepared import prepared_cursor


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
        takings = [Taking.of(window, claim, kind) for window, claim in ordered]
        write(cursor, [_entry(exception_id, taking, kind, now) for taking in takings])
        # Last: a guarded update needs no lock before it, and everybody else waits only for what follows it.
        return take(cursor, takings)


def _entry(exception_id: str, taking: Taking, kind: EntryKind, now: datetime) -> Entry:
    return Entry(
        window_id=taking.window_id,
        exception_id=exception_id,
        kind=kind,
        held_delta=taking.held,
        spent_delta=taking.spent,
        on_date=taking.claim.on_date,
        at=now,
    )
