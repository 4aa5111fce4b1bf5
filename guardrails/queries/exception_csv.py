"""Exceptions as CSV, for a spreadsheet; text that a spreadsheet would take for a formula is disarmed."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from guardrails.models import CareException, State
from policies.engine.money import DIGITS, decimal_text

COLUMNS = (
    "exception", "state", "created_at", "granted_at", "policy", "version", "agent", "team", "role", "reason",
    "remedy", "amount", "currency", "quantity", "unit", "cost", "customer", "case", "channel", "decision", "rule",
    "client", "note", "taken_back", "cost_taken_back", "settlement", "expires_at",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[CareException]) -> Iterator[str]:
    """Give the file line by line; rows are read while they are sent, however many there are."""
    writer = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow(_cells(row))


def _cells(row: CareException) -> list[Any]:
    digits = DIGITS[row.currency]
    amount = "" if row.amount_minor is None else decimal_text(row.amount_minor, digits)
    quantity = "" if row.quantity is None else decimal_text(row.quantity, row.places)
    return [
        row.id,
        row.state,
        row.created_at.isoformat(),
        row.granted_at.isoformat() if row.granted_at else "",
        row.policy.code,
        row.version.number,
        disarmed(row.agent.code),
        disarmed(row.team),
        row.role,
        row.reason,
        row.remedy,
        amount,
        row.currency,
        quantity,
        row.unit,
        decimal_text(row.cost_minor, digits),
        *map(disarmed, (row.customer, row.case, row.channel)),
        row.decision_id,
        row.rule,
        row.client,
        disarmed(row.note),
        _taken_back(row, digits),
        decimal_text(row.reversed_cost_minor, digits),
        row.settlement,
        row.expires_at.isoformat() if row.expires_at and row.state in (State.HELD, State.APPROVED) else "",
    ]


def _taken_back(row: CareException, digits: int) -> str:
    """Give how much was taken back, as its amount or quantity is written."""
    if row.unit == "none":
        return ""
    return decimal_text(row.reversed_number, digits if row.unit == "money" else row.places)


def disarmed(text: str) -> str:
    """Give text that no spreadsheet runs: an apostrophe before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
