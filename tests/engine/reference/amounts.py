"""Amount formulas in the reference: a Fraction in whole units, NOTHING where nothing is due, or Unknown."""

from datetime import date
from fractions import Fraction
from typing import Any

from policies.engine import amounts as forms
from tests.engine.reference.values import Unknown, is_unknown, rounded

NOTHING = None


def amount(facts: Any, formula: Any) -> Any:
    """The exact value of a formula; `facts.value` gives the value of a fact by its code."""
    match formula:
        case forms.Constant(value):
            return value
        case forms.FactValue(fact):
            return facts.value(fact)
        case forms.Bands():
            return _bands(facts, formula)
        case forms.Choose():
            return _choose(facts, formula)
        case forms.Each(lines, of):
            return _each(facts, lines, of)
    inner = [amount(facts, one) for one in forms.operands(formula)]
    if any(value is NOTHING for value in inner):
        return NOTHING
    missing = [value.facts for value in inner if is_unknown(value)]
    if missing:
        return Unknown(frozenset().union(*missing))
    return _combined(formula, inner)


def _bands(facts: Any, bands: forms.Bands) -> Any:
    value = facts.value(bands.by)
    if value is None or is_unknown(value):
        return value
    for edge, formula in bands.rows:
        limit = date.fromisoformat(edge.value) if isinstance(edge.value, str) else edge.value
        if value < limit or (edge.inclusive and value == limit):
            return amount(facts, formula)
    return NOTHING if bands.otherwise is None else amount(facts, bands.otherwise)


def _choose(facts: Any, choose: forms.Choose) -> Any:
    value = facts.value(choose.by)
    if value is None or is_unknown(value):
        return value
    for key, formula in choose.when:
        if key == value:
            return amount(facts, formula)
    return NOTHING if choose.otherwise is None else amount(facts, choose.otherwise)


class _Line:
    """One line's fields, looked up as facts are."""

    def __init__(self, line: dict[str, Any]) -> None:
        self.value = line.__getitem__


def _each(facts: Any, lines: str, of: Any) -> Any:
    """The sum over the lines; one where nothing is due adds nothing, one with a gap waits for the lines."""
    records = facts.value(lines)
    if records is None or is_unknown(records):
        return records
    found = [amount(_Line(record), of) for record in records]
    if any(is_unknown(value) for value in found):
        return Unknown([lines])
    return sum((value for value in found if value is not NOTHING), Fraction(0))


def _combined(formula: Any, inner: list[Fraction]) -> Any:
    match formula:
        case forms.Percent():
            return inner[0] * inner[1] / 100
        case forms.Times():
            product = Fraction(1)
            for factor in inner:
                product *= factor
            return product
        case forms.Per(_, every, whole):
            ratio = inner[0] / every
            return ratio if whole == "exact" else rounded(ratio, Fraction(1), whole)
        case forms.Tiers(_, rows):
            return _tiers(inner[0], rows)
        case forms.Sum():
            return sum(inner, Fraction(0))
        case forms.Minus():
            return inner[0] - inner[1]
        case forms.Least():
            return min(inner)
        case forms.Greatest():
            return max(inner)
        case forms.Clamp(_, low, high):
            rest = inner[1:]
            value = max(inner[0], rest.pop(0)) if low is not None else inner[0]
            return min(value, rest.pop(0)) if high is not None else value
        case forms.MinimumPayout():
            return inner[0] if inner[0] >= inner[1] else Fraction(0)
        case forms.Round(_, mode, step):
            return rounded(inner[0], step, mode)
    raise AssertionError(formula)


def _tiers(of: Fraction, rows: tuple[forms.Tier, ...]) -> Fraction:
    total, floor = Fraction(0), Fraction(0)
    for row in rows:
        ceiling = of if row.up_to is None else min(of, row.up_to)
        factor = row.factor / 100 if row.percent else row.factor
        total += factor * max(Fraction(0), ceiling - floor)
        floor = max(floor, ceiling)
    return total
