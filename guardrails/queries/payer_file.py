"""Payer file: the payments of a CSV file that the system that pays has written."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from policies.engine.money import DIGITS
from policies.engine.values import read_decimal, read_money

COLUMNS = ("exception", "reference", "amount", "currency", "quantity", "date")
"""Each line has an exception, or the payer's reference; and an amount with its currency, or a quantity. Amounts below
zero came back. The date and other columns may be left out."""
PLACES = 6
"""How many decimal places a quantity may have in a file; kept scaled by as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One line: `paid` is in the currency's smallest unit, or without a currency a quantity scaled by PLACES."""

    line: int
    exception: str
    reference: str
    paid: int
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
    rows = csv.reader(lines, skipinitialspace=True, strict=True)
    payments: list[Payment] = []
    faults: list[str] = []
    try:
        named = _header(next(rows, []))
        for cells in rows:
            if not cells:
                continue
            try:
                payments.append(_payment(rows.line_num, _row(named, cells)))
            except ValueError as error:
                faults.append(f"line {rows.line_num}: {error}")
    except csv.Error as error:
        # Nothing behind a quotation mark that is never closed can be told apart.
        faults.append(f"line {rows.line_num}: cannot be read as CSV ({error})")
    if faults:
        raise PayerFileError(faults)
    return payments


def _header(cells: list[str]) -> list[str]:
    named = [name.strip().lower().removeprefix("\ufeff") for name in cells]
    twice = sorted({name for name in named if name in COLUMNS and named.count(name) > 1})
    if twice:
        raise PayerFileError([f"line 1: names a column more than once: {', '.join(twice)}"])
    if not {"exception", "reference"} & set(named) or not ({"amount", "currency"} <= set(named) or "quantity" in named):
        raise PayerFileError(
            [f"line 1: must name the columns {', '.join(COLUMNS)}; found: {', '.join(named) or 'none'}"]
        )
    return named


def _row(named: list[str], cells: list[str]) -> Mapping[str, str]:
    if any("\0" in cell for cell in cells):
        raise ValueError("holds the character U+0000")
    found = dict(zip(named, cells, strict=False))
    return {name: found.get(name, "").strip() for name in COLUMNS}


def _payment(line: int, row: Mapping[str, str]) -> Payment:
    if not row["exception"] and not row["reference"]:
        raise ValueError("names neither an exception nor a reference")
    paid, currency = _paid(row)
    return Payment(
        line=line,
        exception=row["exception"],
        reference=row["reference"],
        paid=paid,
        currency=currency,
        on=_day(row["date"]),
    )


def _paid(row: Mapping[str, str]) -> tuple[int, str]:
    if row["quantity"] and (row["amount"] or row["currency"]):
        raise ValueError("has a quantity and an amount or a currency; it can have one of them")
    if row["quantity"]:
        return _number("quantity", row["quantity"], ""), ""
    currency = row["currency"].upper()
    if currency not in DIGITS:
        raise ValueError(f'currency "{row["currency"]}" is not known')
    return _number("amount", row["amount"], currency), currency


def _number(name: str, text: str, currency: str) -> int:
    read = read_money(currency, DIGITS[currency]) if currency else read_decimal(PLACES)
    try:
        number: int = read(text.removeprefix("-"))
    except ValueError as error:
        raise ValueError(f'{name} "{text}" {error}') from None
    return -number if text.startswith("-") else number


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValueError(f'date "{text}" must be written as 2026-06-15') from None


def days_of(payments: Iterable[Payment]) -> Iterator[date]:
    """Give the days of the file's lines, of those that have one."""
    return (payment.on for payment in payments if payment.on)
