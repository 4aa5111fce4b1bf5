"""Paid: how much was due when it was paid, and how much of that is to come back."""

from typing import Any

from guardrails.actions.money_json import money_json
from guardrails.models import CareException, Settlement
from policies.engine.money import decimal_text


def due_when_paid(row: CareException) -> int:
    """Give what was due when it was paid, as the amount or quantity is kept.

    What was taken back before then was not due any more; what was taken back since is to come back.
    """
    return _number(row) - (row.reversed_number - row.owed_back)


def owed_back_after(row: CareException, *, number: int | None, whole: bool) -> int:
    """Give how much is to come back once this much more is taken back: nothing of what has not arrived."""
    if row.settlement != Settlement.CONFIRMED or number is None or row.unit == "none":
        return row.owed_back
    if whole and row.settled_minor is not None:
        return row.settled_minor
    return row.owed_back + number


def paid_json(row: CareException, number: int | None) -> dict[str, Any] | None:
    """Give it as an amount or a quantity, None where it is not known."""
    if number is None or row.unit == "none":
        return None
    if row.unit == "money":
        return money_json(number, row.currency)
    return {"quantity": decimal_text(number, row.places), "unit": row.unit}


def _number(row: CareException) -> int:
    return (row.amount_minor if row.unit == "money" else row.quantity) or 0
