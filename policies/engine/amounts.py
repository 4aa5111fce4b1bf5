"""The closed family of amount formulas, as frozen values; `compile_amounts` makes them fast, `evaluate` total."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Constant:
    """That much, in major units or plain."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class FactValue:
    """The value of a money, integer or decimal fact."""

    fact: str


@dataclass(frozen=True, slots=True)
class Percent:
    """`rate` percent of `of`."""

    rate: Formula
    of: Formula


@dataclass(frozen=True, slots=True)
class Times:
    """The product of its factors, of which at most one is money."""

    factors: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Per:
    """How many periods of `every` lie in `of`: whole ones rounded down or up, or exactly."""

    of: Formula
    every: Fraction
    whole: str


@dataclass(frozen=True, slots=True)
class Edge:
    """The upper edge of a band, tier, step: `value` itself belongs to it if inclusive."""

    value: Fraction | str
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Bands:
    """The formula of the first row whose edge covers the fact; dates as ISO texts in the edges."""

    by: str
    rows: tuple[tuple[Edge, Formula], ...]
    otherwise: Formula | None


@dataclass(frozen=True, slots=True)
class Choose:
    """The formula that stands for the value of a choice or flag fact."""

    by: str
    when: tuple[tuple[str | bool, Formula], ...]
    otherwise: Formula | None


@dataclass(frozen=True, slots=True)
class Tier:
    """A slice of a marginal scale up to `up_to` (None: open): `factor` of it, a rate or (if `percent`) a percentage."""

    up_to: Fraction | None
    factor: Fraction
    percent: bool


@dataclass(frozen=True, slots=True)
class Tiers:
    """Marginal tiers: every tier applies to its own slice of `of`."""

    of: Formula
    rows: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """All terms added up."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Minus:
    """The first less the second."""

    first: Formula
    second: Formula


@dataclass(frozen=True, slots=True)
class Least:
    """The least of the terms."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Greatest:
    """The greatest of the terms."""

    terms: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Clamp:
    """`of`, not under `at_least`, then not over `at_most`."""

    of: Formula
    at_least: Formula | None
    at_most: Formula | None


@dataclass(frozen=True, slots=True)
class MinimumPayout:
    """`of`, or nothing if it is under the threshold."""

    of: Formula
    threshold: Formula


@dataclass(frozen=True, slots=True)
class Round:
    """`of` rounded to a multiple of `step`."""

    of: Formula
    mode: str
    step: Fraction


@dataclass(frozen=True, slots=True)
class Each:
    """The sum over the lines of a fact of a formula on a line's own fields; a line where it vanishes adds nothing."""

    lines: str
    of: Formula


UNLIMITED = Constant(Fraction(10**12))
"""No limit of its own: beyond every amount that the engine reads. Answers show it as open."""

Formula = (
    Constant
    | FactValue
    | Percent
    | Times
    | Per
    | Bands
    | Choose
    | Tiers
    | Sum
    | Minus
    | Least
    | Greatest
    | Clamp
    | MinimumPayout
    | Round
    | Each
)


def operands(formula: Formula) -> tuple[Formula, ...]:
    """The formulas directly inside this one."""
    match formula:
        case Percent(rate, of):
            return (rate, of)
        case Times(inner) | Sum(inner) | Least(inner) | Greatest(inner):
            return inner
        case Per(of, _, _) | Tiers(of, _) | Round(of, _, _):
            return (of,)
        case Bands(_, rows, otherwise) | Choose(_, rows, otherwise):
            return tuple(inner for _, inner in rows) + ((otherwise,) if otherwise else ())
        case Minus(first, second):
            return (first, second)
        case Clamp(of, low, high):
            return tuple(inner for inner in (of, low, high) if inner)
        case MinimumPayout(of, threshold):
            return (of, threshold)
        case _:
            return ()


def facts_of(formula: Formula) -> frozenset[str]:
    """The codes of all facts that the formula can read."""
    if isinstance(formula, Each):
        return frozenset([formula.lines])
    own = {FactValue: "fact", Bands: "by", Choose: "by"}.get(type(formula))
    found = {getattr(formula, own)} if own else set()
    return frozenset(found.union(*(facts_of(inner) for inner in operands(formula))))
