"""Reading derived facts, which may build on one another in any order but not in circles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from policies.engine.amounts import facts_of
from policies.engine.document.conditions import read_conditions
from policies.engine.document.cursor import Cursor
from policies.engine.document.facts import BOUNDED, NUMERIC, RESERVED
from policies.engine.document.formulas import NOTHING, FormulaReader
from policies.engine.document.nouns import LABELS, labels
from policies.engine.money import DIGITS, plain
from policies.engine.rounding import MODES
from policies.engine.rulebook import Derived, Fact

_LINES_FORMS = ("sum_of", "min_of", "max_of", "count_of", "any_of", "all_of")
_FORMS = (
    "difference",
    "sum",
    "product",
    "ratio",
    "days_between",
    "working_days_between",
    "hours_between",
    "formula",
    *_LINES_FORMS,
)


def read_all_derived(
    cursor: Cursor | None, facts: Mapping[str, Fact], currency: str
) -> tuple[tuple[Derived, ...], dict[str, Fact]]:
    """All derived facts, in the document's order, and the facts that conditions and formulas see them as.

    They may build on one another in any order, so those whose operands are known are read first, until none is left.
    """
    known = dict(facts)
    waiting = dict(enumerate(cursor.items() if cursor else []))
    codes = {str(item.value.get("code")) for item in waiting.values() if isinstance(item.value, dict)} - set(known)
    needs = {at: _mentioned(item.value) & codes for at, item in waiting.items()}
    found: dict[int, Derived] = {}
    while waiting:
        ready = [at for at in waiting if needs[at] <= known.keys()]
        for at in ready or list(waiting):
            if not ready:
                waiting[at].fault("builds on itself, directly or through other derived facts")
            derived = _read_derived(waiting.pop(at), known, currency)
            if cursor and derived.code and derived.code in known:
                cursor.at(at).at("code").fault(f'"{derived.code}" is used twice')
            found[at] = derived
            known[derived.code] = as_fact(derived, known)
    return tuple(found[at] for at in sorted(found)), {code: known[code] for code in known if code not in facts}


def _mentioned(value: Any) -> set[str]:
    """Every text in the definition that might be a fact's code, apart from its own."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as members:
                waiting.extend(inner for key, inner in members.items() if key not in ("code", "name", *LABELS))
            case list() as items:
                waiting.extend(items)
            case str() as text:
                found.add(text)
    return found


_UNITS = {"ratio": "percent", "days_between": "day", "working_days_between": "working_day", "hours_between": "hour"}


def as_fact(derived: Derived, known: Mapping[str, Fact]) -> Fact:
    """The derived fact as conditions, formulas and sentences see it; units are inherited where they stay the same."""
    unit = _UNITS.get(derived.form, "")
    if derived.form in ("difference", "sum", "product") and derived.operands and derived.operands[0] in known:
        unit = known[derived.operands[0]].unit
    return Fact(derived.code, derived.name, derived.type, unit=unit, places=derived.places)


def _read_derived(cursor: Cursor, known: Mapping[str, Fact], currency: str) -> Derived:
    members = cursor.keys(required=["code"], optional=[*LABELS, *_FORMS])
    named = labels(members)
    forms = [key for key in members if key in _FORMS]
    if len(forms) != 1:
        cursor.fault(f"must have exactly one of {', '.join(_FORMS)}")
        return Derived(form="sum", operands=(), type="integer", **named)
    form, body = forms[0], members[forms[0]]
    if named["code"] in RESERVED:
        members["code"].fault('"now" is reserved')
    match form:
        case "difference" | "sum":
            rest = _read_terms(body, form, known)
        case "product":
            rest = _read_product(body, known)
        case "ratio":
            rest = _read_ratio(body, known)
        case "formula":
            rest = _read_formula(body, known, currency)
        case "days_between" | "working_days_between" | "hours_between":
            rest = _read_between(body, form, known)
        case _:
            rest = _read_lines_form(body, form, known, currency)
    return Derived(form=form, **named, **rest)


def _operand(cursor: Cursor | None, known: Mapping[str, Fact], types: Collection[str]) -> Fact | None:
    if cursor is None or not cursor.known(known, "fact"):
        return None
    fact = known[cursor.value]
    if fact.type not in types:
        cursor.fault(f"is a {fact.type}; valid are facts of type {', '.join(types)}")
        return None
    return fact


