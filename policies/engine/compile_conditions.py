"""Conditions as fast closures over a list of values. True: holds; False: does not; None: undecided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from policies.engine.periods import first_day, period_of
from policies.engine.rulebook import Condition, SamePeriod, Within
from policies.engine.values import UNKNOWN

Values = list[Any]
Test = Callable[[Values], bool | None]
TODAY = 0
NOW = 1
FIRST_FACT = 2
"""Slots: the policy's local date and the moment of the question come first, then every fact."""


def compile_condition(
    condition: Condition,
    slots: Mapping[str, int],
    zone: ZoneInfo,
    *,
    today: int = TODAY,
    references: Mapping[str, int] | None = None,
) -> Test:
    """The closure of one condition; `slots` maps the codes it may name to places in the list of values.

    `references` are the places of the facts that `of` may name, where these are not the same (conditions on lines).
    """
    at = slots[condition.fact]
    value: Any = condition.value
    if isinstance(value, Within | SamePeriod):
        reference = today if value.of is None else (references or slots)[value.of]
        return _dated(at, reference, value, zone)
    if condition.operator == "is_none":
        return _is_none(at, value)
    return _COMPARE[condition.operator](at, value)


def _is_none(at: int, wanted: bool) -> Test:
    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else (found is None) is wanted

    return test


def _is(at: int, wanted: Any) -> Test:
    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else bool(found == wanted) and found is not None

    return test


def _is_not(at: int, wanted: Any) -> Test:
    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found is not None and bool(found != wanted)

    return test


def _one_of(at: int, wanted: Any) -> Test:
    members = frozenset(wanted)

    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found in members

    return test


def _none_of(at: int, wanted: Any) -> Test:
    members = frozenset(wanted)

    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found is not None and found not in members

    return test


def _between(at: int, wanted: Any) -> Test:
    low, high = wanted

    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found is not None and bool(low <= found <= high)

    return test


def _at_least(at: int, wanted: Any) -> Test:
    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found is not None and bool(found >= wanted)

    return test


def _at_most(at: int, wanted: Any) -> Test:
    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found is not None and bool(found <= wanted)

    return test


def _more_than(at: int, wanted: Any) -> Test:
    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found is not None and bool(found > wanted)

    return test


def _less_than(at: int, wanted: Any) -> Test:
    def test(values: Values) -> bool | None:
        found = values[at]
        return None if found is UNKNOWN else found is not None and bool(found < wanted)

    return test


_COMPARE: dict[str, Callable[[int, Any], Test]] = {
    "is": _is,
    "is_not": _is_not,
    "one_of": _one_of,
    "none_of": _none_of,
    "between": _between,
    "at_least": _at_least,
    "at_most": _at_most,
    "more_than": _more_than,
    "less_than": _less_than,
}


def local_date(value: date | datetime, zone: ZoneInfo) -> date:
    """The policy's calendar date of a date (itself) or moment."""
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(zone).date()
    except OverflowError:  # 9999-12-31T23:59:59Z, which some systems write for "never", is no date further east
        return value.date()


def _dated(at: int, reference: int, value: Within | SamePeriod, zone: ZoneInfo) -> Test:
    def test(values: Values) -> bool | None:
        found, base = values[at], values[reference]
        if found is None or base is None:
            return False
        if found is UNKNOWN or base is UNKNOWN:
            return None
        day, today = local_date(found, zone), local_date(base, zone)
        if isinstance(value, Within):
            return first_day(today, days=value.days, months=value.months) <= day <= today
        first, after = period_of(today, value.period, starts=value.starts)
        return first <= day and (after is None or day < after)

    return test
