"""Going beyond a budget: what somebody may still agree to where a budget with `beyond` cuts an offer.

Such a budget keeps nobody from giving more, it only makes more need a yes. The offer falls into pieces, at what is
left of each of these budgets; a piece needs those whom the rule names for it, and who may go beyond each budget that
it exceeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from policies.engine.decision import Ladder, Offer
from policies.engine.durations import duration
from policies.engine.offers import Purse, borne
from policies.engine.rulebook import Budget, Step


class _Left(NamedTuple):
    """What one such budget still bears, on the offer's step; None: all of it, 0: nothing, whatever it comes to."""

    budget: Budget
    most: int | None

    def exceeded_by(self, amount: int) -> bool:
        return self.most is not None and (self.most <= 0 or amount > self.most)


class _Piece(NamedTuple):
    """Amounts up to `top` that the same people must agree to; `step` is the rule's (None: the role gives it alone)."""

    top: int
    step: Step | None
    exceeded: tuple[Budget, ...]


def beyond(offer: Offer, budgets: Sequence[Budget], purse: Purse, usual: str) -> Offer:
    """The offer with what these budgets leave alone, and whose yes all above needs.

    `usual` is the time to answer where a step or budget names none.
    """
    left = [_Left(budget, borne(offer, budget, purse)) for budget in budgets]
    if offer.minimum is None:
        return _given_or_not(offer, left, usual)
    strictest = min((each for each in left if each.most is not None), key=lambda each: each.most or 0, default=None)
    if strictest is None or not strictest.exceeded_by(_top(offer)):
        return offer
    pieces = list(_pieces(offer, left))
    alone = [piece.top for piece in pieces if piece.step is None and not piece.exceeded]
    ladder = _joined(_asked(piece, usual) for piece in pieces if piece.step or piece.exceeded)
    if offer.maximum is None or not strictest.exceeded_by(offer.maximum):
        return offer._replace(ladder=ladder)
    limited_by = ("budget", strictest.budget.code)
    if not alone:
        suggested = offer.minimum if offer.exact else None
        return offer._replace(alone=False, maximum=None, suggested=suggested, ladder=ladder, limited_by=limited_by)
    maximum = alone[-1]
    suggested = min(offer.suggested or 0, maximum)
    return offer._replace(maximum=maximum, suggested=suggested, ladder=ladder, limited_by=limited_by)


def _top(offer: Offer) -> int:
    """The most that anybody can give."""
    return (offer.ladder[-1].maximum if offer.ladder else offer.maximum) or 0


def _given_or_not(offer: Offer, left: Sequence[_Left], usual: str) -> Offer:
    """The same for what has no amount: every budget that cannot bear one grant has its say."""
    exceeded = tuple(each.budget for each in left if each.most is not None)
    if not exceeded:
        return offer
    if offer.alone:
        ladder = (Ladder(None, *_agreed(None, exceeded, usual)),)
        return offer._replace(alone=False, ladder=ladder, limited_by=("budget", exceeded[0].code))
    return offer._replace(ladder=tuple(Ladder(None, *_agreed(each.step, exceeded, usual)) for each in offer.ladder))


def _pieces(offer: Offer, left: Sequence[_Left]) -> Iterable[_Piece]:
    """The offer cut at every edge, ascending."""
    tops: list[tuple[int, Step | None]] = [(each.maximum or 0, each.step) for each in offer.ladder]
    if offer.maximum is not None:
        tops.insert(0, (offer.maximum, None))
    # An exact amount is not cut: it is beyond a budget as a whole, or not at all.
    least = tops[-1][0] if offer.exact else offer.minimum or 0
    reached = max(least, 1) - 1
    edges = sorted({each.most for each in left if each.most is not None})
    for top, step in tops:
        for edge in [*(edge for edge in edges if reached < edge < top), top]:
            yield _Piece(edge, step, tuple(each.budget for each in left if each.exceeded_by(edge)))
        reached = top


def _asked(piece: _Piece, usual: str) -> Ladder:
    if not piece.exceeded and piece.step:
        return Ladder(piece.top, piece.step)
    return Ladder(piece.top, *_agreed(piece.step, piece.exceeded, usual))


def _agreed(step: Step | None, exceeded: Sequence[Budget], usual: str) -> tuple[Step, tuple[str, ...]]:
    """Who must agree with the rule's step and these budgets, and the budgets' codes.

    Whoever may go beyond a budget stands for the "any of" of the step that names them: nobody is asked twice.
    """
    whose = [budget.beyond for budget in exceeded if budget.beyond]
    added = tuple(dict.fromkeys(each.by for each in whose))
    times = [each.answer_within for each in whose]
    codes = tuple(budget.code for budget in exceeded)
    if step is None:
        return Step(None, all_of=added, answer_within=_longest(times, usual)), codes
    return Step(
        None,
        any_of=() if set(step.any_of) & set(added) else step.any_of,
        all_of=tuple(dict.fromkeys((*step.all_of, *added))),
        answer_within=_longest([step.answer_within, *times], usual),
        in_sequence=step.in_sequence,
    ), codes


def _longest(times: Sequence[str], usual: str) -> str:
    """The longest of these times; "" is the usual one, whose text also stands for any that says just as long."""
    found = max(times, key=lambda each: duration(each or usual))
    return usual if duration(found or usual) == duration(usual) else found


def _joined(steps: Iterable[Ladder]) -> tuple[Ladder, ...]:
    """The steps, those that ask the same people for the same budgets as one."""
    found: list[Ladder] = []
    for each in steps:
        if found and each.extends and found[-1][1:] == each[1:]:
            found.pop()
        found.append(each)
    return tuple(found)
