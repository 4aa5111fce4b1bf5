"""Reserve: take from several budgets at once, or from none of them."""

from collections.abc import Sequence
from datetime import datetime

from guardrails.ledger.claim import Balance, Claim
from guardrails.ledger.take import Taker, Taking, take
from guardrails.ledger.windows import Known, ensure, lock, roll
from guardrails.models.ledger_entry import EntryKind
from guardrails.models.prepared import prepared_cursor


def reserve(
    *,
    exception_id: str,
    claims: Sequence[Claim],
    kind: EntryKind,
    now: datetime,
    known: Known | None = None,
) -> list[Balance]:
    """Take every claim: `kind` HOLD sets it aside, COMMIT spends it at once. Claims of 0 take nothing.

    `known` are all the windows of the claims that were there when they were read, in the same transaction.

    Call it late in a transaction: what it locks, it locks in its last statements, in ascending order of the
    windows' ids, and until the commit. Raises BudgetExceededError or DayIsOverError; then roll it back.
    """
    taking = [claim for claim in claims if claim.amount > 0]
    if not taking:
        return []
    with prepared_cursor() as cursor:
        windows = ensure(cursor, taking, known)
        ordered = sorted(((windows[claim.key], claim) for claim in taking), key=lambda pair: pair[0].id)
        if any(window.rolled_on < claim.first_day for window, claim in ordered):
            # Only some of them roll, and would be locked before others whose ids are lower.
            lock(cursor, [window.id for window, _ in ordered])
        for window, claim in ordered:
            roll(cursor, window, first_day=claim.first_day, now=now)
        takings = [Taking.of(window, claim, kind) for window, claim in ordered]
        return take(cursor, takings, Taker(exception_id=exception_id, kind=kind, now=now))
