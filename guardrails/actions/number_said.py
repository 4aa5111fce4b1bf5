"""Number said: an amount or a quantity of a remedy, as people who approve or change an exception write it."""

from typing import Any

from guardrails.actions.faults import OutOfRangeError
from guardrails.models import CareException
from policies.engine.faults import Fault
from policies.engine.money import DIGITS
from policies.engine.values import read_decimal, read_money


def number_said(row: CareException, *, amount: Any, quantity: Any) -> int | None:
    """Give it in minor units or scaled by the remedy's places; None where nothing is said.

    Raises OutOfRangeError where it is not the remedy's unit, or no number.
    """
    if row.unit == "money":
        _absent("/quantity", quantity, "this remedy has an amount")
        return None if amount is None else _read("/amount", amount, read_money(row.currency, DIGITS[row.currency]))
    _absent("/amount", amount, "this remedy is given or not" if row.unit == "none" else f"it is given in {row.unit}")
    if row.unit == "none":
        _absent("/quantity", quantity, "this remedy is given or not")
        return None
    return None if quantity is None else _read("/quantity", quantity, read_decimal(row.places))


def _absent(path: str, value: Any, why: str) -> None:
    if value is not None:
        raise refused_number(path, f"must be left out: {why}")


def _read(path: str, value: Any, read: Any) -> int:
    try:
        number: int = read(value)
    except ValueError as error:
        raise refused_number(path, str(error)) from None
    return number


def refused_number(path: str, message: str) -> OutOfRangeError:
    """Give the refusal that names the field."""
    return OutOfRangeError(f"{path[1:].capitalize()} {message}.", errors=[Fault(path, message)])


def number_of(row: CareException) -> int | None:
    """Give how much of it there is: minor units, or scaled by its places; None where its unit is none."""
    return row.quantity if row.amount_minor is None else row.amount_minor


def number_path(row: CareException) -> str:
    """Give the pointer to where the number is said."""
    return "/amount" if row.unit == "money" else "/quantity"
