"""The answer as values: codes and integers only. `explain` turns it into words and JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from policies.engine.question import Frozen
from policies.engine.rulebook import Condition, Remedy, Rule, Step, Term


class Ladder(NamedTuple):
    """What a step of the approval ladder reaches: up to `maximum` (None: unit none) if those of `step` agree.

    `extends` are the budgets that it goes beyond, which is why some of those have a say.
    """

    maximum: int | None
    step: Step
    extends: tuple[str, ...] = ()


class Offer(NamedTuple):
    """One offer. Amounts are in minor units (money) or scaled by the remedy's places; None where the unit is none.

    `maximum` is what the role may give alone; None with a unit means nothing alone, only what `ladder` reaches.
    `limited_by` is ("rule", rule code), ("budget", budget code) or ("declined", remedy code). `budgets` are
    (code, remaining) of all that apply.
    `terms` are the remedy's further measures and how far each goes, scaled by its places.
    """

    remedy: Remedy
    rule: Rule
    exact: bool
    alone: bool
    minimum: int | None
    suggested: int | None
    maximum: int | None
    step: int
    ladder: tuple[Ladder, ...]
    limited_by: tuple[str, str]
    budgets: tuple[tuple[str, int], ...]
    undecided: tuple[str, ...] = ()
    terms: tuple[tuple[Term, int], ...] = ()


class Because(NamedTuple):
    """One reason why a remedy is not offered; which fields are set depends on the code.

    Codes: forbidden, human_only (rule, conditions that hold); condition_not_met (rule, condition); unknown_fact
    (facts); not_for_role, not_for_reason (roles); nothing_due, above_ladder (rule); budget_exhausted (budget);
    already_given, better_option (remedy); frozen (frozen); declined (rule, said).
    """

    code: str
    rule: Rule | None = None
    condition: Condition | None = None
    facts: tuple[str, ...] = ()
    budget: str = ""
    roles: tuple[str, ...] = ()
    remedy: str = ""
    frozen: Frozen | None = None
    said: str = ""


class NotOffered(NamedTuple):
    """A remedy that is not offered, and why."""

    remedy: Remedy
    because: tuple[Because, ...]


class Ask(NamedTuple):
    """A fact worth asking for ("customer" and "case" stand for those references), and which remedies it decides.

    `unlocks` are remedies that an answer may bring, `changes` those whose amount it may raise.
    """

    fact: str
    unlocks: tuple[str, ...]
    changes: tuple[str, ...]
    verify: bool = False


class Decision(NamedTuple):
    """The whole answer. `escalates_to` is the role above, or None where the policy's handover is the way.

    `assumed` are the facts left out for which a rule of this role and reason took what the policy assumes.
    `values` are the facts as the engine read and derived them, by slot, for explanations.
    """

    offers: tuple[Offer, ...]
    not_offered: tuple[NotOffered, ...]
    questions: tuple[Ask, ...]
    escalates_to: str | None
    assumed: tuple[str, ...]
    values: tuple[Any, ...] = ()
