"""Plans: for one role, reason and kind of agent, the rows that can apply, remedy by remedy, and their budgets.

A plan is made when a question first needs it and is kept with the compiled rulebook, so that a question looks at no
row of another role or reason, however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from policies.engine.amounts import facts_of
from policies.engine.atoms import AtomIndex
from policies.engine.compile import Compiled, Row, facts_of_rule, formulas_of
from policies.engine.compile_amounts import NothingDueError
from policies.engine.decision import Because, NotOffered, Offer
from policies.engine.derive import Derive
from policies.engine.offers import offer_of
from policies.engine.rulebook import Budget, Remedy, Role, Rulebook


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row with its bits in the plan's index: `failing` and, shifted, `undecided`; `bits` are both,
    `choices` those of conditions on a choice.

    `fixed` is its outcome before budgets where that does not depend on any fact.
    """

    row: Row
    failing: int
    bits: int
    choices: int
    fixed: Offer | Because | None = None


@dataclass(frozen=True, slots=True)
class RemedyPlan:
    """The rows that can apply to one remedy, and the budgets it draws on; `bits` are those of all its rows.

    Of `budgets`, `firm` are those that nobody may go beyond, `soft` the others.
    `settled` keeps outcomes by the state of these bits; None: such a state does not settle it.
    """

    remedy: Remedy
    forbids: tuple[PlannedRow, ...]
    allows: tuple[PlannedRow, ...]
    budgets: tuple[Budget, ...]
    firm: tuple[Budget, ...]
    soft: tuple[Budget, ...]
    bits: int
    settled: dict[int, Offer | NotOffered | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question of this role, reason and kind of agent looks at; `closed` are remedies without an allow row."""

    role: Role
    reason: str
    index: AtomIndex
    remedies: tuple[RemedyPlan, ...]
    closed: tuple[NotOffered, ...]
    derives: tuple[tuple[int, Derive], ...]
    budgets: tuple[Budget, ...]
    best_groups: frozenset[str]
    assumed: tuple[str, ...]


def plan_for(compiled: Compiled, role: str, reason: str, *, is_ai: bool) -> Plan:
    """The plan for a role and reason that exist. Two threads may make it twice, to the same end."""
    key = (role, reason, is_ai)
    found = compiled.plans.get(key)
    if found is None:
        found = compiled.plans[key] = _make_plan(compiled, role, reason, is_ai=is_ai)
    return found


def _make_plan(compiled: Compiled, role: str, reason: str, *, is_ai: bool) -> Plan:
    rulebook = compiled.rulebook
    rows = [row for row in compiled.index[role][reason] if is_ai or row.rule.effect != "human_only"]
    allowed = {code for row in rows if row.rule.effect == "allow" for code in row.rule.remedies}
    planner = _Planner(compiled, rows)
    remedies = tuple(
        planner.remedy(remedy, _budgets_of(rulebook, role, reason, remedy.code))
        for remedy in rulebook.remedies
        if remedy.code in allowed
    )
    reads = compiled.read_by(frozenset().union(*(facts_of_rule(row.rule) for row in rows)))
    used = {budget.code for each in remedies for budget in each.budgets}
    return Plan(
        role=compiled.roles[role],
        reason=reason,
        index=planner.index,
        remedies=remedies,
        closed=tuple(_closed(compiled, reason, remedy) for remedy in rulebook.remedies if remedy.code not in allowed),
        derives=tuple((compiled.slots[code], compiled.derived[code][0]) for code in compiled.derived if code in reads),
        budgets=tuple(budget for budget in rulebook.budgets if budget.code in used),
        best_groups=frozenset(group.code for group in rulebook.groups if group.choose == "best"),
        assumed=tuple(code for code in compiled.assumed if code in reads),
    )


def _closed(compiled: Compiled, reason: str, remedy: Remedy) -> NotOffered:
    """The refusal of a remedy that the role cannot give for this reason: one object for all such roles."""
    key = (reason, remedy.code)
    found = compiled.closed.get(key)
    if found is None:
        roles = compiled.offered_by.get(key, ())
        because = Because("not_for_role" if roles else "not_for_reason", roles=roles)
        found = compiled.closed[key] = NotOffered(remedy, (because,))
    return found


class _Planner:
    """Numbers the atoms of the rows and places each row, with its bits, at the remedies that it is about."""

    def __init__(self, compiled: Compiled, rows: list[Row]) -> None:
        atoms = [atom for row in rows for atom in zip(row.conditions, row.tests, strict=True)]
        types = {code: fact.type for code, fact in compiled.facts.items()}
        self.index = AtomIndex(atoms, types, compiled.slots)
        self._placed: list[tuple[Row, int, int, int]] = []
        at = 0
        for row in rows:
            failing = ((1 << len(row.tests)) - 1) << at
            chosen = sum(
                1 << at + nth for nth, each in enumerate(row.conditions) if each and types[each.fact] == "choice"
            )
            both, choices = (bits | bits << self.index.width for bits in (failing, chosen))
            self._placed.append((row, failing, both, choices))
            at += len(row.tests)

    def remedy(self, remedy: Remedy, budgets: tuple[Budget, ...]) -> RemedyPlan:
        about = [each for each in self._placed if not each[0].rule.remedies or remedy.code in each[0].rule.remedies]
        return RemedyPlan(
            remedy=remedy,
            forbids=tuple(PlannedRow(*each) for each in about if each[0].rule.effect != "allow"),
            allows=tuple(
                PlannedRow(*each, _fixed(remedy, each[0])) for each in about if each[0].rule.effect == "allow"
            ),
            budgets=budgets,
            firm=tuple(budget for budget in budgets if budget.beyond is None),
            soft=tuple(budget for budget in budgets if budget.beyond is not None),
            bits=reduce(or_, (each[2] for each in about), 0),
        )


def _fixed(remedy: Remedy, row: Row) -> Offer | Because | None:
    if any(facts_of(formula) for formula in formulas_of(row.rule)):
        return None
    try:
        return offer_of(remedy, row, [])
    except NothingDueError:
        return Because("nothing_due", rule=row.rule)


def _budgets_of(rulebook: Rulebook, role: str, reason: str, remedy: str) -> tuple[Budget, ...]:
    return tuple(
        budget
        for budget in rulebook.budgets
        if (not budget.roles or role in budget.roles)
        and (not budget.reasons or reason in budget.reasons)
        and (not budget.remedies or remedy in budget.remedies)
    )