def _read_terms(cursor: Cursor, form: str, known: Mapping[str, Fact]) -> dict[str, Any]:
    found = [_operand(item, known, NUMERIC) for item in cursor.items()]
    operands = [fact for fact in found if fact]
    if form == "difference" and len(found) != 2:
        cursor.fault("must name two facts: the first less the second")
    if form == "sum" and len(found) < 2:
        cursor.fault("must name at least two facts")
    if len({fact.type for fact in operands}) > 1:
        cursor.fault("must name facts of one type")
    type = operands[0].type if operands else "integer"
    places = max((fact.places for fact in operands), default=0)
    return {"operands": tuple(fact.code for fact in operands), "type": type, "places": places}


def _read_product(cursor: Cursor, known: Mapping[str, Fact]) -> dict[str, Any]:
    members = cursor.keys(required=["of", "times"])
    fact = _operand(members.get("of"), known, NUMERIC)
    factor = members["times"].number() if "times" in members else None
    digits = len(plain(factor).partition(".")[2]) if factor is not None else 0
    type = fact.type if fact else "integer"
    if type == "integer" and digits:
        type = "decimal"
    places = (fact.places if fact else 0) + digits
    if places > 9:
        cursor.fault("would have more than 9 decimal places")
    return {"operands": (fact.code,) if fact else (), "type": type, "places": places, "factor": factor}


def _read_ratio(cursor: Cursor, known: Mapping[str, Fact]) -> dict[str, Any]:
    members = cursor.keys(required=["of", "to"], optional=["places", "mode"])
    pair = [_operand(members.get(key), known, NUMERIC) for key in ("of", "to")]
    if pair[0] and pair[1] and pair[0].type != pair[1].type:
        cursor.fault("must name two facts of one type")
    return {
        "operands": tuple(fact.code for fact in pair if fact),
        "type": "decimal",
        "places": members["places"].whole(least=0, most=6) if "places" in members else 2,
        "mode": (members["mode"].one_of(MODES) if "mode" in members else "") or "half_up",
    }


def _read_between(cursor: Cursor, form: str, known: Mapping[str, Fact]) -> dict[str, Any]:
    optional = ["places", "mode"] if form == "hours_between" else []
    members = cursor.keys(required=["from", "to"], optional=optional)
    types = ("moment",) if form == "hours_between" else ("date", "moment")
    operands: list[str] = []
    for key in ("from", "to"):
        if key in members and members[key].value == "now":
            operands.append("now")
        elif fact := _operand(members.get(key), known, types):
            operands.append(fact.code)
    if operands == ["now", "now"]:
        cursor.fault("must name at least one fact")
    hours = form == "hours_between"
    return {
        "operands": tuple(operands),
        "type": "decimal" if hours else "integer",
        "places": (members["places"].whole(least=0, most=6) if "places" in members else 2) if hours else 0,
        "mode": ((members["mode"].one_of(MODES) if "mode" in members else "") or "down") if hours else "",
    }


def _read_formula(cursor: Cursor, known: Mapping[str, Fact], currency: str) -> dict[str, Any]:
    members = cursor.keys(required=["of", "as"], optional=["places", "mode"])
    type = (members["as"].one_of(NUMERIC) if "as" in members else "") or "money"
    if "places" in members and type != "decimal":
        members["places"].fault("is for decimals")
    places = {"money": DIGITS.get(currency, 2), "integer": 0}.get(type, 2)
    wants = "money" if type == "money" else "number"
    formula = FormulaReader(known).read(members["of"], wants=wants) if "of" in members else NOTHING
    return {
        "operands": tuple(sorted(facts_of(formula) & known.keys(), key=list(known).index)),
        "type": type,
        "places": members["places"].whole(least=0, most=6) if "places" in members else places,
        "mode": (members["mode"].one_of(MODES) if "mode" in members else "") or "half_up",
        "formula": formula,
    }


def _read_lines_form(cursor: Cursor, form: str, known: Mapping[str, Fact], currency: str) -> dict[str, Any]:
    needs_field = form in ("sum_of", "min_of", "max_of")
    required = ["lines", "field"] if needs_field else ["lines"]
    members = cursor.keys(required=required, optional=["where"])
    lines = _operand(members.get("lines"), known, ("lines",))
    fields = {field.code: field for field in lines.fields} if lines else {}
    types = NUMERIC if form == "sum_of" else (*BOUNDED, "moment")
    field = _operand(members.get("field"), fields, types) if needs_field and lines else None
    dates = [code for code, fact in known.items() if fact.type in ("date", "moment")]
    where = read_conditions(members.get("where"), fields, currency, dates) if lines else ()
    if form in ("any_of", "all_of") and not where:
        cursor.fault('lacks "where"')
    type = {"count_of": "integer", "any_of": "flag", "all_of": "flag"}.get(form) or (field.type if field else "integer")
    return {
        "operands": (lines.code,) if lines else (),
        "type": type,
        "places": field.places if field else 0,
        "field": field.code if field else "",
        "where": where,
    }
