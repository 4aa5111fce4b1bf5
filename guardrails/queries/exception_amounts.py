"""Exception amounts: compare what exceptions give in major units, whatever their currency."""

from decimal import Decimal
from math import ceil, floor

from django.db.models import Q

from policies.engine.money import DIGITS


def amount_condition(compare: str, amount: Decimal) -> Q:
    """Compare ("gte", "lte" …) in major units: currencies differ in how many minor units they have."""
    wanted = Q()
    for digits in sorted(set(DIGITS.values())):
        currencies = [currency for currency, each in DIGITS.items() if each == digits]
        minor = amount * 10**digits
        # Django would cut the fraction off, and so let 4.50 be at least 4.505.
        whole = floor(minor) if compare in ("lte", "gt") else ceil(minor)
        wanted |= Q(currency__in=currencies, **{f"amount_minor__{compare}": whole})
    return wanted
