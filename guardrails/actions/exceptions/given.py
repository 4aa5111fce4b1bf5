"""Given: how much a client wants to give, read and held against the offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from guardrails.actions.faults import NeedsApprovalError, OutOfRangeError
from policies.engine.decision import Ladder, Offer
from policies.engine.faults import Fault, pointer
from policies.engine.money import DIGITS, decimal_text
from policies.engine.values import read_decimal, read_money


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """`number` is in minor units or scaled by the remedy's places, None where the unit is none.

    `ladder` is who must agree, None where the role may give it alone. `terms` are decimal texts by code.
    """

    number: int | None
    ladder: Ladder | None
    terms: Mapping[str, str] = field(default_factory=dict)


def read_given(
    offer: Offer,
    *,
    amount: Any,
    quantity: Any,
    terms: Mapping[str, Any],
    currency: str,
    alternatives: Sequence[dict[str, Any]],
) -> Given:
    """Read the amount or quantity that belongs to the remedy's unit, and its terms, and find who may give it.

    A term that is left out goes as far as the offer says.

    Raises OutOfRangeError that names the field and what would be valid, and carries the `alternatives`.
    """
    try:
        return replace(_read(offer, amount, quantity, currency), terms=_terms(offer, terms))
    except _NotValidError as error:
        detail = f"{offer.remedy.name}: {error.fault.path[1:]} {error.fault.message}."
        if error.too_much:
            detail += _short(offer, alternatives)
        raise OutOfRangeError(detail, errors=[error.fault], alternatives=alternatives) from None


def read_held(offer: Offer, *, currency: str, alternatives: Sequence[dict[str, Any]], **said: Any) -> Given:
    """Read what is to be held, as read_given does; what is valid ends with what may be given alone.

    Raises NeedsApprovalError for what would need somebody's yes.
    """
    try:
        given = read_given(offer, currency=currency, alternatives=alternatives, **said)
    except OutOfRangeError:
        if offer.alone:
            read_given(offer._replace(ladder=()), currency=currency, alternatives=alternatives, **said)
        raise
    if given.ladder is None:
        return given
    if not offer.alone or offer.maximum is None:
        raise NeedsApprovalError(alternatives)
    money = offer.remedy.unit == "money"
    valid = _valid(offer._replace(ladder=()), DIGITS[currency] if money else offer.remedy.places)
    raise NeedsApprovalError(alternatives, valid=Fault("/amount" if money else "/quantity", valid))


class _NotValidError(Exception):
    def __init__(self, path: str, message: str, *, too_much: bool = False) -> None:
        self.fault = Fault(path, message)
        self.too_much = too_much
        super().__init__(message)


def _short(offer: Offer, alternatives: Sequence[dict[str, Any]]) -> str:
    """Say which budget is short, where it is one that keeps more from being given."""
    limits = [each["limited_by"] for each in alternatives if each["remedy"] == offer.remedy.code]
    return "".join(f" {each['text']}" for each in limits if each["kind"] == "budget")


def _read(offer: Offer, amount: Any, quantity: Any, currency: str) -> Given:
    remedy = offer.remedy
    if remedy.unit == "none":
        _must_be_absent("/amount", amount, "this remedy is given or not")
        _must_be_absent("/quantity", quantity, "this remedy is given or not")
        return Given(number=None, ladder=None if offer.alone else offer.ladder[0])
    if remedy.unit == "money":
        _must_be_absent("/quantity", quantity, "this remedy has an amount")
        places, path, value = DIGITS[currency], "/amount", amount
        read = read_money(currency, places)
    else:
        _must_be_absent("/amount", amount, f"this remedy has a quantity, in {remedy.unit}")
        places, path, value = remedy.places, "/quantity", quantity
        read = read_decimal(places)
    if value is None:
        return _unsaid(offer, path, places)
    try:
        number = read(value)
    except ValueError as error:
        raise _NotValidError(path, str(error)) from None
    return _within(offer, number, path, places)


def _must_be_absent(path: str, value: Any, why: str) -> None:
    if value is not None:
        raise _NotValidError(path, f"must be left out: {why}")


def _unsaid(offer: Offer, path: str, places: int) -> Given:
    """What is exactly due need not be said; whoever may choose must say what is promised."""
    if not offer.exact or offer.minimum is None:
        raise _NotValidError(path, f"is missing; it {_valid(offer, places)}")
    return _within(offer, offer.minimum, path, places)


def _within(offer: Offer, number: int, path: str, places: int) -> Given:
    minimum = offer.minimum or 0
    if offer.alone and offer.maximum is not None and minimum <= number <= offer.maximum:
        ladder = None
    else:
        ladder = next((each for each in offer.ladder if minimum <= number <= (each.maximum or 0)), None)
        if ladder is None:
            raise _NotValidError(path, _valid(offer, places), too_much=number > minimum)
    if offer.exact and number != minimum:
        raise _NotValidError(path, _valid(offer, places))
    if not offer.exact and number % offer.step and number not in (minimum, offer.suggested, offer.maximum):
        raise _NotValidError(path, _valid(offer, places))
    return Given(number=number, ladder=ladder)


def _terms(offer: Offer, asked: Mapping[str, Any]) -> dict[str, str]:
    known = {term.code for term, _ in offer.terms}
    for code in asked:
        if code not in known:
            valid = f"one of {', '.join(sorted(known))}" if known else "left out: this remedy has no terms"
            raise _NotValidError(pointer("terms", code), f"must be {valid}")
    found = {}
    for term, most in offer.terms:
        try:
            number = most if asked.get(term.code) is None else read_decimal(term.places)(asked[term.code])
        except ValueError as error:
            raise _NotValidError(pointer("terms", term.code), str(error)) from None
        if not 0 < number <= most:
            raise _NotValidError(
                pointer("terms", term.code), f"must be above 0 and at most {decimal_text(most, term.places)}"
            )
        found[term.code] = decimal_text(number, term.places)
    return found


def _valid(offer: Offer, places: int) -> str:
    def text(number: int | None) -> str:
        return decimal_text(number or 0, places)

    if offer.exact:
        return f"must be exactly {text(offer.minimum)}"
    most = offer.ladder[-1].maximum if offer.ladder else None
    if not offer.alone:
        reach = f"must be from {text(offer.minimum)} to {text(most)}, with approval"
    else:
        reach = f"must be from {text(offer.minimum)} to {text(offer.maximum)}"
        reach += f", or to {text(most)} with approval" if most is not None else ""
    return f"{reach}, in steps of {text(offer.step)}"
