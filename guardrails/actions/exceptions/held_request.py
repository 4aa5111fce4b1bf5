"""Held request: how much of what is held or approved somebody wants to give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guardrails.models import CareException
from policies.engine.money import DIGITS, decimal_text


@dataclass(frozen=True, kw_only=True)
class HeldRequest:
    """Which exception to grant, and how much of it: what is left out is given as it is. `note` replaces its note."""

    exception: str
    amount: Any = None
    quantity: Any = None
    terms: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None
    agent: str | None = None

    def how_much(self, row: CareException) -> dict[str, Any]:
        """Give amount, quantity and terms as a client would say them, all of it where nothing is said."""
        amount, quantity = self.amount, self.quantity
        if amount is None and quantity is None:
            amount = None if row.amount_minor is None else decimal_text(row.amount_minor, DIGITS[row.currency])
            quantity = None if row.quantity is None else decimal_text(row.quantity, row.places)
        return {"amount": amount, "quantity": quantity, "terms": {**row.terms, **self.terms}}
