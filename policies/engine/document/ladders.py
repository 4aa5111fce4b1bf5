"""Ladders that make no sense: what nobody would ever be asked, or has no time to answer.

Only drafts are held against it: a version that was published so still reads as it was.
"""

from __future__ import annotations

from policies.engine.amounts import Constant
from policies.engine.durations import duration
from policies.engine.faults import DocumentError, Fault
from policies.engine.rulebook import Bound, Rule, Rulebook

LEAST, MOST = "PT1M", "P90D"
"""The shortest and the longest time to answer."""


def require_sound_ladders(rulebook: Rulebook) -> None:
    """Raise DocumentError with what is wrong with the ladders of its rules, and who goes beyond its budgets."""
    faults = [
        fault
        for at, rule in enumerate(rulebook.rules)
        for step in range(len(rule.approval))
        for fault in _of_step(rule, step, f"/rules/{at}/approval/{step}")
    ]
    for at, budget in enumerate(rulebook.budgets):
        if budget.beyond:
            faults += _of_time(budget.beyond.answer_within, f"/budgets/{at}/beyond/answer_within")
    if faults:
        raise DocumentError(faults)


def _of_step(rule: Rule, at: int, path: str) -> list[Fault]:
    step = rule.approval[at]
    faults = _of_time(step.answer_within, f"{path}/answer_within")
    if step.bound and isinstance(rule.alone, Bound) and _reaches_no_further(step.bound, rule.alone):
        key = "up_to" if step.bound.inclusive else "below"
        faults.append(
            Fault(f"{path}/{key}", "must reach further than what may be given alone, or nobody is ever asked")
        )
    return faults


def _of_time(within: str, path: str) -> list[Fault]:
    if not within or duration(LEAST) <= duration(within) <= duration(MOST):
        return []
    return [Fault(path, f"must be a duration from {LEAST} to {MOST}")]


def _reaches_no_further(step: Bound, alone: Bound) -> bool:
    """Compare two limits that are plain numbers; what depends on facts may be either."""
    if not isinstance(step.limit, Constant) or not isinstance(alone.limit, Constant):
        return False
    return (step.limit.value, step.inclusive) <= (alone.limit.value, alone.inclusive)
