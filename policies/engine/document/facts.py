"""Reading facts and history facts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from policies.engine.document.cursor import Cursor, name_of
from policies.engine.document.nouns import LABELS, labels, read_each
from policies.engine.money import DIGITS
from policies.engine.rulebook import FACT_TYPES, Choice, Fact, History
from policies.engine.values import reader

NUMERIC = ("integer", "money", "decimal")
BOUNDED = (*NUMERIC, "date")
_ABOUT = ("customer", "order", "case", "incident")
RESERVED = ("now",)


def read_fact(cursor: Cursor, currency: str, *, inside: bool = False) -> Fact:
    """A declared fact, or (inside) a field of lines."""
    types = [name for name in FACT_TYPES if not (inside and name == "lines")]
    optional = [*LABELS, "unit", "places", "choices", "min", "max"]
    if not inside:
        optional += ["personal", "source", "assume", "ask", "about", "max_lines", "fields"]
    members = cursor.keys(required=["code", "type"], optional=optional)
    type = (members["type"].one_of(types) if "type" in members else "") or "flag"
    named = labels(members)
    if named["code"] in RESERVED:
        members["code"].fault('"now" is reserved')
    _check_fits(members, type)
    fact = Fact(
        type=type,
        unit=members["unit"].code() if "unit" in members else "",
        places=_places(members, type, currency),
        choices=_read_choices(members.get("choices"), type, cursor),
        personal=members["personal"].flag() if "personal" in members else False,
        source=members["source"].one_of(("any", "verified")) if "source" in members else "any",
        ask=members["ask"].text(most=300) if "ask" in members else "",
        about=members["about"].one_of(_ABOUT) if "about" in members else "",
        max_lines=members["max_lines"].whole(least=1, most=1000) if "max_lines" in members else 200,
        fields=_read_fields(members.get("fields"), type, cursor, currency),
        **named,
    )
    return _with_assumption(_bounded(fact, members, currency), members, currency)


def _with_assumption(fact: Fact, members: dict[str, Cursor], currency: str) -> Fact:
    if "assume" not in members:
        return fact
    if fact.source == "verified":
        members["assume"].fault("is not for facts that must be verified")
    return replace(fact, assume=_read_plain(members["assume"], fact, currency))


def _read_plain(cursor: Cursor, fact: Fact, currency: str) -> Any:
    """A value of the fact in the document, where money and decimals may be written as whole numbers."""
    value = cursor.value
    whole = isinstance(value, int) and not isinstance(value, bool) and fact.type != "integer"
    return cursor.read(reader(fact, currency), None, str(value) if whole else value)


def _check_fits(members: dict[str, Cursor], type: str) -> None:
    fits = {
        "unit": ("integer", "decimal"),
        "places": ("decimal",),
        "choices": ("choice",),
        "min": BOUNDED,
        "max": BOUNDED,
        "max_lines": ("lines",),
        "fields": ("lines",),
        "assume": ("flag", "choice", *BOUNDED),
    }
    for key, types in fits.items():
        if key in members and type not in types:
            members[key].fault(f"is for facts of type {', '.join(types)}, not {type}")


def _places(members: dict[str, Cursor], type: str, currency: str) -> int:
    if type == "money":
        return DIGITS.get(currency, 2)
    if type != "decimal":
        return 0
    return members["places"].whole(least=0, most=9) if "places" in members else 2


def _read_choices(cursor: Cursor | None, type: str, whole: Cursor) -> tuple[Choice, ...]:
    if type != "choice":
        return ()
    if cursor is None:
        whole.fault('lacks "choices"')
        return ()
    found = [_read_choice(item) for item in cursor.items()]
    if not found or len({choice.value for choice in found}) < len(found):
        cursor.fault("must be a list of at least one choice, each once")
    return tuple(found)


def _read_choice(cursor: Cursor) -> Choice:
    if not isinstance(cursor.value, dict):
        value = cursor.text(most=64, least=1)
        return Choice(value, name_of(value))
    members = cursor.keys(required=["code"], optional=["name"])
    value = members["code"].text(most=64, least=1) if "code" in members else ""
    return Choice(value, members["name"].text(most=200, least=1) if "name" in members else name_of(value))


def _read_fields(cursor: Cursor | None, type: str, whole: Cursor, currency: str) -> tuple[Fact, ...]:
    if type != "lines":
        return ()
    if cursor is None or not cursor.value:
        whole.fault('lacks "fields"')
        return ()
    return read_each(cursor, lambda item: read_fact(item, currency, inside=True))


def _bounded(fact: Fact, members: dict[str, Cursor], currency: str) -> Fact:
    if fact.type not in BOUNDED:
        return fact
    bounds: dict[str, Any] = {}
    for key, name in (("min", "minimum"), ("max", "maximum")):
        if key in members:
            bounds[name] = _read_plain(members[key], fact, currency)
    fact = replace(fact, **bounds)
    if fact.minimum is not None and fact.maximum is not None and fact.minimum > fact.maximum:  # type: ignore[operator]
        members["min"].fault("must not be more than max")
    return fact


def read_history(cursor: Cursor, remedies: Collection[str], reasons: Collection[str]) -> History:
    """A fact from our own records."""
    members = cursor.keys(required=["code"], optional=[*LABELS, "count", "amount"])
    measures = [key for key in ("count", "amount") if key in members]
    if len(measures) != 1:
        cursor.fault("must have either count or amount")
        return History(measure="count", scope="customer", **labels(members))
    body = members[measures[0]].keys(required=["of"], optional=["last", "remedies", "reasons"])
    last = body["last"].keys(optional=["days", "months"]) if "last" in body else {}
    if "last" in body and len(last) != 1:
        body["last"].fault("must have either days or months")
    return History(
        measure=measures[0],
        scope=(body["of"].one_of(("customer", "case")) if "of" in body else "") or "customer",
        days=last["days"].whole(least=1, most=36600) if "days" in last else None,
        months=last["months"].whole(least=1, most=1200) if "months" in last else None,
        remedies=body["remedies"].codes(remedies, "remedy") if "remedies" in body else (),
        reasons=body["reasons"].codes(reasons, "reason") if "reasons" in body else (),
        **labels(members),
    )


def history_fact(history: History, currency: str) -> Fact:
    """The history fact as conditions, formulas and sentences see it."""
    if history.measure == "amount":
        return Fact(history.code, history.name, "money", places=DIGITS.get(currency, 2))
    return Fact(history.code, history.name, "integer")
