"""The policy document: `read` makes it a rulebook or lists all its faults; `dump` writes a rulebook in normal form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from policies.engine.approvals import Handover
from policies.engine.document.approvals import read_approvals
from policies.engine.document.budgets import read_budget
from policies.engine.document.calendar import read_calendar
from policies.engine.document.cursor import Cursor
from policies.engine.document.derived import read_all_derived
from policies.engine.document.dump import dump
from policies.engine.document.facts import history_fact, read_fact, read_history
from policies.engine.document.nouns import (
    LABELS,
    check_placeholders,
    labels,
    read_each,
    read_group,
    read_reason,
    read_remedy,
    read_role,
)  # fmt: skip
from policies.engine.document.rules import read_rule
from policies.engine.document.symbols import Symbols
from policies.engine.faults import DocumentError
from policies.engine.money import DIGITS
from policies.engine.rounding import MODES
from policies.engine.rulebook import Role, Rulebook

FORMAT = "policy/1"
LISTS = ("roles", "reasons", "groups", "remedies", "facts", "derived", "history", "rules", "budgets")
__all__ = ["FORMAT", "LISTS", "dump", "read"]

_NO_ZONES = ("localtime", "posixrules", "Factory", "posix/", "right/")
"""Files beside the time zones that mean another thing on each machine, or count leap seconds."""


def read(document: Any) -> Rulebook:
    """The rulebook of a policy document (plain JSON values). Raises DocumentError with every fault."""
    cursor = Cursor(document)
    members = cursor.keys(
        required=["guardrails", "code", "currency", "time_zone", "roles", "reasons", "remedies", "rules"],
        optional=[
            *LABELS,
            "language",
            "handover",
            "rounding",
            "calendar",
            "approvals",
            "groups",
            "facts",
            "derived",
            "history",
            "budgets",
        ],
    )
    rulebook = _read_parts(members) if members else None
    if cursor.faults or rulebook is None:
        raise DocumentError(dict.fromkeys(cursor.faults))
    return rulebook


def _read_parts(members: dict[str, Cursor]) -> Rulebook:
    header = _read_header(members)
    currency = header["currency"]
    roles = read_each(members.get("roles"), read_role)
    reasons = read_each(members.get("reasons"), read_reason)
    groups = read_each(members.get("groups"), read_group)
    group_codes = {group.code for group in groups}
    role_codes = {role.code for role in roles}
    remedies = read_each(members.get("remedies"), lambda item: read_remedy(item, group_codes, role_codes, currency))
    by_code = {remedy.code: remedy for remedy in remedies}
    reason_codes = {reason.code for reason in reasons}
    facts = read_each(members.get("facts"), lambda item: read_fact(item, currency))
    history = read_each(members.get("history"), lambda item: read_history(item, by_code, reason_codes))
    known = {fact.code: fact for fact in facts}
    for at, item in enumerate(history):
        if item.code and item.code in known:
            members["history"].at(at).at("code").fault(f'"{item.code}" is used twice')
        known[item.code] = history_fact(item, currency)
    derived, worked_out = read_all_derived(members.get("derived"), known, currency)
    symbols = Symbols(currency, role_codes, reason_codes, by_code, known | worked_out)
    _check_remedy_texts(members.get("remedies"), symbols)
    _check_ladder(members.get("roles"), roles, has_handover=header["handover"] is not None)
    for key in ("roles", "reasons", "remedies"):
        if key in members and members[key].value == []:
            members[key].fault("must not be empty")
    return Rulebook(
        **header,
        roles=roles,
        reasons=reasons,
        groups=groups,
        remedies=remedies,
        facts=facts,
        derived=derived,
        history=history,
        rules=read_each(members.get("rules"), lambda item: read_rule(item, symbols)),
        budgets=read_each(members.get("budgets"), lambda item: read_budget(item, symbols)),
    )


def _read_header(members: dict[str, Cursor]) -> dict[str, Any]:
    if "guardrails" in members and members["guardrails"].value != FORMAT:
        members["guardrails"].fault(f'must be "{FORMAT}"')
    currency = members["currency"].value if "currency" in members else "EUR"
    if not isinstance(currency, str) or currency not in DIGITS:
        members["currency"].fault("must be the ISO 4217 code of a currency in use, such as EUR")
        currency = "EUR"
    rounding = members["rounding"].keys(optional=["mode", "step"]) if "rounding" in members else {}
    mode = rounding["mode"].one_of(MODES) if "mode" in rounding else "half_up"
    step = rounding["step"].number(positive=True) if "step" in rounding else None
    digits = DIGITS[currency]
    if step is not None and (step * 10**digits).denominator != 1:
        rounding["step"].fault(f"must be a multiple of the smallest unit of {currency}")
    return {
        **labels(members),
        "currency": currency,
        "time_zone": _read_zone(members.get("time_zone")),
        "language": members["language"].text(most=35, least=2) if "language" in members else "en",
        "handover": _read_handover(members.get("handover")),
        "calendar": read_calendar(members.get("calendar")),
        "approvals": read_approvals(members.get("approvals")),
        "rounding_mode": mode or "half_up",
        "rounding_step": step if step is not None else Fraction(1, 10**digits),
    }


def _read_zone(cursor: Cursor | None) -> str:
    if cursor is None:
        return "UTC"
    try:
        if not str(cursor.value).startswith(_NO_ZONES):
            return ZoneInfo(cursor.value).key
    except (ValueError, OSError, TypeError, KeyError):
        pass
    cursor.fault("must be the name of a time zone, such as Europe/Berlin")
    return "UTC"


def _read_handover(cursor: Cursor | None) -> Handover | None:
    if cursor is None:
        return None
    members = cursor.keys(required=["name"], optional=["how"])
    name = members["name"].text(most=200, least=1) if "name" in members else ""
    return Handover(name, members["how"].text(most=1000) if "how" in members else "")


def _check_remedy_texts(cursor: Cursor | None, symbols: Symbols) -> None:
    for item in cursor.items() if cursor else []:
        for key in ("say", "guidance"):
            if isinstance(item.value, dict) and isinstance(item.value.get(key), str):
                remedy = symbols.remedies.get(str(item.value.get("code")))
                terms = {term.code for term in remedy.terms} if remedy else set()
                check_placeholders(item.at(key), item.value[key], symbols.facts, terms)


def _check_ladder(cursor: Cursor | None, roles: tuple[Role, ...], *, has_handover: bool) -> None:
    above = {role.code: role.escalates_to for role in roles}
    for at, role in enumerate(roles):
        if cursor is None:
            return
        place = cursor.at(at)
        if role.escalates_to is not None and role.escalates_to not in above:
            place.at("escalates_to").known(above, "role")
            continue
        seen, current = {role.code}, role.escalates_to
        while current is not None and current in above and current not in seen:
            seen.add(current)
            current = above[current]
        if current in seen:
            place.fault("escalates in a circle")
        if role.escalates_to is None and not has_handover:
            place.fault("has no way out: give it escalates_to, or the policy a handover")
