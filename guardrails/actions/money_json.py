"""Money and quantities as they are written in answers: exact decimal text, never a float."""

from policies.engine.money import DIGITS, decimal_text

MoneyJson = dict[str, str]


def money_json(minor: int, currency: str) -> MoneyJson:
    """Give `{"amount": "25.00", "currency": "EUR"}` of 2500 cents."""
    return {"amount": decimal_text(minor, DIGITS[currency]), "currency": currency}


def given_json(
    *, amount_minor: int | None, quantity: int | None, places: int, unit: str, currency: str
) -> dict[str, object]:
    """Give what was given, as part of an answer: an amount, a quantity with its unit, or neither."""
    if amount_minor is not None:
        return {"amount": money_json(amount_minor, currency)}
    if quantity is not None:
        return {"quantity": {"quantity": decimal_text(quantity, places), "unit": unit}}
    return {}
