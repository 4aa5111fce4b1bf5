"""Reading rules."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

from policies.engine.amounts import UNLIMITED, Formula
from policies.engine.document.conditions import read_conditions
from policies.engine.document.cursor import Cursor
from policies.engine.document.formulas import FormulaReader
from policies.engine.document.nouns import LABELS, check_placeholders, labels, read_texts
from policies.engine.document.symbols import Symbols
from policies.engine.money import DIGITS
from policies.engine.rulebook import EFFECTS, Bound, Remedy, Rule, Step
from policies.engine.values import read_date

ALLOW_ONLY = (
    "amount",
    "up_to",
    "at_least",
    "suggest",
    "step",
    "terms",
    "alone",
    "approval",
    "say",
    "guidance",
    "follow_up",
)


def read_rule(cursor: Cursor, symbols: Symbols) -> Rule:
    """One row of the decision table."""
    members = cursor.keys(
        required=["code"],
        optional=[*LABELS, "effect", "roles", "reasons", "remedies", "when", "starts_on", "ends_on", "because",
                  *ALLOW_ONLY],
    )  # fmt: skip
    effect = (members["effect"].one_of(EFFECTS) if "effect" in members else "") or "allow"
    rule: dict[str, Any] = {
        "effect": effect,
        "roles": members["roles"].codes(symbols.roles, "role") if "roles" in members else (),
        "reasons": members["reasons"].codes(symbols.reasons, "reason") if "reasons" in members else (),
        "remedies": members["remedies"].codes(symbols.remedies, "remedy") if "remedies" in members else (),
        "when": read_conditions(members.get("when"), symbols.facts, symbols.currency),
        "because": members["because"].text(most=500) if "because" in members else "",
        **_read_days(members),
        **labels(members),
    }
    if effect == "allow":
        rule |= _read_allowance(cursor, members, symbols, rule["remedies"])
    else:
        for key in ALLOW_ONLY:
            if key in members:
                members[key].fault(f"is for rows with effect allow, not {effect}")
    return Rule(**rule)


def _read_days(members: dict[str, Cursor]) -> dict[str, str | None]:
    found: dict[str, str | None] = {
        key: members[key].read(lambda value: read_date(value).isoformat(), None) if key in members else None
        for key in ("starts_on", "ends_on")
    }
    if found["starts_on"] and found["ends_on"] and found["starts_on"] > found["ends_on"]:
        members["ends_on"].fault("must not be before starts_on")
    return found


def _read_allowance(
    cursor: Cursor, members: dict[str, Cursor], symbols: Symbols, remedies: tuple[str, ...]
) -> dict[str, Any]:
    if "remedies" not in members:
        cursor.fault('lacks "remedies": an allow row names what it allows')
    offered = [symbols.remedies[code] for code in remedies if code]
    wants = _dimension(cursor, offered)
    kind = _check_kind(cursor, members, offered, wants)
    _check_texts(members, offered, symbols)
    reader = FormulaReader(symbols.facts)

    def formula(key: str) -> Any:
        if key == "up_to" and members[key].value == "unlimited":
            return UNLIMITED
        return reader.read(members[key], wants=wants or "number") if key in members else None

    return {
        "kind": kind,
        "amount": formula(kind) if kind else None,
        "at_least": formula("at_least"),
        "suggest": formula("suggest"),
        "step": _read_step_width(members.get("step"), offered, symbols.currency),
        "terms": _read_terms(members.get("terms"), reader, offered),
        "alone": _read_alone(members.get("alone"), reader, wants),
        "approval": _read_ladder(members.get("approval"), reader, wants, symbols.roles),
        **read_texts(members, symbols.roles),
    }


def _check_kind(cursor: Cursor, members: dict[str, Cursor], offered: list[Remedy], wants: str) -> str:
    """Which of amount and up_to the row has, after a fault for every key that does not go with it."""
    kinds = [key for key in ("amount", "up_to") if key in members]
    if wants and len(kinds) != 1:
        cursor.fault("must have exactly one of amount (exactly this is due) and up_to (a range)")
    if not wants and offered:
        for key in ("amount", "up_to", "at_least", "suggest", "step"):
            if key in members:
                members[key].fault("is for remedies with an amount or quantity, not for unit none")
    kind = kinds[0] if kinds else ""
    if kind == "amount":
        for key in ("at_least", "suggest", "step"):
            if key in members:
                members[key].fault("is for rows with up_to; amount is exactly this")
    if kind == "up_to" and members["up_to"].value == "unlimited" and "suggest" not in members:
        cursor.fault('lacks "suggest": without a limit, say what to start with')
    return kind


def _check_texts(members: dict[str, Cursor], offered: list[Remedy], symbols: Symbols) -> None:
    terms = {term.code for remedy in offered for term in remedy.terms}
    for key in ("say", "guidance"):
        if key in members:
            check_placeholders(members[key], members[key].text(most=2000), symbols.facts, terms)


def _dimension(cursor: Cursor, remedies: list[Remedy]) -> str:
    units = {(remedy.unit, remedy.places) for remedy in remedies}
    if len(units) > 1:
        cursor.fault("names remedies of different units; give each unit a row of its own")
    if not remedies or remedies[0].unit == "none":
        return ""
    return "money" if remedies[0].unit == "money" else "number"


def _read_step_width(cursor: Cursor | None, remedies: list[Remedy], currency: str) -> Fraction | None:
    if cursor is None:
        return None
    width = cursor.number(positive=True)
    places = DIGITS.get(currency, 2) if not remedies or remedies[0].unit == "money" else remedies[0].places
    if (width * 10**places).denominator != 1:
        cursor.fault(f"has more than {places} decimal places")
    return width


def _read_terms(
    cursor: Cursor | None, reader: FormulaReader, remedies: list[Remedy]
) -> tuple[tuple[str, Formula], ...]:
    """How far each declared term of the remedies goes, in the remedies' order of terms."""
    declared = [term.code for term in remedies[0].terms] if remedies else []
    if cursor and any(remedy.terms != remedies[0].terms for remedy in remedies):
        cursor.fault("is for remedies that have the same terms")
    members = cursor.keys(optional=declared) if cursor else {}
    return tuple((code, reader.read(member, wants="number")) for code, member in members.items())


