"""What an allow row gives, compiled: amounts in the smallest unit of its remedies, and the ladder beyond."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from policies.engine.amounts import Formula, Round
from policies.engine.compile_amounts import AmountCompiler, Node, NothingDueError
from policies.engine.compile_conditions import Values
from policies.engine.money import DIGITS, MOST
from policies.engine.rounding import MODES
from policies.engine.rulebook import Bound, Remedy, Rule, Rulebook, Step, Term

Compute = Callable[[Values], int]


@dataclass(frozen=True, slots=True)
class Allowance:
    """Amounts are in minor units (money) or scaled by the remedy's places (quantity).

    `amount` is None for remedies of unit none. `alone` is None (all of it), "never", or the limit's computation; a
    step's limit is None where the row's own amount is its limit. Computations raise UnknownFactError or
    NothingDueError.
    """

    exact: bool
    amount: Compute | None
    at_least: Compute | None
    suggest: Compute | None
    step: int
    alone: Compute | str | None
    steps: tuple[tuple[Compute | None, Step], ...]
    terms: tuple[tuple[Term, Compute], ...]


def compile_allowance(rule: Rule, remedy: Remedy, rulebook: Rulebook, compiler: AmountCompiler) -> Allowance:
    """The allowance of a rule for its remedies, which share one unit."""
    money = remedy.unit == "money"
    places = DIGITS[rulebook.currency] if money else remedy.places
    if money:
        mode, width = MODES[rulebook.rounding_mode], rulebook.rounding_step * 10**places
    else:
        mode, width = MODES["down"], Fraction(1)

    def rounded(formula: Formula) -> Compute:
        coarser = isinstance(formula, Round) and formula.step * 10**places > width
        return _rounded(compiler.compile(formula), places, mode, Fraction(1) if coarser else width)

    terms = {term.code: term for term in remedy.terms}

    def bound(limit: Bound) -> Compute:
        return _limit(compiler.compile(limit.limit), places, inclusive=limit.inclusive)

    return Allowance(
        exact=rule.kind == "amount",
        amount=rounded(rule.amount) if rule.amount else None,
        at_least=rounded(rule.at_least) if rule.at_least else None,
        suggest=rounded(rule.suggest) if rule.suggest else None,
        step=int(rule.step * 10**places) if rule.step else 1,
        alone=bound(rule.alone) if isinstance(rule.alone, Bound) else rule.alone,
        steps=tuple((bound(step.bound) if step.bound else None, step) for step in rule.approval),
        terms=tuple((terms[code], _term(compiler.compile(formula), terms[code])) for code, formula in rule.terms),
    )


def _rounded(node: Node, places: int, mode: Callable[[int, int], int], width: Fraction) -> Compute:
    """The node's value in the smallest unit, rounded to a multiple of `width` of it."""
    above = 10**places * width.denominator
    below = node.denominator * width.numerator
    step = int(width)
    if node.constant is not None:
        fixed = mode(node.constant * above, below) * step
        return lambda values: fixed
    compute = node.compute

    def rounded(values: Values) -> int:
        found = mode(compute(values) * above, below) * step
        if -MOST < found < MOST:
            return found
        raise NothingDueError

    return rounded


def _term(node: Node, term: Term) -> Compute:
    return _rounded(node, term.places, MODES["down"], Fraction(1))


def _limit(node: Node, places: int, *, inclusive: bool) -> Compute:
    """The largest amount in the smallest unit that the limit covers: floor of it, or the last one strictly below."""
    above, below, compute = 10**places, node.denominator, node.compute
    if inclusive:
        return lambda values: min(MOST, compute(values) * above // below)
    return lambda values: min(MOST, -(-compute(values) * above // below) - 1)
