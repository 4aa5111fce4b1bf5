"""An index over the conditions of a plan: one look-up per fact tells which of all its conditions fail.

Every condition (atom) of the plan's rows is one bit. For each fact a table maps its value to the bits that fail, and
to the bits, shifted by the number of atoms, that are undecided. OR-ing the facts' bits gives the state of every row at
once, however many rows there are; a row holds if none of its bits is set.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from policies.engine.compile_conditions import Test, Values
from policies.engine.rulebook import Condition, SamePeriod, Within
from policies.engine.values import UNKNOWN

_DIRECT = frozenset({"flag", "choice"})
Atom = tuple[int, Condition]
"""A bit and the condition that it stands for."""


class AtomIndex:
    """The atoms of one plan. `state(values)` gives failing bits, and undecided bits shifted by `width`."""

    __slots__ = ("_direct", "_ordered", "_tests", "width")

    def __init__(self, atoms: Iterable[tuple[Condition | None, Test]], types: dict[str, str], slots: dict[str, int]):
        numbered = list(enumerate(atoms))
        self.width = len(numbered)
        self._tests: list[tuple[Test, int]] = []
        by_fact: dict[str, list[Atom]] = {}
        for at, (condition, test) in numbered:
            if condition is None or isinstance(condition.value, Within | SamePeriod):
                self._tests.append((test, 1 << at))
            else:
                by_fact.setdefault(condition.fact, []).append((1 << at, condition))
        self._direct: list[tuple[int, dict[Any, int], int]] = []
        self._ordered: list[tuple[int, list[Any], list[int], int, int]] = []
        for fact, found in by_fact.items():
            if types[fact] in _DIRECT or all(condition.operator == "is_none" for _, condition in found):
                self._direct.append((slots[fact], *self._table(found)))
            else:
                self._ordered.append((slots[fact], *self._intervals(found)))

    def state(self, values: Values) -> int:
        """The bits of all atoms for these values."""
        found = 0
        for at, table, other in self._direct:
            found |= table.get(values[at], other)
        for at, edges, masks, none, unknown in self._ordered:
            value = values[at]
            if value is None:
                found |= none
            elif value is UNKNOWN:
                found |= unknown
            else:
                place = bisect_left(edges, value)
                found |= masks[2 * place + (place < len(edges) and edges[place] == value)]
        for test, bit in self._tests:
            held = test(values)
            if held is None:
                found |= bit << self.width
            elif not held:
                found |= bit
        return found

    def _unknown(self, atoms: list[Atom]) -> int:
        return sum(bit for bit, _ in atoms) << self.width

    def _table(self, atoms: list[Atom]) -> tuple[dict[Any, int], int]:
        """Value → bits, and the bits of every value that no atom names."""
        named = {value for _, condition in atoms for value in _named(condition)}
        table: dict[Any, int] = {value: _bits(atoms, partial(_holds_for, value)) for value in named}
        table[None] = _bits(atoms, _holds_for_none)
        table[UNKNOWN] = self._unknown(atoms)
        return table, _bits(atoms, partial(_holds_for, _OTHER))

    def _intervals(self, atoms: list[Atom]) -> tuple[list[Any], list[int], int, int]:
        """Sorted edges, and the bits below, at and above each: place 2k lies before edge k, place 2k + 1 on it."""
        edges = sorted({value for _, condition in atoms for value in _named(condition)})
        at = {edge: 2 * index + 1 for index, edge in enumerate(edges)}
        masks = [_bits(atoms, partial(_holds_at, place, at)) for place in range(2 * len(edges) + 1)]
        return edges, masks, _bits(atoms, _holds_for_none), self._unknown(atoms)


_OTHER = object()


def _bits(atoms: list[Atom], holds: Callable[[Condition], bool]) -> int:
    return sum(bit for bit, condition in atoms if not holds(condition))


def _named(condition: Condition) -> tuple[Any, ...]:
    """The values that the condition names."""
    if condition.operator == "is_none":
        return ()
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _holds_for(value: Any, condition: Condition) -> bool:
    """Whether it holds for a choice or flag that is given."""
    match condition.operator:
        case "is_none":
            return condition.value is False
        case "is":
            return bool(value == condition.value)
        case "is_not":
            return bool(value != condition.value)
        case "one_of":
            return value in _named(condition)
        case _:
            return value not in _named(condition)


def _holds_for_none(condition: Condition) -> bool:
    return condition.operator == "is_none" and condition.value is True


def _holds_at(place: int, at: dict[Any, int], condition: Condition) -> bool:
    """Whether it holds at a place among the edges."""
    named = [at[value] for value in _named(condition)]
    match condition.operator:
        case "is_none":
            return condition.value is False
        case "is" | "one_of":
            return place in named
        case "is_not" | "none_of":
            return place not in named
        case "between":
            return named[0] <= place <= named[1]
        case "at_least":
            return place >= named[0]
        case "at_most":
            return place <= named[0]
        case "more_than":
            return place > named[0]
        case _:
            return place < named[0]
