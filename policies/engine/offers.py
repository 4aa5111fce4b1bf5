"""One row's offer, and what budgets leave of it."""

from __future__ import annotations

from policies.engine.allowance import Allowance
from policies.engine.compile import Row
from policies.engine.compile_conditions import Values
from policies.engine.decision import Because, Ladder, Offer
from policies.engine.question import Question
from policies.engine.rulebook import Budget, Remedy


def offer_of(remedy: Remedy, row: Row, values: Values) -> Offer | Because:
    """What the row gives, before budgets. Raises UnknownFactError or NothingDueError from its formulas."""
    allowance = row.allowance
    if allowance is None:
        raise TypeError("only an allow row gives an offer")
    offer = _measured(remedy, row, allowance, values)
    if allowance.terms and isinstance(offer, Offer):
        offer = offer._replace(terms=tuple((term, compute(values)) for term, compute in allowance.terms))
    return offer


def _measured(remedy: Remedy, row: Row, allowance: Allowance, values: Values) -> Offer | Because:
    if allowance.amount is None:
        if allowance.alone != "never":
            return _offer(remedy, row, alone=True, ladder=())
        if not allowance.steps:
            return Because("above_ladder", rule=row.rule)
        return _offer(remedy, row, alone=False, ladder=tuple(Ladder(None, step) for _, step in allowance.steps))
    return _exact(remedy, row, allowance, values) if allowance.exact else _range(remedy, row, allowance, values)


def _offer(
    remedy: Remedy,
    row: Row,
    *,
    alone: bool,
    ladder: tuple[Ladder, ...],
    minimum: int | None = None,
    suggested: int | None = None,
    maximum: int | None = None,
    step: int = 1,
    exact: bool = True,
) -> Offer:
    limited_by = ("rule", row.rule.code)
    return Offer(
        remedy, row.rule, exact, alone, minimum, suggested, maximum, step, ladder, limited_by, ()
    )  # fmt: skip


def _exact(remedy: Remedy, row: Row, allowance: Allowance, values: Values) -> Offer | Because:
    amount = allowance.amount(values) if allowance.amount else 0
    if amount <= 0 and not remedy.signed:
        return Because("nothing_due", rule=row.rule)
    if _covers(allowance, amount, values):
        return _offer(remedy, row, alone=True, ladder=(), minimum=amount, suggested=amount, maximum=amount)
    for limit, step in allowance.steps:
        if limit is None or amount <= limit(values):
            ladder = (Ladder(amount, step),)
            return _offer(remedy, row, alone=False, ladder=ladder, minimum=amount, suggested=amount)
    return Because("above_ladder", rule=row.rule)


def _covers(allowance: Allowance, amount: int, values: Values) -> bool:
    if allowance.alone is None:
        return True
    return not isinstance(allowance.alone, str) and amount <= allowance.alone(values)


