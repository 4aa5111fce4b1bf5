"""Going beyond a budget, in the reference: every amount is looked at by itself, equal neighbours are put together."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from policies.engine.durations import duration
from policies.engine.rulebook import Budget, Step
from tests.engine.reference.given import Given, affordable


def stretched(offer: Given, soft: list[Budget], left: Mapping[str, int], digits: int, usual: str) -> Given:
    """The offer where these budgets do not cut it but make somebody agree."""
    return _Stretch(offer, soft, left, digits, usual).offer()


class _Stretch:
    def __init__(self, offer: Given, soft: list[Budget], left: Mapping[str, int], digits: int, usual: str) -> None:
        self.given, self.soft, self.left, self.usual = offer, soft, left, usual
        self.unit = Fraction(1, 10**digits)
        self.digits = digits

    def offer(self) -> Given:
        amounts = self._edges()
        found: list[tuple[Any, Step, tuple[str, ...]]] = []
        alone: list[Any] = []
        for amount in amounts:
            step, extends = self._needs(amount)
            if step is None:
                alone.append(amount)
            elif found and extends and found[-1][1:] == (step, extends):
                found[-1] = (amount, step, extends)
            else:
                found.append((amount, step, extends))
        offer = replace(
            self.given,
            ladder=tuple((amount, step) for amount, step, _ in found),
            extends={amount: extends for amount, _, extends in found if extends},
        )
        if not self.given.alone or (alone and alone[-1] == self.given.maximum):
            return offer
        if not alone:
            suggested = self.given.suggested if self.given.rule.kind == "amount" else None
            return replace(offer, alone=False, maximum=None, suggested=suggested, limited_by=self._strictest())
        suggested = min(self.given.suggested, alone[-1])
        return replace(offer, maximum=alone[-1], suggested=suggested, limited_by=self._strictest())

    def _edges(self) -> list[Any]:
        """The amounts at which something may change, from the least to the most that can be given."""
        tops = [self.given.maximum] if self.given.alone else []
        tops += [reach for reach, _ in self.given.ladder]
        if self.given.rule.kind != "up_to":
            return tops
        limits = [
            limit // self.given.step * self.given.step for limit in map(self._bears, self.soft) if limit is not None
        ]
        within = [limit for limit in limits if max(self.given.minimum, self.given.step) <= limit < tops[-1]]
        return sorted({*tops, *within})

    def _bears(self, budget: Budget) -> Fraction | None:
        """How much the budget bears; None where that does not depend on how much is given."""
        if budget.measure == "count":
            return None
        return affordable(self.given.remedy, self.left[budget.code] * self.unit, self.digits)

    def _exceeds(self, amount: Any, budget: Budget) -> bool:
        if budget.measure == "count":
            return self.left[budget.code] < 1
        limit = self._bears(budget)
        if limit is None:
            return self.given.remedy.cost > self.left[budget.code]
        return amount > limit

    def _needs(self, amount: Any) -> tuple[Step | None, tuple[str, ...]]:
        """Whose yes this amount needs (None: nobody's), and beyond which budgets it goes."""
        exceeded = [budget for budget in self.soft if self._exceeds(amount, budget)]
        step = self._step_for(amount)
        if not exceeded:
            return step, ()
        base = step or Step(None)
        within = [base.answer_within] if step else []
        named = list(base.all_of)
        any_of = base.any_of
        for budget in exceeded:
            assert budget.beyond
            within.append(budget.beyond.answer_within)
            if budget.beyond.by not in named:
                named.append(budget.beyond.by)
            if budget.beyond.by in base.any_of:
                any_of = ()
        longest = max(duration(each or self.usual) for each in within)
        time = next(each for each in within if duration(each or self.usual) == longest)
        time = self.usual if longest == duration(self.usual) else time
        return Step(None, any_of, tuple(named), time, base.in_sequence), tuple(budget.code for budget in exceeded)

    def _step_for(self, amount: Any) -> Step | None:
        """The rule's own step for an amount; None where the role gives it alone."""
        if self.given.alone and (amount is None or amount <= self.given.maximum):
            return None
        return next(step for reach, step in self.given.ladder if amount is None or amount <= reach)

    def _strictest(self) -> str:
        """The budget that leaves the least, of equal ones the first."""

        def bears(budget: Budget) -> Fraction:
            limit = self._bears(budget)
            if limit is not None and budget.measure == "money":
                return limit // self.given.step * self.given.step
            return Fraction(0)

        return min((budget for budget in self.soft if self._exceeds(self.given.maximum, budget)), key=bears).code
