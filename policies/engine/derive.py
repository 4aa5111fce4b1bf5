"""Derived facts as closures over the list of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from policies.engine.amounts import Constant
from policies.engine.calendar import Calendar
from policies.engine.compile_amounts import AmountCompiler, NothingDueError, UnknownFactError
from policies.engine.compile_conditions import NOW, TODAY, Test, Values, compile_condition, local_date
from policies.engine.evaluate import NOTHING, as_exact, evaluate
from policies.engine.money import MOST
from policies.engine.rounding import MODES
from policies.engine.rulebook import Derived, Fact
from policies.engine.values import UNKNOWN
from policies.engine.working_days import working_days

Derive = Callable[[Values], Any]


def compile_derived(
    derived: Derived,
    slots: Mapping[str, int],
    facts: Mapping[str, Fact],
    zone: ZoneInfo,
    calendar: Calendar,
) -> Derive:
    """The closure that works the derived fact out: a value, None (an operand is none) or else UNKNOWN (one is unknown).

    `facts` are all facts, derived ones included, as conditions see them: their types and places.
    """
    if derived.form in ("sum_of", "min_of", "max_of", "count_of", "any_of", "all_of"):
        return _over_lines(derived, slots, facts, zone)
    if derived.form == "formula":
        return _formula(derived, slots, facts)
    compute = _scalar(derived, facts, zone, calendar)
    by_day = derived.form == "working_days_between" or (derived.form == "days_between" and _has_date(derived, facts))
    now = TODAY if by_day else NOW
    at = tuple(now if code == "now" else slots[code] for code in derived.operands)

    def derive(values: Values) -> Any:
        found = [values[slot] for slot in at]
        if any(value is None for value in found):
            return None
        return UNKNOWN if any(value is UNKNOWN for value in found) else compute(*found)

    return derive


def _formula(derived: Derived, slots: Mapping[str, int], facts: Mapping[str, Fact]) -> Derive:
    formula = derived.formula or Constant(Fraction(0))
    node = AmountCompiler(slots, facts).compile(formula)
    rounded, above, below = MODES[derived.mode], 10**derived.places, node.denominator

    def derive(values: Values) -> Any:
        try:
            found = rounded(node.compute(values) * above, below)
            return found if -MOST < found < MOST else None
        except NothingDueError:
            return None
        except UnknownFactError:
            # What vanishes, vanishes whatever else is unknown: only a look at all of it tells.
            result = evaluate(formula, lambda code: as_exact(facts[code], values[slots[code]]))
            return None if result is NOTHING else UNKNOWN

    return derive


def _has_date(derived: Derived, facts: Mapping[str, Fact]) -> bool:
    return any(code != "now" and facts[code].type == "date" for code in derived.operands)


def _scalar(derived: Derived, facts: Mapping[str, Fact], zone: ZoneInfo, calendar: Calendar) -> Callable[..., Any]:
    places = [facts[code].places for code in derived.operands if code != "now"]
    match derived.form:
        case "difference" | "sum":
            scales = [10 ** (derived.places - place) for place in places]
            signs = (1, -1) if derived.form == "difference" else (1,) * len(scales)
            weights = [sign * scale for sign, scale in zip(signs, scales, strict=True)]
            return lambda *found: sum(value * weight for value, weight in zip(found, weights, strict=True))
        case "product":
            factor = (derived.factor or Fraction(0)) * 10 ** (derived.places - places[0])
            return lambda value: value * factor.numerator // factor.denominator
        case "ratio":
            return _ratio(derived, places)
        case "working_days_between":
            count = working_days(calendar)
            return lambda start, end: count(local_date(start, zone), local_date(end, zone))
        case "days_between":
            if _has_date(derived, facts):
                return lambda start, end: (local_date(end, zone) - local_date(start, zone)).days
            return lambda start, end: _microseconds(start, end) // 86_400_000_000
        case _:
            rounded, scale = MODES[derived.mode], 10**derived.places
            return lambda start, end: rounded(_microseconds(start, end) * scale, 3_600_000_000)


def _microseconds(start: datetime, end: datetime) -> int:
    elapsed = end - start
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def _ratio(derived: Derived, places: list[int]) -> Callable[[int, int], int | None]:
    rounded = MODES[derived.mode]
    above = 10 ** (places[1] + derived.places + 2)
    below = 10 ** places[0]

    def ratio(of: int, to: int) -> int | None:
        if to == 0:
            return None
        return rounded(of * above, to * below) if to > 0 else rounded(-of * above, -to * below)

    return ratio


def _over_lines(derived: Derived, slots: Mapping[str, int], facts: Mapping[str, Fact], zone: ZoneInfo) -> Derive:
    lines = facts[derived.operands[0]]
    width = len(lines.fields)
    # A line's conditions see its own fields first, then today, then every fact that `of` may name.
    inner = {field.code: at for at, field in enumerate(lines.fields)}
    outer = {code: width + slot for code, slot in slots.items()}
    tests = [compile_condition(each, inner, zone, today=width + TODAY, references=outer) for each in derived.where]
    at = slots[lines.code]
    field = next((index for index, each in enumerate(lines.fields) if each.code == derived.field), 0)
    fold = _FOLDS[derived.form]

    def derive(values: Values) -> Any:
        found = values[at]
        if found is UNKNOWN or found is None:
            return found
        return fold([(_all_hold(tests, [*line, *values]), line[field]) for line in found])

    return derive


def _all_hold(tests: list[Test], values: Values) -> bool | None:
    results = [test(values) for test in tests]
    return False if False in results else (None if None in results else True)


def _figures(lines: list[tuple[bool | None, Any]]) -> Any:
    """The field of the lines that meet the conditions, or UNKNOWN where that cannot be told; none counts as absent."""
    if any(held is None or (held and value is UNKNOWN) for held, value in lines):
        return UNKNOWN
    return [value for held, value in lines if held and value is not None]


def _count(lines: list[tuple[bool | None, Any]]) -> Any:
    return UNKNOWN if any(held is None for held, _ in lines) else sum(1 for held, _ in lines if held)


def _any(lines: list[tuple[bool | None, Any]]) -> Any:
    if any(held is True for held, _ in lines):
        return True
    return UNKNOWN if any(held is None for held, _ in lines) else False


def _all(lines: list[tuple[bool | None, Any]]) -> Any:
    if any(held is False for held, _ in lines):
        return False
    return UNKNOWN if any(held is None for held, _ in lines) else True


def _folded(fold: Callable[[list[Any]], Any]) -> Callable[[list[tuple[bool | None, Any]]], Any]:
    def over(lines: list[tuple[bool | None, Any]]) -> Any:
        found = _figures(lines)
        return UNKNOWN if found is UNKNOWN else fold(found)

    return over


_FOLDS: dict[str, Callable[[list[tuple[bool | None, Any]]], Any]] = {
    "sum_of": _folded(sum),
    "min_of": _folded(lambda found: min(found, default=None)),
    "max_of": _folded(lambda found: max(found, default=None)),
    "count_of": _count,
    "any_of": _any,
    "all_of": _all,
}
