"""Which missing facts are worth asking for, and what an answer to each would decide."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from policies.engine.amounts import Formula
from policies.engine.compile import Compiled, Row, formulas_of
from policies.engine.compile_conditions import Values
from policies.engine.decision import Ask
from policies.engine.evaluate import Result, as_exact, evaluate
from policies.engine.rulebook import Rule, SamePeriod, Within
from policies.engine.values import UNKNOWN


def facts_waited_for(compiled: Compiled, row: Row, values: Values) -> tuple[str, ...]:
    """The given facts (or "customer", "case") whose answer an undecided row waits for, in order of its conditions."""
    found: dict[str, None] = {}
    for test, condition in zip(row.tests, row.conditions, strict=True):
        if condition is None or test(values) is not None:
            continue
        codes = [condition.fact]
        if isinstance(condition.value, Within | SamePeriod) and condition.value.of:
            codes.append(condition.value.of)
        for code in codes:
            found.update(dict.fromkeys(roots(compiled, code, values)))
    return tuple(found)


def formula_waits_for(compiled: Compiled, row: Row, values: Values) -> tuple[str, ...]:
    """The given facts that the row's formulas wait for; empty where nothing is due whatever they are."""
    found: dict[str, None] = {}
    maybe_unread = _maybe_unread(row.rule)
    for formula in formulas_of(row.rule):
        result = _evaluated(compiled, formula, values)
        if isinstance(result, frozenset):
            for code in sorted(result, key=compiled.slots.__getitem__):
                found.update(dict.fromkeys(roots(compiled, code, values)))
        elif not isinstance(result, Fraction) and formula not in maybe_unread:
            return ()
    return tuple(found)


def _evaluated(compiled: Compiled, formula: Formula, values: Values) -> Result:
    return evaluate(formula, lambda code: as_exact(compiled.facts[code], values[compiled.slots[code]]))


def _maybe_unread(rule: Rule) -> list[Formula]:
    """What need not be read: a suggestion, and the steps of an exact amount that lie beyond the one that covers it."""
    steps = [step.bound.limit for step in rule.approval if step.bound] if rule.kind == "amount" else []
    return [*steps, rule.suggest] if rule.suggest else steps


def roots(compiled: Compiled, code: str, values: Values) -> tuple[str, ...]:
    """The given facts that are missing for this one to be known: itself, or those that it is worked out from."""
    histories = {history.code: history.scope for history in compiled.rulebook.history}
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [code]
    while waiting:
        code = waiting.pop()
        value = values[compiled.slots[code]]
        if code in seen or (value is not UNKNOWN and not _has_gaps(value)):
            continue
        seen.add(code)
        if value is UNKNOWN and code in compiled.derived:
            waiting.extend(sorted(_read_by(compiled, code, values), key=compiled.slots.__getitem__, reverse=True))
        else:
            found[histories.get(code, code)] = None
    return tuple(found)


def _read_by(compiled: Compiled, code: str, values: Values) -> frozenset[str]:
    """The facts that a derived fact is worked out from; of a formula those that the branches it takes wait for."""
    formula = next(derived.formula for derived in compiled.rulebook.derived if derived.code == code)
    waits = _evaluated(compiled, formula, values) if formula else None
    return waits if isinstance(waits, frozenset) else compiled.derived[code][1]


def _has_gaps(value: Any) -> bool:
    return isinstance(value, tuple) and any(UNKNOWN in line for line in value)


class Asks:
    """Collects what to ask while remedies are judged."""

    __slots__ = ("_changes", "_compiled", "_unlocks")

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._unlocks: dict[str, dict[str, None]] = {}
        self._changes: dict[str, dict[str, None]] = {}

    def unlock(self, facts: tuple[str, ...], remedy: str) -> None:
        """An answer to these may bring the remedy."""
        for fact in facts:
            self._unlocks.setdefault(fact, {})[remedy] = None

    def change(self, facts: tuple[str, ...], remedy: str) -> None:
        """An answer to these may change how much of the remedy is offered."""
        for fact in facts:
            self._changes.setdefault(fact, {})[remedy] = None

    def all(self, asserted: frozenset[str]) -> tuple[Ask, ...]:
        """Every question, those that decide most first, then in the order of the facts."""
        if not self._unlocks and not self._changes:
            return ()
        slots = self._compiled.slots
        asks = [
            Ask(
                fact,
                tuple(self._unlocks.get(fact, ())),
                tuple(remedy for remedy in self._changes.get(fact, ()) if remedy not in self._unlocks.get(fact, ())),
                fact in asserted,
            )
            for fact in {**self._unlocks, **self._changes}
        ]
        return tuple(sorted(asks, key=lambda ask: (-len(ask.unlocks), -len(ask.changes), slots.get(ask.fact, 0))))
