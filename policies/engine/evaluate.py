"""Formulas evaluated slowly and totally: what is missing is reported, not raised. For questions and explanations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, Final

from policies.engine.amounts import (
    Bands,
    Choose,
    Clamp,
    Constant,
    Each,
    FactValue,
    Formula,
    Greatest,
    Least,
    MinimumPayout,
    Minus,
    Per,
    Percent,
    Round,
    Sum,
    Tiers,
    Times,
)  # fmt: skip
from policies.engine.rounding import MODES
from policies.engine.rulebook import Fact
from policies.engine.values import UNKNOWN


class _Nothing:
    """Nothing is due: a fact that is none was read, or no band was found."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING: Final = _Nothing()
Result = Fraction | _Nothing | frozenset[str]
"""A number (money in major units), NOTHING, or the codes of the unknown facts that it waits for."""
Lookup = Callable[[str], Any]
"""The value of a fact: a number as Fraction, a choice, flag or date as it is, None or UNKNOWN."""


def as_exact(fact: Fact, value: Any) -> Any:
    """A value as `evaluate` wants it: numbers as fractions, lines as mappings of their fields."""
    if isinstance(value, tuple):
        return [
            {each.code: as_exact(each, part) for each, part in zip(fact.fields, line, strict=True)} for line in value
        ]
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value, 10**fact.places)
    return value


def evaluate(formula: Formula, lookup: Lookup) -> Result:
    """The formula's result. What vanishes, vanishes whatever else is unknown; a branch not taken is not read."""
    match formula:
        case Constant(value):
            return value
        case FactValue(fact):
            number: Result = _read(fact, lookup)
            return number
        case Choose(by, when, otherwise):
            return _branch(by, lookup, lambda found: dict(when).get(found, otherwise))
        case Bands(by, rows, otherwise):
            return _branch(by, lookup, lambda found: _band(found, rows, otherwise))
        case Percent(rate, of):
            return _combine(lambda rate, of: rate * of / 100, [rate, of], lookup)
        case Times(terms):
            return _combine(_product, terms, lookup)
        case Sum(terms):
            return _combine(lambda *found: sum(found, Fraction(0)), terms, lookup)
        case Least(terms):
            return _combine(min, terms, lookup)
        case Greatest(terms):
            return _combine(max, terms, lookup)
        case Minus(first, second):
            return _combine(lambda first, second: first - second, [first, second], lookup)
        case MinimumPayout(of, threshold):
            return _combine(lambda of, least: of if of >= least else Fraction(0), [of, threshold], lookup)
        case Per(of, every, whole):
            return _combine(lambda of: _periods(of, every, whole), [of], lookup)
        case Round(of, mode, step):
            return _combine(lambda of: _rounded(of, mode, step), [of], lookup)
        case Tiers(of, rows):
            return _combine(lambda of: _marginal(of, rows), [of], lookup)
        case Each(lines, of):
            return _over_lines(lines, of, lookup)
        case Clamp(of, low, high):
            bounded = [of, *(bound for bound in (low, high) if bound)]
            return _combine(lambda *found: _clamped(found, low is not None, high is not None), bounded, lookup)


def _over_lines(lines: str, of: Formula, lookup: Lookup) -> Result:
    """The sum over the lines, which the lookup gives as mappings of their fields; a gap in one waits for the lines."""
    found = lookup(lines)
    if found is UNKNOWN or found is None:
        return NOTHING if found is None else frozenset([lines])
    results = [evaluate(of, line.__getitem__) for line in found]
    if any(isinstance(result, frozenset) for result in results):
        return frozenset([lines])
    return sum((result for result in results if isinstance(result, Fraction)), Fraction(0))


def _read(fact: str, lookup: Lookup) -> Any:
    found = lookup(fact)
    return frozenset([fact]) if found is UNKNOWN else NOTHING if found is None else found


def _branch(by: str, lookup: Lookup, pick: Callable[[Any], Formula | None]) -> Result:
    found: Result = _read(by, lookup)
    if isinstance(found, _Nothing | frozenset):
        return found
    branch = pick(found)
    return evaluate(branch, lookup) if branch else NOTHING


def _band(found: Any, rows: Any, otherwise: Formula | None) -> Formula | None:
    for edge, branch in rows:
        limit = date.fromisoformat(edge.value) if isinstance(edge.value, str) else edge.value
        if found < limit or (edge.inclusive and found == limit):
            return branch  # type: ignore[no-any-return]
    return otherwise


def _combine(compute: Callable[..., Fraction], formulas: Any, lookup: Lookup) -> Result:
    found = [evaluate(formula, lookup) for formula in formulas]
    if any(isinstance(result, _Nothing) for result in found):
        return NOTHING
    missing = [result for result in found if isinstance(result, frozenset)]
    return frozenset().union(*missing) if missing else compute(*found)


def _product(*terms: Fraction) -> Fraction:
    total = Fraction(1)
    for term in terms:
        total *= term
    return total


def _periods(of: Fraction, every: Fraction, whole: str) -> Fraction:
    periods = of / every
    return periods if whole == "exact" else Fraction(MODES[whole](periods.numerator, periods.denominator))


def _rounded(of: Fraction, mode: str, step: Fraction) -> Fraction:
    steps = of / step
    return MODES[mode](steps.numerator, steps.denominator) * step


def _marginal(of: Fraction, rows: Any) -> Fraction:
    total = below = Fraction(0)
    for tier in rows:
        upper = of if tier.up_to is None else min(of, tier.up_to)
        total += max(Fraction(0), upper - below) * (tier.factor / 100 if tier.percent else tier.factor)
        if tier.up_to is None or of <= tier.up_to:
            break
        below = tier.up_to
    return total


def _clamped(found: tuple[Fraction, ...], low: bool, high: bool) -> Fraction:
    result, bounds = found[0], list(found[1:])
    if low:
        result = max(result, bounds.pop(0))
    return min(result, bounds.pop(0)) if high else result
