"""Payer file: the payments of a CSV file that the system that pays has written."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policies.engine.money import DIGITS
from policies.engine.values import read_money

COLUMNS = ("exception", "reference", "amount", "currency", "date")
"""Each line has an exception, or the payer's reference of one; the date and other columns may be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One line: `paid_minor` is in the currency's smallest unit."""

    line: int
    exception: str
    reference: str
    paid_minor: int
    currency: str
    on: date | None

    @property
    def name(self) -> str:
        """Give what the file calls it."""
        return self.exception or self.reference


class PayerFileError(Exception):
    """The file cannot be read; `faults` name every line that cannot, and why."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


def read_payments(lines: Iterable[str]) -> list[Payment]:
    """Read the file, all of it or nothing. Raises PayerFileError."""
    rows = csv.DictReader(lines, skipinitialspace=True)
    named = [(name or "").strip().lower().removeprefix("\ufeff") for name in rows.fieldnames or ()]
    missing = [name for name in ("amount", "currency") if name not in named]
    if missing or not {"exception", "reference"} & set(named):
        raise PayerFileError(
            [f"line 1: must name the columns {', '.join(COLUMNS)}; found: {', '.join(named) or 'none'}"]
        )
    rows.fieldnames = named
    payments, faults = [], []
    for row in rows:
        try:
            payments.append(_payment(rows.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}))
        except ValueError as error:
            faults.append(f"line {rows.line_num}: {error}")
    if faults:
        raise PayerFileError(faults)
    return payments


def _payment(line: int, row: dict[str, str]) -> Payment:
    if not row["exception"] and not row["reference"]:
        raise ValueError("names neither an exception nor a reference")
    currency = row["currency"].upper()
    if currency not in DIGITS:
        raise ValueError(f'currency "{row["currency"]}" is not known')
    return Payment(
        line=line,
        exception=row["exception"],
        reference=row["reference"],
        paid_minor=_minor(row["amount"], currency),
        currency=currency,
        on=_day(row["date"]),
    )


def _minor(text: str, currency: str) -> int:
    try:
        paid: int = read_money(currency, DIGITS[currency])(text)
    except ValueError as error:
        raise ValueError(f'amount "{text}" {error}') from None
    return paid


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f'date "{text}" must be written as 2026-06-15') from None
