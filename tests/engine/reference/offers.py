"""What one allow row gives for one remedy in the reference, before and after budgets. Amounts are in whole units."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from policies.engine.amounts import Round
from policies.engine.money import DIGITS
from policies.engine.question import Question
from policies.engine.rulebook import Bound, Budget, Remedy, Rule, Step
from tests.engine.reference.amounts import NOTHING, amount
from tests.engine.reference.beyond import stretched
from tests.engine.reference.facts import Facts
from tests.engine.reference.given import Given, Refusal, affordable
from tests.engine.reference.values import Unknown, is_unknown, rounded


class Vanished(Exception):
    """A formula that the row needs finds nothing due."""


class Waits(Exception):
    """A formula that the row needs reads a fact that is unknown."""


class Row:
    """One allow row read for one remedy."""

    def __init__(self, facts: Facts, rule: Rule, remedy: Remedy) -> None:
        self.facts, self.rule, self.remedy = facts, rule, remedy
        rulebook = facts.rulebook
        money = remedy.unit == "money"
        self.smallest = Fraction(1, 10 ** (DIGITS[rulebook.currency] if money else remedy.places))
        self.mode = rulebook.rounding_mode if money else "down"
        self.rounding = rulebook.rounding_step if money else self.smallest
        self.step = rule.step or self.smallest

    def outcome(self) -> Given | Refusal:
        """The offer before budgets, or why there is none."""
        offers = {"": self._granted, "amount": self._exact, "up_to": self._range}
        try:
            offer = offers[self.rule.kind]()
            return replace(offer, terms=self._terms()) if isinstance(offer, Given) else offer
        except Vanished:
            return Refusal("nothing_due")
        except Waits:
            return self._undecided()

    def _granted(self) -> Given | Refusal:
        if self.rule.alone != "never":
            return Given(self.remedy, self.rule, True)
        if not self.rule.approval:
            return Refusal("above_ladder")
        return Given(self.remedy, self.rule, False, ladder=((None, self.rule.approval[0]),))

    def _exact(self) -> Given | Refusal:
        due = self._needed(self.rule.amount)
        if due <= 0 and not self.remedy.signed:
            return Refusal("nothing_due")
        if self._covers(self.rule.alone, due):
            return Given(self.remedy, self.rule, True, due, due, due, self.smallest)
        for step in self.rule.approval:
            if step.bound is None or self._covers(step.bound, due):
                return Given(self.remedy, self.rule, False, due, due, None, self.smallest, ((due, step),))
        return Refusal("above_ladder")

    def _covers(self, bound: Bound | str | None, due: Fraction) -> bool:
        if bound is None:
            return True
        return isinstance(bound, Bound) and due <= self._reach(bound)

    def _range(self) -> Given | Refusal:
        whole = self._needed(self.rule.amount)
        if whole <= 0:
            return Refusal("nothing_due")
        least = self._needed(self.rule.at_least) if self.rule.at_least else self.step
        least = -(-least // self.step) * self.step
        least = least if self.remedy.signed else max(Fraction(0), least)
        alone = whole
        if isinstance(self.rule.alone, Bound):
            alone = min(whole, self._reach(self.rule.alone))
        alone = self._stepped(alone)
        steps = [(self._ladder_reach(step, whole), step) for step in self.rule.approval]
        gives_alone = self.rule.alone != "never" and alone > 0 and alone >= least
        ladder: tuple[tuple[Any, Step], ...] = ()
        reached = alone if gives_alone else Fraction(0)
        for reach, step in steps:
            if reach > reached and reach >= least:
                ladder += ((reach, step),)
                reached = reach
        if not gives_alone:
            if not ladder:
                return Refusal("nothing_due")
            return Given(self.remedy, self.rule, False, least, None, None, self.step, ladder)
        suggested = self._stepped(self._needed(self.rule.suggest)) if self.rule.suggest else alone
        suggested = max(least, min(suggested, alone))
        return Given(self.remedy, self.rule, True, least, suggested, alone, self.step, ladder)

    def _ladder_reach(self, step: Step, whole: Fraction) -> Fraction:
        reach = self._reach(step.bound) if step.bound else whole
        return self._stepped(reach if self.rule.alone is None else min(reach, whole))

    def _stepped(self, value: Fraction) -> Fraction:
        return value // self.step * self.step

    def _reach(self, bound: Bound) -> Fraction:
        """The largest amount in the smallest unit that a bound covers."""
        limit = self._value(bound.limit)
        floor = limit // self.smallest * self.smallest
        return floor if bound.inclusive or floor < limit else floor - self.smallest

    def _needed(self, formula: Any) -> Fraction:
        """A formula's end result, rounded once."""
        value = self._value(formula)
        if isinstance(formula, Round) and formula.step > self.rounding:
            return rounded(value, self.smallest, self.mode)
        return rounded(value, self.rounding, self.mode)

    def _value(self, formula: Any) -> Fraction:
        value = amount(self.facts, formula)
        if value is NOTHING:
            raise Vanished
        if is_unknown(value):
            raise Waits
        return value

    def _terms(self) -> dict[str, Fraction]:
        places = {term.code: term.places for term in self.remedy.terms}
        return {
            code: rounded(self._value(formula), Fraction(1, 10 ** places[code]), "down")
            for code, formula in self.rule.terms
        }

    def _undecided(self) -> Refusal:
        """All that the row's formulas wait for; nothing is due if one that is read in any case finds so."""
        rule = self.rule
        steps = [step.bound.limit for step in rule.approval if step.bound]
        always = [rule.amount, rule.at_least, *(formula for _, formula in rule.terms)]
        always += [rule.alone.limit] if isinstance(rule.alone, Bound) else []
        sometimes = [rule.suggest, *steps]
        if rule.kind == "up_to":
            always += steps
        if any(amount(self.facts, formula) is NOTHING for formula in always if formula):
            return Refusal("nothing_due")
        values = [amount(self.facts, formula) for formula in (*always, *sometimes) if formula]
        return Refusal(
            "unknown_fact", frozenset().union(*(value.facts for value in values if isinstance(value, Unknown)))
        )


