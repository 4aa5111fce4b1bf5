"""Turns: those who write about the same customer, case, decision or key wait for each other."""

import hashlib
from collections.abc import Iterable

from django.db import connection

from guardrails.models.prepared import prepared_cursor


def take_turns(*names: Iterable[object]) -> None:
    """Wait until nobody else writes under these names, and keep them until the transaction ends.

    History facts and exclusive groups are read, decided upon and then added to: without turns two grants would both
    read "none yet". On SQLite writing transactions take turns anyway. Locks are taken in one order, so that two
    never wait for each other in a circle.
    """
    if connection.vendor != "postgresql":
        return
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(turn) FROM unnest(%s::bigint[]) AS turn",
            [sorted({_number(name) for name in names})],
        )


def _number(name: Iterable[object]) -> int:
    """Give 64 bits for a name; two names with the same bits only wait once too often."""
    text = "\0".join(str(part) for part in name)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
