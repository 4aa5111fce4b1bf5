"""What a manager has stopped is not offered, whatever the rules say, and nothing is asked for its sake."""

from __future__ import annotations

from collections.abc import Sequence

from policies.engine.decision import Because, NotOffered
from policies.engine.plan import Plan, RemedyPlan
from policies.engine.question import Frozen
from policies.engine.rulebook import Remedy


def stopped(plan: Plan, frozen: Sequence[Frozen]) -> tuple[list[RemedyPlan], list[NotOffered]]:
    """The remedies that are still to be judged, and those that are closed: stopped, or without an allow row."""

    def why(remedy: Remedy) -> tuple[Because, ...]:
        return tuple(Because("frozen", frozen=each) for each in frozen if each.remedy in ("", remedy.code))

    kept: list[RemedyPlan] = []
    closed: list[NotOffered] = []
    for each in plan.remedies:
        because = why(each.remedy)
        if because:
            closed.append(NotOffered(each.remedy, because))
        else:
            kept.append(each)
    for refusal in plan.closed:
        because = why(refusal.remedy)
        closed.append(NotOffered(refusal.remedy, because) if because else refusal)
    return kept, closed
