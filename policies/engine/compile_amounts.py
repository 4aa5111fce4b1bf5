"""Amount formulas as fast closures in exact integer arithmetic.

Every node yields an integer over a denominator that is known when it is compiled, so that no fraction is ever built
while deciding. Money counts in major units here; a money fact is its minor units over 10**digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
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
    Tiers,
    Times,
)  # fmt: skip
from policies.engine.compile_conditions import Values
from policies.engine.rounding import MODES
from policies.engine.rulebook import Fact
from policies.engine.values import UNKNOWN

Compute = Callable[[Values], int]


class UnknownFactError(Exception):
    """The formula reads a fact that is unknown."""


class NothingDueError(Exception):
    """The formula reads a fact that is none, or finds no band: nothing is due."""


@dataclass(frozen=True, slots=True)
class Node:
    """`compute(values)` over `denominator`, raising UnknownFactError or NothingDueError; `constant` where it is one."""

    compute: Compute
    denominator: int
    constant: int | None = None


def _constant(value: Fraction) -> Node:
    numerator = value.numerator
    return Node(lambda values: numerator, value.denominator, numerator)


class AmountCompiler:
    """Compiles formulas over these slots; `facts` gives the types and places of everything in them."""

    def __init__(self, slots: Mapping[str, int], facts: Mapping[str, Fact]) -> None:
        self.slots = slots
        self.facts = facts

    def compile(self, formula: Formula) -> Node:
        """The node of a formula."""
        match formula:
            case Constant(value):
                return _constant(value)
            case FactValue(fact):
                return Node(_read(self.slots[fact]), 10 ** self.facts[fact].places)
            case Percent(rate, of):
                node = _product([self.compile(rate), self.compile(of)])
                return Node(node.compute, node.denominator * 100)
            case Times(factors):
                return _product([self.compile(factor) for factor in factors])
            case Sum(terms) | Least(terms) | Greatest(terms):
                return _fold(_FOLDS[type(formula)], [self.compile(term) for term in terms])
            case Minus(first, second):
                return _fold(_minus, [self.compile(first), self.compile(second)])
            case Per(of, every, whole):
                return _per(self.compile(of), every, whole)
            case Round(of, mode, step):
                return _round(self.compile(of), mode, step)
            case Clamp(of, low, high):
                return self._clamp(of, low, high)
            case MinimumPayout(of, threshold):
                return _fold(_minimum_payout, [self.compile(of), self.compile(threshold)])
            case Tiers():
                return self._tiers(formula)
            case Bands():
                return self._bands(formula)
            case Choose():
                return self._choose(formula)
            case Each():
                return self._each(formula)

    def _clamp(self, of: Formula, low: Formula | None, high: Formula | None) -> Node:
        node = self.compile(of)
        if low is not None:
            node = _fold(max, [node, self.compile(low)])
        return node if high is None else _fold(min, [node, self.compile(high)])

    def _branches(self, formulas: list[Formula]) -> tuple[list[Compute], int]:
        nodes = [self.compile(formula) for formula in formulas]
        return _common(nodes)

    def _choose(self, formula: Choose) -> Node:
        inner = [branch for _, branch in formula.when]
        branches, denominator = self._branches([*inner, *([formula.otherwise] if formula.otherwise else [])])
        table = {value: branch for (value, _), branch in zip(formula.when, branches, strict=False)}
        otherwise = branches[-1] if formula.otherwise else _nothing
        at = self.slots[formula.by]

        def choose(values: Values) -> int:
            return table.get(_known(values[at]), otherwise)(values)

        return Node(choose, denominator)

    def _bands(self, formula: Bands) -> Node:
        inner = [branch for _, branch in formula.rows]
        branches, denominator = self._branches([*inner, *([formula.otherwise] if formula.otherwise else [])])
        scale = 10 ** self.facts[formula.by].places
        edges = [_edge(edge, scale) for edge, _ in formula.rows]
        rows = [(*edge, branch) for edge, branch in zip(edges, branches, strict=False)]
        otherwise = branches[-1] if formula.otherwise else _nothing
        at = self.slots[formula.by]

        def bands(values: Values) -> int:
            found = _known(values[at])
            for limit, inclusive, branch in rows:
                if found < limit or (inclusive and found == limit):
                    return branch(values)
            return otherwise(values)

        return Node(bands, denominator)

    def _each(self, formula: Each) -> Node:
        fields = self.facts[formula.lines].fields
        inner = AmountCompiler({f.code: at for at, f in enumerate(fields)}, {f.code: f for f in fields})
        node = inner.compile(formula.of)
        at, of_line = self.slots[formula.lines], node.compute

        def each(values: Values) -> int:
            total = 0
            for line in _known(values[at]):
                try:
                    total += of_line(line)
                except NothingDueError:
                    continue
            return total

        return Node(each, node.denominator)

    def _tiers(self, formula: Tiers) -> Node:
        node = self.compile(formula.of)
        factors = [tier.factor / 100 if tier.percent else tier.factor for tier in formula.rows]
        edge_scale = lcm(node.denominator, *(tier.up_to.denominator for tier in formula.rows if tier.up_to is not None))
        factor_scale = lcm(*(factor.denominator for factor in factors), 1)
        widen = edge_scale // node.denominator
        rows = [
            (None if tier.up_to is None else int(tier.up_to * edge_scale), int(factor * factor_scale))
            for tier, factor in zip(formula.rows, factors, strict=True)
        ]
        compute = node.compute

        def tiers(values: Values) -> int:
            whole = compute(values) * widen
            total = below = 0
            for edge, factor in rows:
                upper = whole if edge is None or whole < edge else edge
                total += max(0, upper - below) * factor
                if edge is None or whole <= edge:
                    break
                below = edge
            return total

        return Node(tiers, edge_scale * factor_scale)


def _read(at: int) -> Compute:
    def read(values: Values) -> int:
        value = values[at]
        if value.__class__ is int:
            return int(value)
        return int(_known(value))

    return read


def _known(value: Any) -> Any:
    if value is UNKNOWN:
        raise UnknownFactError
    if value is None:
        raise NothingDueError
    return value


def _nothing(values: Values) -> int:
    raise NothingDueError


def _edge(edge: Edge, scale: int) -> tuple[Any, bool]:
    if isinstance(edge.value, str):
        return date.fromisoformat(edge.value), edge.inclusive
    return edge.value * scale, edge.inclusive


def _common(nodes: list[Node]) -> tuple[list[Compute], int]:
    """The computations of the nodes over one denominator."""
    denominator = lcm(*(node.denominator for node in nodes), 1)
    return [_scaled(node, denominator // node.denominator) for node in nodes], denominator


def _scaled(node: Node, factor: int) -> Compute:
    if factor == 1:
        return node.compute
    if node.constant is not None:
        whole = node.constant * factor
        return lambda values: whole
    compute = node.compute
    return lambda values: compute(values) * factor


def _product(nodes: list[Node]) -> Node:
    denominator = 1
    for node in nodes:
        denominator *= node.denominator
    computes = [node.compute for node in nodes]
    if len(computes) == 2:
        first, second = computes
        return Node(lambda values: first(values) * second(values), denominator)

    def product(values: Values) -> int:
        total = 1
        for compute in computes:
            total *= compute(values)
        return total

    return Node(product, denominator)


def _fold(fold: Callable[..., int], nodes: list[Node]) -> Node:
    computes, denominator = _common(nodes)
    if len(computes) == 2:
        first, second = computes
        return Node(lambda values: fold(first(values), second(values)), denominator)
    return Node(lambda values: fold(*(compute(values) for compute in computes)), denominator)


def _sum(*terms: int) -> int:
    return sum(terms)


def _minus(first: int, second: int) -> int:
    return first - second


def _minimum_payout(of: int, threshold: int) -> int:
    return 0 if of < threshold else of


_FOLDS: dict[type, Callable[..., int]] = {Sum: _sum, Least: min, Greatest: max}


def _per(node: Node, every: Fraction, whole: str) -> Node:
    above, below = every.denominator, node.denominator * every.numerator
    compute = node.compute
    if whole == "exact":
        return Node(lambda values: compute(values) * above, below)
    rounded = MODES[whole]
    return Node(lambda values: rounded(compute(values) * above, below), 1)


def _round(node: Node, mode: str, step: Fraction) -> Node:
    above, below, width = step.denominator, node.denominator * step.numerator, step.numerator
    compute, rounded = node.compute, MODES[mode]
    return Node(lambda values: rounded(compute(values) * above, below) * width, step.denominator)
