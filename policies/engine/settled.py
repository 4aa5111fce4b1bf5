"""Outcomes that depend on nothing but which conditions hold: worked out once for each state of a remedy's rows."""

from __future__ import annotations

from policies.engine.decision import Because, NotOffered, Offer
from policies.engine.plan import PlannedRow, RemedyPlan

MOST_KEPT = 256
"""How many states of a remedy's rows a plan remembers; what comes after these is worked out each time."""


def settled(plan: RemedyPlan, state: int) -> Offer | NotOffered | None:
    """The offer before budgets, or why there is none; None where an unknown or an amount has a say too."""
    bits = state & plan.bits
    try:
        return plan.settled[bits]
    except KeyError:
        found = _settle(plan, bits)
        if len(plan.settled) < MOST_KEPT:
            plan.settled[bits] = found
        return found


def _settle(plan: RemedyPlan, state: int) -> Offer | NotOffered | None:
    for planned in (*plan.forbids, *plan.allows):
        bits = state & planned.bits
        if not bits:
            return _held(plan, planned)
        if not bits & planned.failing:
            return None
    return nearest_miss(plan, state)


def _held(plan: RemedyPlan, planned: PlannedRow) -> Offer | NotOffered | None:
    if planned.row.rule.effect != "allow":
        return kept_back(plan, planned)
    return NotOffered(plan.remedy, (planned.fixed,)) if isinstance(planned.fixed, Because) else planned.fixed


def kept_back(plan: RemedyPlan, planned: PlannedRow) -> NotOffered:
    """The remedy as a forbid or human only row that holds leaves it."""
    code = "forbidden" if planned.row.rule.effect == "forbid" else "human_only"
    return NotOffered(plan.remedy, (Because(code, rule=planned.row.rule),))


def nearest_miss(plan: RemedyPlan, state: int) -> NotOffered:
    """The conditions that fail in the nearest allow row, where none holds."""
    bits = [state & planned.bits for planned in plan.allows]
    nearest = min(range(len(bits)), key=lambda at: _distance(plan.allows[at], bits[at]))
    return NotOffered(plan.remedy, _missed(plan.allows[nearest], bits[nearest]))


def _distance(planned: PlannedRow, bits: int) -> tuple[int, int]:
    """How far a row is from holding: how many conditions fail, and how many of these are choices.

    A number can be a little off and a flag can change; another choice is another case.
    """
    return bits.bit_count(), (bits & planned.choices).bit_count()


def _missed(planned: PlannedRow, bits: int) -> tuple[Because, ...]:
    """The conditions of the row whose bits are set: failing ones, and undecided ones."""
    lowest = planned.failing & -planned.failing
    width = (planned.bits ^ planned.failing).bit_length() - planned.failing.bit_length()
    either = bits | bits >> width
    return tuple(
        Because("condition_not_met", rule=planned.row.rule, condition=condition)
        for at, condition in enumerate(planned.row.conditions)
        if either & lowest << at
    )
