"""Reading amount formulas, and finding out whether each yields money or a plain number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from policies.engine.amounts import (
    Bands,
    Choose,
    Clamp,
    Constant,
    Each,
    Edge,
    FactValue,
    Formula,
    Greatest,
    Least,
    MinimumPayout,
    Minus,
    Per,
    Percent,
    Round,
    Sum,
    Tier,
    Tiers,
    Times,
)  # fmt: skip
from policies.engine.document.cursor import CODE, Cursor
from policies.engine.money import exact
from policies.engine.rounding import MODES
from policies.engine.rulebook import Fact
from policies.engine.values import read_date

NOTHING = Constant(Fraction(0))
_DEPTH = 12


class FormulaReader:
    """Reads formulas over these facts. `read` gives the formula; its dimension is "money", "number" or "" (either)."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts

    def read(self, cursor: Cursor, *, wants: str) -> Formula:
        """The formula; a fault where it yields a number and money is wanted, or the other way round."""
        formula, dimension = self._formula(cursor, 0)
        if dimension and dimension != wants:
            cursor.fault(f"yields {_described(dimension)} where {_described(wants)} is needed")
        return formula

    def _formula(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        value = cursor.value
        if depth > _DEPTH:
            cursor.fault(f"is nested more than {_DEPTH} deep")
            return NOTHING, ""
        if isinstance(value, str) and CODE.fullmatch(value):
            return self._fact(cursor)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return Constant(cursor.read(exact, Fraction(0), str(value))), ""
        if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in FORMS:
            form = next(iter(value))
            return FORMS[form](self, cursor.at(form), depth + 1)
        cursor.fault(f"must be an amount, the code of a fact, or an object with one of {', '.join(FORMS)}")
        return NOTHING, ""

    def _fact(self, cursor: Cursor) -> tuple[Formula, str]:
        numeric = {code: fact for code, fact in self.facts.items() if fact.type in ("money", "integer", "decimal")}
        if not cursor.known(numeric, "money, integer or decimal fact"):
            return NOTHING, ""
        return FactValue(cursor.value), "money" if numeric[cursor.value].type == "money" else "number"

    def _inside(self, cursor: Cursor | None, depth: int) -> tuple[Formula, str]:
        return self._formula(cursor, depth) if cursor else (NOTHING, "")

    def _percent(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["rate", "of"])
        rate, rate_dimension = self._inside(members.get("rate"), depth)
        if rate_dimension == "money":
            members["rate"].fault("is money; a rate is a number")
        of, dimension = self._inside(members.get("of"), depth)
        return Percent(rate, of), dimension

    def _times(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        found = [self._formula(item, depth) for item in cursor.items()]
        if len(found) < 2:
            cursor.fault("must be a list of at least two formulas")
        dimensions = [dimension for _, dimension in found]
        if dimensions.count("money") > 1:
            cursor.fault("multiplies money with money")
        known = "money" if "money" in dimensions else ("number" if all(dimensions) else "")
        return Times(tuple(formula for formula, _ in found)), known

    def _per(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["of", "every"], optional=["whole"])
        of, dimension = self._inside(members.get("of"), depth)
        every = members["every"].number(positive=True) if "every" in members else Fraction(1)
        whole = members["whole"].one_of(("down", "up", "exact")) if "whole" in members else "down"
        return Per(of, every, whole or "down"), "number" if dimension else ""

    def _bands(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["by", "rows"], optional=["otherwise"])
        ordered = {c: f for c, f in self.facts.items() if f.type in ("integer", "money", "decimal", "date")}
        by = members["by"].known(ordered, "number or date fact") if "by" in members else ""
        rows: list[tuple[Edge, Formula]] = []
        dimensions: list[str] = []
        for item in members["rows"].items() if "rows" in members else []:
            row = item.keys(required=["amount"], optional=["up_to", "below"])
            edge = _edge(item, row, date=bool(by) and ordered[by].type == "date")
            if rows and edge and not _ascends(rows[-1][0], edge):
                item.fault("must lie above the row before it")
            formula, dimension = self._inside(row.get("amount"), depth)
            rows.append((edge or Edge(Fraction(0), True), formula))
            dimensions.append(dimension)
        otherwise, dimension = self._inside(members.get("otherwise"), depth)
        dimensions.append(dimension)
        return Bands(by, tuple(rows), otherwise if "otherwise" in members else None), _one(cursor, dimensions)

    def _choose(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["by", "when"], optional=["otherwise"])
        choosable = {code: fact for code, fact in self.facts.items() if fact.type in ("choice", "flag")}
        by = members["by"].known(choosable, "choice or flag fact") if "by" in members else ""
        values = {choice.value: choice.value for choice in choosable[by].choices} if by else {}
        keys: dict[str, str | bool] = {"true": True, "false": False} if by and not values else dict(values)
        when: list[tuple[str | bool, Formula]] = []
        dimensions: list[str] = []
        branches = _texts_as_keys(members["when"]).keys(optional=list(keys)) if "when" in members else {}
        for key, branch in branches.items():
            formula, dimension = self._formula(branch, depth)
            when.append((keys[key], formula))
            dimensions.append(dimension)
        otherwise, dimension = self._inside(members.get("otherwise"), depth)
        dimensions.append(dimension)
        return Choose(by, tuple(when), otherwise if "otherwise" in members else None), _one(cursor, dimensions)

    def _tiers(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["of", "rows"])
        of, dimension = self._inside(members.get("of"), depth)
        items = members["rows"].items() if "rows" in members else []
        tiers = [_tier(item, last=at == len(items) - 1) for at, item in enumerate(items)]
        edges = [tier.up_to for tier in tiers if tier.up_to is not None]
        if edges != sorted(set(edges)):
            cursor.fault("must have rows with ascending up_to")
        by_rate = any(not tier.percent for tier in tiers)
        return Tiers(of, tuple(tiers)), "" if by_rate and dimension == "number" else dimension

    def _terms(self, cursor: Cursor, depth: int, kind: Callable[[tuple[Formula, ...]], Formula]) -> tuple[Formula, str]:
        found = [self._formula(item, depth) for item in cursor.items()]
        if len(found) < 2:
            cursor.fault("must be a list of at least two formulas")
        return kind(tuple(formula for formula, _ in found)), _one(cursor, [dimension for _, dimension in found])

    def _minus(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        found = [self._formula(item, depth) for item in cursor.items()]
        if len(found) != 2:
            cursor.fault("must be a list of two formulas: the first less the second")
            return NOTHING, ""
        return Minus(found[0][0], found[1][0]), _one(cursor, [dimension for _, dimension in found])

    def _clamp(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["of"], optional=["at_least", "at_most"])
        if len(members) < 2:
            cursor.fault("must have at_least or at_most, or both")
        found = {key: self._formula(member, depth) for key, member in members.items()}
        dimension = _one(cursor, [dimension for _, dimension in found.values()])
        low, high = (found[key][0] if key in found else None for key in ("at_least", "at_most"))
        return Clamp(found.get("of", (NOTHING, ""))[0], low, high), dimension

    def _minimum_payout(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["of", "threshold"])
        of, first = self._inside(members.get("of"), depth)
        threshold, second = self._inside(members.get("threshold"), depth)
        return MinimumPayout(of, threshold), _one(cursor, [first, second])

    def _each(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["lines", "amount"])
        lists = {code: fact for code, fact in self.facts.items() if fact.type == "lines"}
        if "lines" not in members or not members["lines"].known(lists, "lines fact"):
            return NOTHING, ""
        lines = lists[members["lines"].value]
        inner = FormulaReader({field.code: field for field in lines.fields})
        of, dimension = inner._inside(members.get("amount"), depth)
        return Each(lines.code, of), dimension

    def _round(self, cursor: Cursor, depth: int) -> tuple[Formula, str]:
        members = cursor.keys(required=["of", "mode", "step"])
        of, dimension = self._inside(members.get("of"), depth)
        mode = members["mode"].one_of(MODES) if "mode" in members else ""
        step = members["step"].number(positive=True) if "step" in members else Fraction(1)
        return Round(of, mode or "half_up", step), dimension


FORMS: dict[str, Callable[[FormulaReader, Cursor, int], tuple[Formula, str]]] = {
    "percent": FormulaReader._percent,
    "times": FormulaReader._times,
    "per": FormulaReader._per,
    "bands": FormulaReader._bands,
    "choose": FormulaReader._choose,
    "tiers": FormulaReader._tiers,
    "sum": lambda reader, cursor, depth: reader._terms(cursor, depth, Sum),
    "minus": FormulaReader._minus,
    "least": lambda reader, cursor, depth: reader._terms(cursor, depth, Least),
    "greatest": lambda reader, cursor, depth: reader._terms(cursor, depth, Greatest),
    "clamp": FormulaReader._clamp,
    "minimum_payout": FormulaReader._minimum_payout,
    "round": FormulaReader._round,
    "each": FormulaReader._each,
}


def _texts_as_keys(cursor: Cursor) -> Cursor:
    """YAML reads the keys `true` and `false` as booleans, JSON has them as texts; here they are texts."""
    if not isinstance(cursor.value, dict):
        return cursor
    named = {str(key).lower() if isinstance(key, bool) else key: value for key, value in cursor.value.items()}
    return cursor.instead(named)


def _described(dimension: str) -> str:
    return "money" if dimension == "money" else "a plain number"


def _one(cursor: Cursor, dimensions: list[str]) -> str:
    known = sorted({dimension for dimension in dimensions if dimension})
    if len(known) > 1:
        cursor.fault("mixes money and plain numbers")
    return known[0] if known else ""


def _edge(cursor: Cursor, row: dict[str, Cursor], *, date: bool) -> Edge | None:
    edges = [key for key in ("up_to", "below") if key in row]
    if len(edges) != 1:
        cursor.fault("must have either up_to or below")
        return None
    member = row[edges[0]]
    value: Any = member.read(lambda text: read_date(text).isoformat(), "") if date else member.number()
    return Edge(value, edges[0] == "up_to")


def _ascends(before: Edge, after: Edge) -> bool:
    if type(before.value) is not type(after.value):
        return True
    if before.value == after.value:
        return not before.inclusive and after.inclusive
    return before.value < after.value  # type: ignore[operator]


def _tier(cursor: Cursor, *, last: bool) -> Tier:
    row = cursor.keys(optional=["up_to", "percent", "rate"])
    factors = [key for key in ("percent", "rate") if key in row]
    if len(factors) != 1:
        cursor.fault("must have either percent or rate")
    if "up_to" not in row and not last:
        cursor.fault('lacks "up_to"; only the last row may be open')
    factor = row[factors[0]].number() if factors else Fraction(0)
    up_to = row["up_to"].number() if "up_to" in row else None
    return Tier(up_to, factor, "percent" in factors)
