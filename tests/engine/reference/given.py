"""What the reference finds for one remedy: an offer, or why there is none. Amounts are in whole units."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from policies.engine.rulebook import Remedy, Rule, Step


@dataclass(frozen=True)
class Given:
    """An offer; amounts are Fractions.

    `maximum` is None where the role can give nothing alone; every amount is None where the unit is none. `extends` are
    the budgets that a step of the ladder goes beyond, by its reach.
    """

    remedy: Remedy
    rule: Rule
    alone: bool
    minimum: Any = None
    suggested: Any = None
    maximum: Any = None
    step: Fraction = Fraction(1)
    ladder: tuple[tuple[Any, Step], ...] = ()
    extends: dict[Any, tuple[str, ...]] = field(default_factory=dict)
    limited_by: str = ""
    budgets: tuple[tuple[str, int], ...] = ()
    terms: dict[str, Fraction] | None = None

    def top(self) -> Any:
        """The most that anybody can give."""
        reaches = [reach for reach, _ in self.ladder]
        return reaches[-1] if reaches else self.maximum


@dataclass(frozen=True)
class Refusal:
    """Nothing is offered, and why; `facts` are those that would have to be told first."""

    code: str
    facts: frozenset[str] = frozenset()


def affordable(remedy: Remedy, remaining: Fraction, digits: int) -> Fraction | None:
    """The most that the remaining money can pay for; None where the cost does not depend on how much is given."""
    if remedy.unit == "money" and not remedy.signed:
        return remaining
    if remedy.unit in ("money", "none") or not remedy.cost:
        return None
    return remaining / Fraction(remedy.cost, 10**digits)