def _range(remedy: Remedy, row: Row, allowance: Allowance, values: Values) -> Offer | Because:
    whole = allowance.amount(values) if allowance.amount else 0
    if whole <= 0:
        return Because("nothing_due", rule=row.rule)
    width = allowance.step
    minimum = allowance.at_least(values) if allowance.at_least else width
    minimum = -(-minimum // width) * width
    if not remedy.signed:
        minimum = max(0, minimum)
    alone = whole
    if isinstance(allowance.alone, str):
        alone = -1
    elif allowance.alone is not None:
        alone = min(whole, allowance.alone(values))
    alone = alone // width * width
    worth_offering = max(minimum, 1)
    ladder = _ladder(allowance, whole, max(alone, worth_offering - 1), values)
    if alone < worth_offering:
        if not ladder:
            return Because("nothing_due", rule=row.rule)
        return _offer(remedy, row, alone=False, ladder=ladder, minimum=minimum, step=width, exact=False)
    suggested = allowance.suggest(values) if allowance.suggest else alone
    suggested = max(minimum, min(suggested // width * width, alone))
    return _offer(
        remedy, row, alone=True, ladder=ladder, minimum=minimum, suggested=suggested, maximum=alone, step=width,
        exact=False,
    )  # fmt: skip


def _ladder(allowance: Allowance, whole: int, reached: int, values: Values) -> tuple[Ladder, ...]:
    """The steps that reach beyond what was reached before them."""
    found: list[Ladder] = []
    for limit, step in allowance.steps:
        maximum = whole if limit is None else limit(values)
        if allowance.alone is not None:
            maximum = min(maximum, whole)
        maximum = maximum // allowance.step * allowance.step
        if maximum > reached:
            found.append(Ladder(maximum, step))
            reached = maximum
    return tuple(found)


class Purse:
    """What the budgets still hold for this question."""

    __slots__ = ("_known", "_taken")

    def __init__(self, question: Question) -> None:
        self._taken = question.taken
        self._known = {"customer": question.customer, "case": question.case}

    def remaining(self, budget: Budget) -> int:
        """Minor units or a count; never negative, also where a newer version lowered the limit below what is taken."""
        return max(0, budget.limit - self._taken.get(budget.code, 0))

    def missing_reference(self, budgets: tuple[Budget, ...]) -> tuple[str, ...]:
        """The references that some budget needs and the question lacks: "customer", "case"."""
        return tuple(dict.fromkeys(b.scope for b in budgets if self._known.get(b.scope) is False))


def cost_of(remedy: Remedy, amount: int | None) -> int:
    """What an exception costs budgets in minor units: its amount, its units' cost, or the cost of one grant."""
    if remedy.unit == "none" or amount is None:
        return remedy.cost
    if remedy.unit == "money":
        return remedy.cost if remedy.signed else amount
    scale: int = 10**remedy.places
    return -(-remedy.cost * amount // scale)


def worth(remedy: Remedy, remaining: int) -> int | None:
    """The largest amount or quantity that costs at most `remaining`; None where cost does not depend on it."""
    if remedy.unit == "money" and not remedy.signed:
        return remaining
    if remedy.unit in ("money", "none") or remedy.cost == 0:
        return None
    scale: int = 10**remedy.places
    return remaining * scale // remedy.cost


def borne(offer: Offer, budget: Budget, purse: Purse) -> int | None:
    """How much of the offer the rest of the budget bears, on the offer's step; None: all of it, 0: nothing."""
    remaining = purse.remaining(budget)
    if budget.measure == "count":
        return None if remaining else 0
    most = worth(offer.remedy, remaining)
    if most is None:
        return None if cost_of(offer.remedy, None) <= remaining else 0
    return most // offer.step * offer.step


def cut(offer: Offer, budgets: tuple[Budget, ...], purse: Purse) -> Offer | Because:
    """The offer with what its budgets leave of it; the strictest is named."""
    left = tuple((budget.code, purse.remaining(budget)) for budget in budgets)
    offer = offer._replace(budgets=left)
    for budget in budgets:
        most = borne(offer, budget, purse)
        if most is None:
            continue
        capped = _capped(offer, most, budget.code)
        if capped is None:
            return Because("budget_exhausted", rule=offer.rule, budget=budget.code)
        offer = capped
    return offer


def _capped(offer: Offer, most: int, budget: str) -> Offer | None:
    """The offer with nothing above `most`, which is on its step; None where nothing is left."""
    if most <= 0 or most < (offer.minimum or 0):
        return None
    ladder = _capped_ladder(offer, most)
    if offer.maximum is None and (offer.ladder[-1].maximum or 0) > most:
        return offer._replace(ladder=ladder, limited_by=("budget", budget))
    if offer.maximum is None or offer.maximum <= most:
        return offer._replace(ladder=ladder)
    suggested = min(offer.suggested or 0, most)
    return offer._replace(maximum=most, suggested=suggested, ladder=(), limited_by=("budget", budget))


def _capped_ladder(offer: Offer, most: int) -> tuple[Ladder, ...]:
    """The steps as far as `most`, without those that then reach no further than the one before."""
    found: list[Ladder] = []
    reached = (offer.minimum or 0) - 1 if offer.maximum is None else min(offer.maximum, most)
    for maximum, step, _ in offer.ladder:
        capped = min(maximum or 0, most)
        if capped > reached:
            found.append(Ladder(capped, step))
            reached = capped
    return tuple(found)
