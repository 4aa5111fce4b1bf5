"""Values of facts: how each type is read from JSON, checked against its bounds, written back, and shown to people.

Inside the engine money and decimals are integers scaled by the fact's places, integers and flags are themselves, a
choice is its text, dates and moments are Python's, lines are tuples of tuples. None is "known not to apply".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from policies.engine.money import decimal_text, money_text, scaled
from policies.engine.rulebook import Fact

ReadValue = Callable[[Any], Any]
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class _Unknown:
    """The one value of a fact that was not given."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")


UNKNOWN: Final = _Unknown()


def read_flag(value: Any) -> bool:
    """A JSON boolean."""
    if isinstance(value, bool):
        return value
    raise ValueError("must be true or false")


def read_date(value: Any) -> date:
    """A calendar date in ISO 8601."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError('must be a date that exists, such as "2026-04-01"')


def read_moment(value: Any) -> datetime:
    """A moment in RFC 3339, with its offset."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper())
        except ValueError:
            pass
    raise ValueError('must be a moment with its offset, such as "2026-04-01T09:30:00+02:00"')


def read_integer(value: Any) -> int:
    """A JSON whole number, of at most 15 digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        if -(10**15) < value < 10**15:
            return value
        raise ValueError("is too large: at most 15 digits")
    raise ValueError("must be a whole number, such as 3, not text and not a fraction")


def read_decimal(places: int) -> ReadValue:
    """A decimal as text, whole number or exact JSON number, with at most `places` decimal places."""
    example = decimal_text(12 * 10**places + (5 * 10 ** (places - 1) if places else 0), places)

    def read(value: Any) -> int:
        if isinstance(value, Decimal) and value.is_finite():
            value = format(value, "f")
        elif isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if isinstance(value, str):
            return scaled(value, places)
        raise ValueError(f'must be a decimal as text, such as "{example}"')

    return read


def read_money(currency: str, places: int) -> ReadValue:
    """Money as text in major units, or as an object that also names the currency."""

    def read(value: Any) -> int:
        if isinstance(value, dict):
            if set(value) != {"amount", "currency"}:
                raise ValueError(f'must be text such as "{example()}", or an object with amount and currency')
            if value["currency"] != currency:
                raise ValueError(f"must be in {currency}, the policy's currency")
            value = value["amount"]
        if not isinstance(value, str):
            raise ValueError(f'must be money as text in major units, such as "{example()}"')
        return scaled(value, places)

    def example() -> str:
        return decimal_text(825 * 10**places // 10, places)

    return read


def read_choice(values: frozenset[str]) -> ReadValue:
    """One of the declared choices."""

    def read(value: Any) -> str:
        if isinstance(value, str) and value in values:
            return value
        raise ValueError("must be one of " + ", ".join(f'"{value}"' for value in sorted(values)))

    return read


def reader(fact: Fact, currency: str) -> ReadValue:
    """The function that reads a given value of this fact; it raises ValueError saying what would be valid."""
    read = _typed_reader(fact, currency)
    low, high = fact.minimum, fact.maximum
    if low is None and high is None:
        return read

    def bounded(value: Any) -> Any:
        found = read(value)
        if (low is not None and found < low) or (high is not None and found > high):
            raise ValueError(_bounds(fact, currency))
        return found

    return bounded


def _typed_reader(fact: Fact, currency: str) -> ReadValue:
    match fact.type:
        case "flag":
            return read_flag
        case "choice":
            return read_choice(frozenset(choice.value for choice in fact.choices))
        case "integer":
            return read_integer
        case "money":
            return read_money(currency, fact.places)
        case "decimal":
            return read_decimal(fact.places)
        case "date":
            return read_date
        case "moment":
            return read_moment
        case _:
            return read_lines(fact, currency)


def _bounds(fact: Fact, currency: str) -> str:
    low, high = (show(fact, bound, currency) for bound in (fact.minimum, fact.maximum))
    if fact.maximum is None:
        return f"must be at least {low}"
    return f"must be at most {high}" if fact.minimum is None else f"must be from {low} to {high}"


def read_lines(fact: Fact, currency: str) -> ReadValue:
    """A list of records with the declared fields; a bare value stands for a record of one field."""
    fields = {field.code: (at, reader(field, currency)) for at, field in enumerate(fact.fields)}
    single = fact.fields[0].code if len(fact.fields) == 1 else None

    def read_line(at: int, line: Any) -> tuple[Any, ...]:
        if single and not isinstance(line, dict):
            line = {single: line}
        if not isinstance(line, dict):
            raise ValueError(f"line {at}: must be an object with {', '.join(fields)}")
        record: list[Any] = [UNKNOWN] * len(fields)
        for code, value in line.items():
            if code not in fields:
                raise ValueError(f'line {at}: "{code}" is not one of its fields: {", ".join(fields)}')
            slot, read_field = fields[code]
            try:
                record[slot] = None if value is None else read_field(value)
            except ValueError as error:
                raise ValueError(f"line {at}, {code}: {error}") from None
        return tuple(record)

    def read(value: Any) -> tuple[tuple[Any, ...], ...]:
        if not isinstance(value, list):
            raise ValueError("must be a list")
        if len(value) > fact.max_lines:
            raise ValueError(f"has more than {fact.max_lines} lines")
        return tuple(read_line(at, line) for at, line in enumerate(value))

    return read


def write(type: str, value: Any, places: int) -> Any:
    """The JSON form of a value: what `reader` reads back."""
    if value is None or type in ("flag", "choice", "integer"):
        return value
    if type in ("money", "decimal"):
        return decimal_text(value, places)
    return value.isoformat()


def show(fact: Fact, value: Any, currency: str) -> str:
    """A value in words, for sentences: "€82.50", "3 days", "yes", "Gold member"."""
    if value is None:
        return "none"
    match fact.type:
        case "flag":
            return "yes" if value else "no"
        case "choice":
            return next((choice.name for choice in fact.choices if choice.value == value), str(value))
        case "money":
            return money_text(value, currency) if fact.places <= 2 else decimal_text(value, fact.places)
        case "decimal":
            return with_unit(_trimmed(decimal_text(value, fact.places)), fact.unit)
        case "integer":
            return with_unit(str(value), fact.unit)
        case "moment":
            return str(value.strftime("%Y-%m-%d %H:%M %z"))
        case "lines":
            return f"{len(value)} lines"
        case _:
            return str(value)


def with_unit(number: str, unit: str) -> str:
    """The number with its unit: "1 day", "3 days", "99.95%"."""
    if not unit:
        return number
    if unit == "percent":
        return f"{number}%"
    name = unit.replace("_", " ")
    return f"{number} {name}" if number == "1" or name.endswith("s") else f"{number} {name}s"


def _trimmed(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number
