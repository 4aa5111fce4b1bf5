"""Conditions in the reference: True, False, or Unknown where the answer hangs on a fact that was not told."""

from datetime import date, datetime, timedelta
from typing import Any

from policies.engine.rulebook import Condition, Fact, Rulebook, SamePeriod, Within
from tests.engine.reference.values import Unknown, days_before, is_unknown, local_date, months_before, unscaled


def holds(rulebook: Rulebook, condition: Condition, fact: Any, value: Any, lookup) -> Any:
    """Whether the condition on `fact` holds for `value`; `lookup` gives the values of the question's facts by code."""
    if condition.operator == "is_none":
        if is_unknown(value):
            return value
        return (value is None) == condition.value
    if isinstance(condition.value, Within | SamePeriod):
        return _dated(rulebook, condition.value, value, lookup)
    if value is None:
        return False
    if is_unknown(value):
        return value
    return _compare(condition.operator, value, _constant(rulebook, fact, condition.value))


def _constant(rulebook: Rulebook, fact: Fact, value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(unscaled(rulebook, fact, one) for one in value)
    return unscaled(rulebook, fact, value)


def _compare(operator: str, value: Any, constant: Any) -> bool:
    match operator:
        case "is":
            return value == constant
        case "is_not":
            return value != constant
        case "one_of":
            return value in constant
        case "none_of":
            return value not in constant
        case "between":
            return constant[0] <= value <= constant[1]
        case "at_least":
            return value >= constant
        case "at_most":
            return value <= constant
        case "more_than":
            return value > constant
        case "less_than":
            return value < constant
    raise AssertionError(operator)


def _dated(rulebook: Rulebook, target: Within | SamePeriod, value: Any, lookup) -> Any:
    of = lookup(target.of or "now")
    if value is None or of is None:
        return False
    missing = [one for one in (value, of) if is_unknown(one)]
    if missing:
        return Unknown(frozenset().union(*(one.facts for one in missing)))
    day, until = local_date(rulebook, value), local_date(rulebook, of)
    if isinstance(target, SamePeriod):
        return period_start(target, day) == period_start(target, until)
    before = days_before(until, target.days) if target.days else months_before(until, target.months or 0)
    return before < day <= until or (before == date.min and day == date.min)


def period_start(target: SamePeriod, day: date) -> Any:
    """What all days of the same period have in common."""
    match target.period:
        case "day":
            return day
        case "week":
            return day.toordinal() - day.weekday()
        case "month":
            return day.year, day.month
        case "quarter":
            return day.year, (day.month - 1) // 3
        case "year":
            return day.year if (day.month, day.day) >= target.starts else day.year - 1
    raise AssertionError(target)


def all_hold(results: list[Any]) -> Any:
    """A conjunction: false where one is false, else unknown where one is unknown."""
    if any(result is False for result in results):
        return False
    missing = [result.facts for result in results if is_unknown(result)]
    return Unknown(frozenset().union(*missing)) if missing else True


def whole_days(start: datetime, end: datetime) -> int:
    """Full 24 hours between two moments, toward zero."""
    seconds = abs(end - start)
    days = seconds // timedelta(days=1)
    return days if end >= start else -days
