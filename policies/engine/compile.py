"""A rulebook compiled once: slots for facts, closures for conditions and amounts, and an index from role and reason to
the rows that can apply. `plan` makes the plans of that index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from policies.engine.allowance import Allowance, compile_allowance
from policies.engine.amounts import Formula, facts_of
from policies.engine.compile_amounts import AmountCompiler
from policies.engine.compile_conditions import FIRST_FACT, TODAY, Test, Values, compile_condition
from policies.engine.derive import Derive, compile_derived
from policies.engine.document.derived import as_fact
from policies.engine.document.facts import history_fact
from policies.engine.rulebook import (
    Bound,
    Condition,
    Fact,
    Remedy,
    Role,
    Rule,
    Rulebook,
    SamePeriod,
    Within,
)
from policies.engine.values import UNKNOWN, ReadValue, read_date, reader


@dataclass(frozen=True, slots=True)
class Row:
    """A rule compiled. `tests` are its dates and conditions in order; `conditions` stand beside them (None: a date)."""

    rule: Rule
    tests: tuple[Test, ...]
    conditions: tuple[Condition | None, ...]
    allowance: Allowance | None


@dataclass(eq=False)
class Compiled:
    """A rulebook ready to decide, made by `compile_rulebook`; only its caches ever change."""

    rulebook: Rulebook
    zone: ZoneInfo
    facts: dict[str, Fact]
    slots: dict[str, int]
    given: dict[str, tuple[int, ReadValue, bool]]
    initial: Values
    assumed: tuple[str, ...]
    derived: dict[str, tuple[Derive, frozenset[str]]]
    rows: tuple[Row, ...]
    index: dict[str, dict[str, list[Row]]]
    offered_by: dict[tuple[str, str], tuple[str, ...]]
    roles: dict[str, Role]
    remedies: dict[str, Remedy]
    reasons: dict[str, str]
    sentences: dict[str, str] = field(default_factory=dict)
    plans: dict[tuple[str, str, bool], Any] = field(default_factory=dict)
    closed: dict[tuple[str, str], Any] = field(default_factory=dict)

    def read_by(self, facts: frozenset[str]) -> set[str]:
        """These facts, and all that they are worked out from."""
        found: set[str] = set()
        waiting = list(facts)
        while waiting:
            code = waiting.pop()
            if code not in found:
                found.add(code)
                waiting.extend(self.derived[code][1] if code in self.derived else ())
        return found


def compile_rulebook(rulebook: Rulebook) -> Compiled:
    """Compile a rulebook that `document.read` accepted."""
    zone = ZoneInfo(rulebook.time_zone)
    facts = {fact.code: fact for fact in rulebook.facts}
    facts |= {history.code: history_fact(history, rulebook.currency) for history in rulebook.history}
    ordered = _operands_first(rulebook)
    for derived in ordered:
        facts[derived.code] = as_fact(derived, facts)
    slots = {code: at for at, code in enumerate(facts, FIRST_FACT)}
    initial: Values = [UNKNOWN] * (FIRST_FACT + len(facts))
    for fact in rulebook.facts:
        if fact.assume is not None:
            initial[slots[fact.code]] = fact.assume
    compiler = AmountCompiler(slots, facts)
    remedies = {remedy.code: remedy for remedy in rulebook.remedies}
    rows = tuple(_compile_row(rule, rulebook, remedies, compiler, zone) for rule in rulebook.rules)
    return Compiled(
        rulebook=rulebook,
        zone=zone,
        facts=facts,
        slots=slots,
        given={
            fact.code: (slots[fact.code], reader(fact, rulebook.currency), fact.source == "verified")
            for fact in rulebook.facts
        },
        initial=initial,
        assumed=tuple(fact.code for fact in rulebook.facts if fact.assume is not None),
        derived={
            each.code: (compile_derived(each, slots, facts, zone, rulebook.calendar), frozenset(_operands(each)))
            for each in ordered
        },
        rows=rows,
        index=_index(rows, rulebook),
        offered_by=_offered_by(rows, rulebook),
        roles={role.code: role for role in rulebook.roles},
        remedies=remedies,
        reasons={reason.code: reason.name for reason in rulebook.reasons},
    )


def _operands(derived: Any) -> set[str]:
    references = {each.value.of for each in derived.where if isinstance(each.value, Within | SamePeriod)}
    return {code for code in {*derived.operands, *references} if code and code != "now"}


def _operands_first(rulebook: Rulebook) -> list[Any]:
    waiting = {derived.code: derived for derived in rulebook.derived}
    ordered: list[Any] = []
    while waiting:
        ready = [derived for derived in waiting.values() if not _operands(derived) & waiting.keys()]
        ordered.extend(waiting.pop(derived.code) for derived in ready)
    return ordered


def _compile_row(
    rule: Rule, rulebook: Rulebook, remedies: dict[str, Remedy], compiler: AmountCompiler, zone: ZoneInfo
) -> Row:
    tests: list[Test] = []
    conditions: list[Condition | None] = []
    if rule.starts_on or rule.ends_on:
        tests.append(_in_force(rule))
        conditions.append(None)
    for condition in rule.when:
        tests.append(compile_condition(condition, compiler.slots, zone))
        conditions.append(condition)
    allowance = None
    if rule.effect == "allow":
        allowance = compile_allowance(rule, remedies[rule.remedies[0]], rulebook, compiler)
    return Row(rule, tuple(tests), tuple(conditions), allowance)


def _in_force(rule: Rule) -> Test:
    first = read_date(rule.starts_on) if rule.starts_on else None
    last = read_date(rule.ends_on) if rule.ends_on else None

    def test(values: Values) -> bool | None:
        today = values[TODAY]
        return (first is None or first <= today) and (last is None or today <= last)

    return test


def _index(rows: tuple[Row, ...], rulebook: Rulebook) -> dict[str, dict[str, list[Row]]]:
    """Role → reason → rows in table order; the remaining rows of a question are found without looking at any other."""
    every_role = [role.code for role in rulebook.roles]
    every_reason = [reason.code for reason in rulebook.reasons]
    index: dict[str, dict[str, list[Row]]] = {role: {reason: [] for reason in every_reason} for role in every_role}
    for row in rows:
        for role in row.rule.roles or every_role:
            for reason in row.rule.reasons or every_reason:
                index[role][reason].append(row)
    return index


def _offered_by(rows: tuple[Row, ...], rulebook: Rulebook) -> dict[tuple[str, str], tuple[str, ...]]:
    """Reason and remedy → the roles, in their order, that have an allow row for it."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.rule.effect != "allow":
            continue
        roles = row.rule.roles or [role.code for role in rulebook.roles]
        for reason in row.rule.reasons or [reason.code for reason in rulebook.reasons]:
            for remedy in row.rule.remedies:
                found.setdefault((reason, remedy), set()).update(roles)
    return {key: tuple(role.code for role in rulebook.roles if role.code in roles) for key, roles in found.items()}


def facts_of_rule(rule: Rule) -> set[str]:
    """The codes of all facts that a rule can read."""
    found = {condition.fact for condition in rule.when}
    found |= {each.value.of for each in rule.when if isinstance(each.value, Within | SamePeriod) and each.value.of}
    for formula in formulas_of(rule):
        found |= facts_of(formula)
    return found


def formulas_of(rule: Rule) -> list[Formula]:
    """Every formula of a rule."""
    bounds = [step.bound for step in rule.approval] + ([rule.alone] if isinstance(rule.alone, Bound) else [])
    terms = [formula for _, formula in rule.terms]
    found = [*terms, rule.amount, rule.at_least, rule.suggest, *(bound.limit for bound in bounds if bound)]
    return [formula for formula in found if formula]
