"""Paid: how much of what was paid is to come back, and how such an amount is told."""

from typing import Any

from guardrails.actions.money_json import money_json
from guardrails.models import CareException, Settlement
from policies.engine.money import decimal_text


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
