"""Reading conditions: which operator fits which type of fact, and values of that type."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from policies.engine.document.cursor import Cursor
from policies.engine.rulebook import PERIODS, Condition, Fact, SamePeriod, Within
from policies.engine.values import reader

_ORDERED = frozenset({"integer", "money", "decimal", "date", "moment"})
_SCALARS = _ORDERED | {"flag", "choice"}
OPERATORS: dict[str, frozenset[str]] = {
    "is": _SCALARS,
    "is_not": _SCALARS,
    "one_of": frozenset({"choice", "integer"}),
    "none_of": frozenset({"choice", "integer"}),
    "between": _ORDERED,
    "at_least": _ORDERED,
    "at_most": _ORDERED,
    "more_than": _ORDERED,
    "less_than": _ORDERED,
    "within_last": frozenset({"date", "moment"}),
    "same_period": frozenset({"date", "moment"}),
    "is_none": _SCALARS | {"lines"},
}
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])", re.ASCII)


def read_conditions(
    cursor: Cursor | None, facts: Mapping[str, Fact], currency: str, dates: Collection[str] | None = None
) -> tuple[Condition, ...]:
    """A conjunction. `dates` are the facts that `of` may name (default: the date and moment facts among `facts`)."""
    if dates is None:
        dates = [code for code, fact in facts.items() if fact.type in ("date", "moment")]
    found = [read_condition(item, facts, currency, dates) for item in (cursor.items() if cursor else [])]
    return tuple(condition for condition in found if condition)


def read_condition(
    cursor: Cursor, facts: Mapping[str, Fact], currency: str, dates: Collection[str]
) -> Condition | None:
    """One condition, or None where it is too wrong to use."""
    members = cursor.keys(required=["fact"], optional=list(OPERATORS))
    operators = [key for key in members if key != "fact"]
    if len(operators) != 1:
        cursor.fault(f"must have exactly one operator: {', '.join(OPERATORS)}")
        return None
    if "fact" not in members or not members["fact"].known(facts, "fact"):
        return None
    fact, operator = facts[members["fact"].value], operators[0]
    if fact.type not in OPERATORS[operator]:
        fitting = ", ".join(name for name, types in OPERATORS.items() if fact.type in types)
        members[operator].fault(f'does not fit "{fact.code}", which is a {fact.type}; valid are {fitting}')
        return None
    return Condition(fact.code, operator, _read_value(members[operator], operator, fact, currency, dates))


def _read_value(cursor: Cursor, operator: str, fact: Fact, currency: str, dates: Collection[str]) -> object:
    match operator:
        case "is_none":
            return cursor.flag()
        case "within_last":
            return _read_within(cursor, dates)
        case "same_period":
            return _read_same_period(cursor, dates)
        case "one_of" | "none_of":
            values = tuple(_read_scalar(item, fact, currency) for item in cursor.items())
            if not values or len(set(values)) < len(values):
                cursor.fault("must be a list of at least one value, each once")
            return values
        case "between":
            return _read_between(cursor, fact, currency)
        case _:
            return _read_scalar(cursor, fact, currency)


def _read_between(cursor: Cursor, fact: Fact, currency: str) -> tuple[object, object]:
    items = cursor.items()
    if len(items) != 2:
        cursor.fault("must be a list of two values, the lower first")
        return (None, None)
    low, high = (_read_scalar(item, fact, currency) for item in items)
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        cursor.fault("must have the lower value first")
    return (low, high)


def _read_scalar(cursor: Cursor, fact: Fact, currency: str) -> object:
    value = cursor.value
    if fact.type in ("money", "decimal") and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return cursor.read(reader(fact, currency), None, value)


def _read_within(cursor: Cursor, dates: Collection[str]) -> Within:
    members = cursor.keys(optional=["days", "months", "of"])
    if ("days" in members) == ("months" in members):
        cursor.fault("must have either days or months")
    return Within(
        days=members["days"].whole(least=1, most=36600) if "days" in members else None,
        months=members["months"].whole(least=1, most=1200) if "months" in members else None,
        of=_read_of(members.get("of"), dates),
    )


def _read_of(cursor: Cursor | None, dates: Collection[str]) -> str | None:
    if cursor is None or cursor.value == "now":
        return None
    return cursor.known(dates, "date or moment fact")


def _read_same_period(cursor: Cursor, dates: Collection[str]) -> SamePeriod:
    members = cursor.keys(required=["period"], optional=["starts", "of"])
    periods = [period for period in PERIODS if period != "ever"]
    period = members["period"].one_of(periods) if "period" in members else "year"
    starts = (1, 1)
    if "starts" in members:
        starts = read_month_day(members["starts"])
        if period != "year":
            members["starts"].fault("is for the period year")
    return SamePeriod(period, starts, _read_of(members.get("of"), dates))


def read_month_day(cursor: Cursor) -> tuple[int, int]:
    """The first day of a year that does not begin in January, as month-day: "04-01"."""
    if isinstance(cursor.value, str) and _MONTH_DAY.fullmatch(cursor.value):
        return int(cursor.value[:2]), int(cursor.value[3:])
    cursor.fault('must be a month and day such as "04-01" (days 01 to 28)')
    return 1, 1
