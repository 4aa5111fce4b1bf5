"""Reading a JSON document and collecting every fault, each at its place, instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from fractions import Fraction
from typing import Any, TypeVar

from policies.engine.durations import duration
from policies.engine.faults import Fault, pointer
from policies.engine.money import exact

CODE = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
DURATION = re.compile(r"P(?=\d|T\d)(\d{1,4}D)?(T(?=\d)(\d{1,4}H)?(\d{1,5}M)?)?", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")
Value = TypeVar("Value")


class Cursor:
    """A value of the document with its place; every reading method returns something usable, faults or not."""

    __slots__ = ("_above", "_key", "faults", "value")

    def __init__(self, value: Any, above: Cursor | None = None, key: str | int = "") -> None:
        self.value = value
        self.faults: list[Fault] = above.faults if above else []
        self._above = above
        self._key = key

    @property
    def path(self) -> str:
        """The JSON pointer to this value; only faults need it."""
        return self._above.path + pointer(self._key) if self._above else ""

    def fault(self, message: str) -> None:
        """Note that this value is wrong."""
        self.faults.append(Fault(self.path, message))

    def at(self, key: str | int) -> Cursor:
        """The value below this one at the key or index."""
        return Cursor(self.value[key], self, key)

    def instead(self, value: Any) -> Cursor:
        """Another value at the same place."""
        found = Cursor(value, self._above, self._key)
        found.faults = self.faults
        return found

    def keys(self, *, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Cursor]:
        """The members of an object; unknown and missing keys are faults. Keys given as null count as left out."""
        if not isinstance(self.value, dict):
            self.fault("must be an object with " + ", ".join([*required, *optional]))
            return {}
        valid = (*required, *optional)
        for key in self.value:
            if key not in valid:
                self.fault(f'has an unknown key "{key}"; valid are {", ".join(valid)}')
        found = {key: self.at(key) for key in valid if key in self.value and self.value[key] is not None}
        for key in required:
            if key not in found:
                self.fault(f'lacks "{key}"')
        return found

    def items(self) -> list[Cursor]:
        """The elements of a list."""
        if not isinstance(self.value, list):
            self.fault("must be a list")
            return []
        return [Cursor(item, self, index) for index, item in enumerate(self.value)]

    def text(self, *, most: int = 1000, least: int = 0) -> str:
        """A text of bounded length without control characters."""
        if not isinstance(self.value, str):
            self.fault("must be a text")
            return ""
        if not least <= len(self.value) <= most:
            self.fault(f"must have from {least} to {most} characters")
        if _UNPRINTABLE.search(self.value):
            self.fault("must not contain control characters")
        return self.value

    def code(self) -> str:
        """A code in lower snake case."""
        if isinstance(self.value, str) and CODE.fullmatch(self.value):
            return self.value
        self.fault("must be a code: a lower case letter, then lower case letters, digits or underscores")
        return ""

    def one_of(self, values: Collection[str], what: str = "") -> str:
        """One of these texts."""
        if isinstance(self.value, str) and self.value in values:
            return self.value
        valid = ", ".join(sorted(values)) or "none is declared"
        self.fault(f"must be {what or 'one'} of: {valid}" if what else f"must be one of: {valid}")
        return ""

    def known(self, codes: Collection[str], what: str) -> str:
        """The code of something declared elsewhere in the document."""
        if isinstance(self.value, str) and self.value in codes:
            return self.value
        shown = ", ".join(sorted(codes)[:20]) or "there is none"
        self.fault(f"is not a {what} of this policy ({shown})")
        return ""

    def codes(self, codes: Collection[str], what: str) -> tuple[str, ...]:
        """A list of codes of things declared elsewhere, each once."""
        found = [item.known(codes, what) for item in self.items()]
        if len(set(found)) < len(found):
            self.fault("names something twice")
        if isinstance(self.value, list) and not self.value:
            self.fault("is empty: leave it out to mean all")
        return tuple(found)

    def flag(self) -> bool:
        """A boolean."""
        if not isinstance(self.value, bool):
            self.fault("must be true or false")
        return self.value is True

    def whole(self, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        if isinstance(self.value, int) and not isinstance(self.value, bool) and least <= self.value <= most:
            return self.value
        self.fault(f"must be a whole number from {least} to {most}")
        return least

    def number(self, *, positive: bool = False) -> Fraction:
        """An exact number, as text or whole."""
        value = str(self.value) if isinstance(self.value, int) and not isinstance(self.value, bool) else self.value
        if not isinstance(value, str):
            self.fault('must be a number, such as "12.50"')
            return Fraction(1)
        found = self.read(exact, Fraction(1), value)
        if positive and found <= 0:
            self.fault("must be more than 0")
            return Fraction(1)
        return found

    def read(self, reader: Callable[[Any], Value], default: Value, value: Any = None) -> Value:
        """What a reading function makes of this value; its ValueError becomes a fault."""
        try:
            return reader(self.value if value is None else value)
        except ValueError as error:
            self.fault(str(error))
            return default

    def duration(self, *, least: str = "", most: str = "") -> str:
        """An ISO 8601 duration in days, hours, minutes, within bounds where they are given."""
        if not isinstance(self.value, str) or not DURATION.fullmatch(self.value):
            self.fault("must be a duration such as P2D, PT4H or PT30M")
            return "P1D"
        if most and not duration(least) <= duration(self.value) <= duration(most):
            self.fault(f"must be a duration from {least} to {most}")
        return self.value


def name_of(code: str) -> str:
    """The name that is made from a code: "late_delivery" gives "Late delivery"."""
    return code.replace("_", " ").capitalize()