def after_budgets(
    rulebook_budgets: list[Budget], question: Question, digits: int, offer: Given, usual: str
) -> Given | Refusal:
    """The offer as far as every budget bears it, and as far as somebody may go beyond those that let them.

    `usual` is the policy's time to answer.
    """
    known = {"customer": question.customer, "case": question.case}
    missing = frozenset(budget.scope for budget in rulebook_budgets if known.get(budget.scope) is False)
    if missing:
        return Refusal("unknown_fact", missing)
    left = {budget.code: max(0, budget.limit - question.taken.get(budget.code, 0)) for budget in rulebook_budgets}
    offer = replace(offer, budgets=tuple(left.items()))
    most: dict[str, Fraction] = {}
    for budget in rulebook_budgets:
        if budget.beyond:
            continue
        if budget.measure == "count":
            if left[budget.code] < 1:
                return Refusal("budget_exhausted")
            continue
        remaining = Fraction(left[budget.code], 10**digits)
        limit = affordable(offer.remedy, remaining, digits)
        if limit is None:
            if Fraction(offer.remedy.cost, 10**digits) > remaining:
                return Refusal("budget_exhausted")
            continue
        most[budget.code] = limit // offer.step * offer.step
    cut = _cut(offer, most) if most else offer
    soft = [budget for budget in rulebook_budgets if budget.beyond]
    return stretched(cut, soft, left, digits, usual) if soft and isinstance(cut, Given) else cut


def _cut(offer: Given, most: dict[str, Fraction]) -> Given | Refusal:
    strictest = min(most, key=lambda code: most[code])
    limit = most[strictest]
    if limit <= 0 or limit < offer.minimum:
        return Refusal("budget_exhausted")
    ladder: tuple[tuple[Any, Step], ...] = ()
    reached = min(offer.maximum, limit) if offer.alone else None
    for reach, step in offer.ladder:
        reach = min(reach, limit)
        if reached is None or reach > reached:
            ladder += ((reach, step),)
            reached = reach
    named = offer.maximum if offer.alone else offer.top()
    return replace(
        offer,
        maximum=min(offer.maximum, limit) if offer.alone else None,
        suggested=min(offer.suggested, limit) if offer.alone else offer.suggested,
        ladder=ladder,
        limited_by=strictest if named > limit else "",
    )
