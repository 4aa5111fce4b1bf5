"""Line up: lock the windows of several movements in one order, before the first of them."""

from collections.abc import Collection, Sequence

from django.db import connection

from guardrails.ledger.claim import Claim
from guardrails.ledger.windows import ensure, lock
from guardrails.models.ledger_entry import LedgerEntry
from guardrails.models.prepared import prepared_cursor


def line_up(*, exceptions: Collection[str], claims: Sequence[Claim] = ()) -> None:
    """Lock all that these exceptions have taken from, and all that is claimed, in ascending order of the ids.

    Each movement keeps to this order by itself; a second one in the same transaction might ask for a lower id
    than the first, and two who do so would wait for each other in a circle. Windows that are missing are made.
    """
    if connection.vendor != "postgresql":
        return
    taken = LedgerEntry.objects.filter(exception__in=exceptions).values_list("window", flat=True)
    with prepared_cursor() as cursor:
        wanted = ensure(cursor, [claim for claim in claims if claim.amount > 0], None) if claims else {}
        lock(cursor, {*taken, *(window.id for window in wanted.values())})