def _read_bound(members: dict[str, Cursor], reader: FormulaReader, wants: str) -> Bound | None:
    for key in ("up_to", "below"):
        if key in members:
            if not wants:
                members[key].fault("is for remedies with an amount or quantity, not for unit none")
            if key == "up_to" and members[key].value == "unlimited":
                return Bound(UNLIMITED, True)
            return Bound(reader.read(members[key], wants=wants or "number"), key == "up_to")
    return None


def _read_alone(cursor: Cursor | None, reader: FormulaReader, wants: str) -> Bound | str | None:
    if cursor is None or cursor.value == "never":
        return None if cursor is None else "never"
    members = cursor.keys(optional=["up_to", "below"])
    if len(members) != 1:
        cursor.fault('must be "never", or have either up_to or below')
    return _read_bound(members, reader, wants)


def _read_ladder(cursor: Cursor | None, reader: FormulaReader, wants: str, roles: Collection[str]) -> tuple[Step, ...]:
    items = cursor.items() if cursor else []
    steps: list[Step] = []
    for at, item in enumerate(items):
        members = item.keys(optional=["up_to", "below", "any_of", "all_of", "in_sequence", "answer_within"])
        if "up_to" in members and "below" in members:
            item.fault("must have either up_to or below, not both")
        named = {key: members[key].codes(roles, "role") for key in ("any_of", "all_of") if key in members}
        if not named:
            item.fault("must have any_of or all_of, or both: the roles who can say yes")
        bound = _read_bound(members, reader, wants)
        if bound is None and at < len(items) - 1:
            item.fault("must have up_to or below; only the last step may be open")
        _check_ascending(item, steps[-1] if steps else None, bound)
        within = members["answer_within"].duration() if "answer_within" in members else ""
        every = named.get("all_of", ())
        steps.append(Step(bound, named.get("any_of", ()), every, within, _read_sequence(members, every)))
    return tuple(steps)


def _read_sequence(members: dict[str, Cursor], every: tuple[str, ...]) -> bool:
    if "in_sequence" not in members:
        return False
    found = members["in_sequence"].flag()
    if found and len(every) < 2:
        members["in_sequence"].fault("is for a step with all_of of at least two roles")
    return found


def _check_ascending(cursor: Cursor, before: Step | None, bound: Bound | None) -> None:
    if before is None or before.bound is None or bound is None:
        return
    low, high = (getattr(edge.limit, "value", None) for edge in (before.bound, bound))
    if low is not None and high is not None and not low < high:
        cursor.fault("must reach further than the step before it")
