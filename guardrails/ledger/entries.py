"""Entries: the append-only movements whose sums are the balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from guardrails.models.ledger_entry import EntryKind
from guardrails.models.portable_sql import rows_json, rows_of

_COLUMNS = {
    "window_id": "bigint",
    "exception_id": "text",
    "kind": "text",
    "held_delta": "bigint",
    "spent_delta": "bigint",
    "on_date": "date",
    "at": "timestamptz",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row to append."""

    window_id: int
    exception_id: str | None
    kind: EntryKind
    held_delta: int
    spent_delta: int
    on_date: date
    at: datetime


def write(cursor: Any, entries: Sequence[Entry]) -> None:
    """Append the entries in one statement."""
    cursor.execute(_insert_sql(), [rows_json({name: getattr(entry, name) for name in _COLUMNS} for entry in entries)])


@cache
def _insert_sql() -> str:
    columns = ", ".join(_COLUMNS)
    return (
        f"INSERT INTO guardrails_ledgerentry ({columns}) "  # noqa: S608 - fixed text
        f"SELECT {columns} FROM {rows_of(_COLUMNS, alias='entry')}"
    )
