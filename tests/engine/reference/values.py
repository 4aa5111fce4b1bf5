"""Values in the reference: every number is a Fraction in whole units, nothing is scaled, nothing is remembered."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from policies.engine.money import DIGITS
from policies.engine.rulebook import Derived, Fact, Rulebook

NUMBERS = ("integer", "money", "decimal")


class Refused(Exception):
    """The question cannot be read: an undeclared fact, a wrong type, a value out of bounds."""


class Unknown:
    """A value that nobody gave, and the facts that would have to be told first."""

    def __init__(self, facts):
        self.facts = frozenset(facts)

    def __repr__(self):
        return f"Unknown({sorted(self.facts)})"


def is_unknown(value: Any) -> bool:
    return isinstance(value, Unknown)


def places_of(rulebook: Rulebook, fact: Fact | Derived) -> int:
    if fact.type == "money":
        return DIGITS[rulebook.currency]
    return fact.places if fact.type == "decimal" else 0


def unscaled(rulebook: Rulebook, fact: Fact | Derived, value: Any) -> Any:
    """A value as the frozen rulebook holds it, as the reference computes with it."""
    if fact.type in NUMBERS and value is not None:
        return Fraction(value, 10 ** places_of(rulebook, fact))
    return value


def read_value(rulebook: Rulebook, fact: Fact, given: Any) -> Any:
    """The value of a fact that was given (None: given as none)."""
    if given is None:
        return None
    value = _typed(rulebook, fact, given)
    if fact.minimum is not None and value < unscaled(rulebook, fact, fact.minimum):
        raise Refused(fact.code)
    if fact.maximum is not None and value > unscaled(rulebook, fact, fact.maximum):
        raise Refused(fact.code)
    return value


def _typed(rulebook: Rulebook, fact: Fact, given: Any) -> Any:
    match fact.type:
        case "flag" if isinstance(given, bool):
            return given
        case "choice" if given in [choice.value for choice in fact.choices]:
            return given
        case "integer" if isinstance(given, int) and not isinstance(given, bool):
            return Fraction(given)
        case "money" if isinstance(given, dict):
            if given["currency"] != rulebook.currency:
                raise Refused(fact.code)
            return _number(rulebook, fact, given["amount"])
        case "money" | "decimal":
            return _number(rulebook, fact, given)
        case "date" if isinstance(given, str):
            return date.fromisoformat(given)
        case "moment" if isinstance(given, str):
            return datetime.fromisoformat(given)
        case "lines" if isinstance(given, list) and len(given) <= fact.max_lines:
            return tuple(_line(rulebook, fact, line) for line in given)
    raise Refused(fact.code)


def _number(rulebook: Rulebook, fact: Fact, given: Any) -> Fraction:
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise Refused(fact.code)
    value = Fraction(given)
    if (value * 10 ** places_of(rulebook, fact)).denominator != 1:
        raise Refused(fact.code)
    return value


def _line(rulebook: Rulebook, fact: Fact, given: Any) -> dict[str, Any]:
    """One record: a field that is left out is unknown."""
    if not isinstance(given, dict):
        if len(fact.fields) != 1:
            raise Refused(fact.code)
        given = {fact.fields[0].code: given}
    if set(given) - {field.code for field in fact.fields}:
        raise Refused(fact.code)
    return {
        field.code: read_value(rulebook, field, given[field.code]) if field.code in given else Unknown([fact.code])
        for field in fact.fields
    }


def local_date(rulebook: Rulebook, value: date | datetime) -> date:
    """The calendar day in the policy's time zone."""
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(rulebook.time_zone)).date()
    return value


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or that month's last day; not before the first year."""
    count = day.year * 12 + day.month - 1 - months
    if count < 12:
        return date.min
    year, month = divmod(count, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day if year < 9999 else 31
    return date(year, month + 1, min(day.day, last))


def days_before(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))


def rounded(value: Fraction, step: Fraction, mode: str) -> Fraction:
    """To a multiple of step: up is away from zero, down toward zero, the halves as their names say."""
    sign, ratio = (-1 if value < 0 else 1), abs(value) / step
    whole = ratio.numerator // ratio.denominator
    rest = ratio - whole
    half = Fraction(1, 2)
    match mode:
        case "up":
            more = rest > 0
        case "down":
            more = False
        case "half_up":
            more = rest >= half
        case "half_down":
            more = rest > half
        case "half_even":
            more = rest > half or (rest == half and whole % 2 == 1)
    return sign * (whole + more) * step
