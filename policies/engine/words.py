"""Facts, conditions and formulas in words, for managers and agents. English is the one language so far."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from policies.engine.amounts import (
    UNLIMITED,
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
    operands,
)  # fmt: skip
from policies.engine.money import DIGITS, money_text, plain
from policies.engine.rulebook import Condition, Fact, Within
from policies.engine.values import show

_OPERATORS = {
    "is": "is {}",
    "is_not": "is not {}",
    "one_of": "is {}",
    "none_of": "is not {}",
    "at_least": "is at least {}",
    "at_most": "is at most {}",
    "more_than": "is more than {}",
    "less_than": "is less than {}",
}
_DATE_OPERATORS = {
    **_OPERATORS,
    "at_least": "is {} or later",
    "at_most": "is {} or earlier",
    "more_than": "is after {}",
    "less_than": "is before {}",
}


def lower_first(text: str) -> str:
    """The text to go on within a sentence: acronyms and names of one capital word stay as they are."""
    return text if len(text) > 1 and text[1].isupper() else text[:1].lower() + text[1:]


def listed(words: list[str], joint: str = "and") -> str:
    """Words as a list in prose: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}" if words else ""


class Words:
    """Puts the parts of one policy into words. `facts` are all its facts as conditions see them."""

    def __init__(self, facts: Mapping[str, Fact], currency: str) -> None:
        self.facts = facts
        self.currency = currency
        self.digits = DIGITS[currency]

    def fact(self, code: str) -> str:
        """The fact's name within a sentence."""
        return lower_first(self.facts[code].name)

    def value(self, code: str, value: Any) -> str:
        """A value of the fact."""
        return show(self.facts[code], value, self.currency)

    def money(self, amount: Fraction) -> str:
        """Money in major units, however fine: a rate of 0.125 keeps its digits."""
        minor = amount * 10**self.digits
        if minor.denominator == 1:
            return money_text(int(minor), self.currency)
        return f"{plain(amount)} {self.currency}"

    def needs(self, condition: Condition) -> str:
        """What the condition asks of its fact: "is at least 2 days"."""
        code: str = condition.fact
        value: Any = condition.value
        match condition.operator:
            case "is_none":
                return "is none" if value else "is given and is not none"
            case "between":
                low, high = (self.value(code, bound) for bound in value)
                return f"is from {low} to {high}"
            case "one_of" | "none_of":
                named = [self.value(code, item) for item in value]
                return _OPERATORS[condition.operator].format(listed(named, "or"))
            case "within_last" | "same_period":
                return self._dated(value)
            case _:
                shown = self.value(code, value)
                words = _DATE_OPERATORS if self.facts[code].type in ("date", "moment") else _OPERATORS
                return words.get(condition.operator, "is {}").format(shown)

    def _dated(self, value: Any) -> str:
        before = "" if value.of is None else f" before {self.fact(value.of)}"
        if isinstance(value, Within):
            number, unit = (value.days, "day") if value.days is not None else (value.months, "month")
            return f"lies in the last {number} {unit}{'' if number == 1 else 's'}{before}"
        shifted = "" if value.starts == (1, 1) else " from {1:02}.{0:02}.".format(*value.starts)
        return f"lies in the same {value.period}{shifted} as {self.fact(value.of) if value.of else 'today'}"

    def condition(self, condition: Condition) -> str:
        """The whole condition: "days late is at least 2"."""
        return f"{self.fact(condition.fact)} {self.needs(condition)}"

    def formula(self, formula: Formula, *, money: bool) -> str:
        """A formula; `money` says whether it yields money, which tells how constants read."""
        match formula:
            case _ if formula == UNLIMITED:
                return "any amount"
            case Constant(value):
                return self.money(value) if money else plain(value)
            case FactValue(fact):
                return self.fact(fact)
            case Percent(rate, of):
                return f"{self._rate(rate)} of {self._inner(of, money)}"
            case Times(factors):
                return self._times(factors, money)
            case Per(of, every, whole):
                kind = {"down": "whole ", "up": "begun ", "exact": ""}[whole]
                return f"the {kind}periods of {plain(every)} in {self._inner(of, self._is_money(of))}"
            case Sum(terms):
                return " plus ".join(self._inner(term, money) for term in terms)
            case Minus(first, second):
                return f"{self._inner(first, money)} less {self._inner(second, money)}"
            case Least(terms) | Greatest(terms):
                which = "least" if isinstance(formula, Least) else "greatest"
                return f"the {which} of {listed([self._inner(term, money) for term in terms])}"
            case MinimumPayout(of, threshold):
                return f"{self._inner(of, money)} (nothing under {self.formula(threshold, money=money)})"
            case Round(of, mode, step):
                return f"{self._inner(of, money)}, rounded {mode.replace('_', ' ')} to {plain(step)}"
            case Each(lines, of):
                line = Words({each.code: each for each in self.facts[lines].fields}, self.currency)
                return f"for each of {self.fact(lines)} {line.formula(of, money=money)}"
            case Clamp():
                return self._clamp(formula, money)
            case _:
                return self._table(formula, money)

    def _rate(self, rate: Formula) -> str:
        text = self._inner(rate, money=False)
        return f"{text}%" if isinstance(rate, Constant) else f"{text} percent"

    def _inner(self, formula: Formula, money: bool) -> str:
        text = self.formula(formula, money=money)
        return text if isinstance(formula, Constant | FactValue | Percent) else f"({text})"

    def _is_money(self, formula: Formula) -> bool:
        if isinstance(formula, FactValue):
            return self.facts[formula.fact].type == "money"
        return any(self._is_money(inner) for inner in operands(formula))

    def _times(self, factors: tuple[Formula, ...], money: bool) -> str:
        amounts = [self._is_money(factor) for factor in factors]
        if money and not any(amounts):
            # No factor names money, so the first that is not a plain fact is the rate.
            first = next((at for at, each in enumerate(factors) if not isinstance(each, FactValue)), 0)
            amounts[first] = True
        return " × ".join(self._inner(factor, is_money) for factor, is_money in zip(factors, amounts, strict=True))

    def _clamp(self, formula: Clamp, money: bool) -> str:
        bounds = []
        if formula.at_least is not None:
            bounds.append(f"at least {self.formula(formula.at_least, money=money)}")
        if formula.at_most is not None:
            bounds.append(f"at most {self.formula(formula.at_most, money=money)}")
        return f"{self._inner(formula.of, money)}, {listed(bounds)}"

    def _table(self, formula: Bands | Choose | Tiers, money: bool) -> str:
        if isinstance(formula, Tiers):
            of_money = self._is_money(formula.of)
            slices = [self._tier(tier, of_money=of_money) for tier in formula.rows]
            return f"by slices of {self._inner(formula.of, of_money)}: {', '.join(slices)}"
        if isinstance(formula, Bands):
            rows = [f"{self._edge(formula.by, edge)} {self._inner(inner, money)}" for edge, inner in formula.rows]
        else:
            rows = [f"{self.value(formula.by, value)} {self._inner(inner, money)}" for value, inner in formula.when]
        if formula.otherwise is not None:
            rows.append(f"otherwise {self._inner(formula.otherwise, money)}")
        return f"by {self.fact(formula.by)}: {', '.join(rows)}"

    def _tier(self, tier: Any, *, of_money: bool) -> str:
        share = f"{plain(tier.factor)}%" if tier.percent else f"{self.money(tier.factor)} each"
        edge = "" if tier.up_to is None else f" up to {self.money(tier.up_to) if of_money else plain(tier.up_to)}"
        return f"{share}{edge}" if edge else f"{share} beyond"

    def _edge(self, code: str, edge: Edge) -> str:
        fact = self.facts[code]
        limit: Any = edge.value
        if not isinstance(limit, str):
            scaled = limit * 10**fact.places
            limit = show(fact, int(scaled), self.currency) if scaled.denominator == 1 else plain(limit)
        return f"{'up to' if edge.inclusive else 'below'} {limit}"
