"""Writing amount formulas as the document has them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from policies.engine.amounts import (
    Bands,
    Choose,
    Clamp,
    Constant,
    Each,
    Edge,
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
    Tier,
    Tiers,
    Times,
)  # fmt: skip
from policies.engine.money import plain


def number(value: Fraction) -> str:
    """A number as text: at least two decimal places where it has any, so that 12.5 reads as "12.50"."""
    text = plain(value)
    whole, point, part = text.partition(".")
    return f"{whole}.{part.ljust(2, '0')}" if point else text


def write_formula(formula: Formula) -> Any:
    """The formula's JSON form; reading it gives an equal formula."""
    match formula:
        case Constant(value):
            return number(value)
        case FactValue(fact):
            return fact
        case Percent(rate, of):
            return {"percent": {"rate": write_formula(rate), "of": write_formula(of)}}
        case Times(terms) | Sum(terms) | Least(terms) | Greatest(terms):
            return {_LISTS[type(formula)]: [write_formula(term) for term in terms]}
        case Per(of, every, whole):
            return {"per": {"of": write_formula(of), "every": number(every), "whole": whole}}
        case Minus(first, second):
            return {"minus": [write_formula(first), write_formula(second)]}
        case MinimumPayout(of, threshold):
            return {"minimum_payout": {"of": write_formula(of), "threshold": write_formula(threshold)}}
        case Round(of, mode, step):
            return {"round": {"of": write_formula(of), "mode": mode, "step": number(step)}}
        case Each(lines, of):
            return {"each": {"lines": lines, "amount": write_formula(of)}}
        case Clamp(of, low, high):
            bounds = {key: write_formula(bound) for key, bound in (("at_least", low), ("at_most", high)) if bound}
            return {"clamp": {"of": write_formula(of), **bounds}}
        case _:
            return _write_table(formula)


_LISTS: dict[type, str] = {Times: "times", Sum: "sum", Least: "least", Greatest: "greatest"}


def _write_table(formula: Bands | Choose | Tiers) -> Any:
    if isinstance(formula, Tiers):
        return {"tiers": {"of": write_formula(formula.of), "rows": [_tier(tier) for tier in formula.rows]}}
    rest = {"otherwise": write_formula(formula.otherwise)} if formula.otherwise else {}
    if isinstance(formula, Bands):
        rows = [{**_edge(edge), "amount": write_formula(amount)} for edge, amount in formula.rows]
        return {"bands": {"by": formula.by, "rows": rows, **rest}}
    when = {_key(value): write_formula(amount) for value, amount in formula.when}
    return {"choose": {"by": formula.by, "when": when, **rest}}


def _key(value: str | bool) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _edge(edge: Edge) -> dict[str, str]:
    value = edge.value if isinstance(edge.value, str) else number(edge.value)
    return {"up_to" if edge.inclusive else "below": value}


def _tier(tier: Tier) -> dict[str, str]:
    reach = {"up_to": number(tier.up_to)} if tier.up_to is not None else {}
    return {**reach, "percent" if tier.percent else "rate": number(tier.factor)}
