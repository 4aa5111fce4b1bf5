"""Reading roles, reasons, groups and remedies."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Protocol, TypedDict, TypeVar

from policies.engine.approvals import USUAL_HOLD
from policies.engine.document.cursor import Cursor, name_of
from policies.engine.money import DIGITS, scaled
from policies.engine.rulebook import KINDS, FollowUp, Group, Reason, Remedy, Role, Term

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
PLACEHOLDERS = ("amount", "quantity", "remedy", "reason")


class Coded(Protocol):
    """Anything with a code."""

    @property
    def code(self) -> str: ...


Noun = TypeVar("Noun", bound=Coded)


def read_each(cursor: Cursor | None, read: Callable[[Cursor], Noun]) -> tuple[Noun, ...]:
    """Every element of a list of coded things; a code used twice is a fault."""
    found: list[Noun] = []
    seen: set[str] = set()
    for item in cursor.items() if cursor else []:
        noun = read(item)
        if noun.code and noun.code in seen:
            item.at("code").fault(f'"{noun.code}" is used twice')
        seen.add(noun.code)
        found.append(noun)
    return tuple(found)


class Labels(TypedDict):
    """What every coded thing has."""

    code: str
    name: str
    description: str


def labels(members: dict[str, Cursor]) -> Labels:
    """Code, name and description, which every coded thing has."""
    code = members["code"].code() if "code" in members else ""
    name = members["name"].text(most=200, least=1) if "name" in members else name_of(code)
    description = members["description"].text(most=2000) if "description" in members else ""
    return {"code": code, "name": name, "description": description}


LABELS = ("name", "description")


def read_role(cursor: Cursor) -> Role:
    """A role; whether its ladder leads anywhere is checked once all are read."""
    members = cursor.keys(required=["code"], optional=[*LABELS, "escalates_to", "may_reverse"])
    above = members["escalates_to"].code() if "escalates_to" in members else None
    may_reverse = members["may_reverse"].flag() if "may_reverse" in members else False
    return Role(escalates_to=above, may_reverse=may_reverse, **labels(members))


def read_reason(cursor: Cursor) -> Reason:
    """A reason."""
    return Reason(**labels(cursor.keys(required=["code"], optional=LABELS)))


def read_group(cursor: Cursor) -> Group:
    """A group of remedies that exclude one another."""
    members = cursor.keys(required=["code"], optional=[*LABELS, "choose"])
    choose = members["choose"].one_of(("one", "best")) if "choose" in members else "one"
    return Group(choose=choose, **labels(members))


def read_remedy(cursor: Cursor, groups: Collection[str], roles: Collection[str], currency: str) -> Remedy:
    """A remedy. Placeholders in `say` are checked once the facts are known."""
    members = cursor.keys(
        required=["code", "kind"],
        optional=[*LABELS, "unit", "places", "cost", "group", "signed", "terms", "say", "guidance", "follow_up",
                  "hold_for"],
    )  # fmt: skip
    unit = members["unit"].code() if "unit" in members else "money"
    if "places" in members and unit in ("money", "none"):
        members["places"].fault("is for remedies with a quantity, not for unit money or none")
    if "signed" in members and unit != "money":
        members["signed"].fault("is for remedies with unit money")
    return Remedy(
        kind=members["kind"].one_of(KINDS) if "kind" in members else "other",
        unit=unit,
        places=members["places"].whole(least=0, most=6) if "places" in members else 0,
        cost=read_cost(members.get("cost"), unit, currency),
        group=members["group"].known(groups, "group") if "group" in members else None,
        signed=members["signed"].flag() if "signed" in members else False,
        terms=read_each(members.get("terms"), read_term),
        hold_for=members["hold_for"].duration(least="PT1M", most="P7D") if "hold_for" in members else USUAL_HOLD,
        **labels(members),
        **read_texts(members, roles),
    )


def read_term(cursor: Cursor) -> Term:
    """A second measure of a remedy."""
    members = cursor.keys(required=["code", "unit"], optional=[*LABELS, "places"])
    return Term(
        unit=members["unit"].code() if "unit" in members else "",
        places=members["places"].whole(least=0, most=6) if "places" in members else 0,
        **labels(members),
    )


def read_cost(cursor: Cursor | None, unit: str, currency: str) -> int:
    """The cost of one unit in minor units, 0 where it is left out."""
    if cursor is None:
        return 0
    cost = read_minor(cursor, currency)
    if cost < 0:
        cursor.fault("must not be negative")
    return cost


def read_minor(cursor: Cursor, currency: str) -> int:
    """Money in the document, text or whole number, as minor units."""
    value = cursor.value
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        cursor.fault('must be money, such as "25.00"')
        return 0
    return cursor.read(lambda text: scaled(text, DIGITS.get(currency, 2)), 0, value)


class Texts(TypedDict):
    """What a remedy or rule says beside its figures."""

    say: str
    guidance: str
    follow_up: FollowUp | None


def read_texts(members: dict[str, Cursor], roles: Collection[str]) -> Texts:
    """What to say, how to do it, and what is owed afterwards."""
    return {
        "say": members["say"].text(most=2000) if "say" in members else "",
        "guidance": members["guidance"].text(most=2000) if "guidance" in members else "",
        "follow_up": read_follow_up(members["follow_up"], roles) if "follow_up" in members else None,
    }


def read_follow_up(cursor: Cursor, roles: Collection[str]) -> FollowUp | None:
    """A follow-up: after how long, what, and who owes it."""
    members = cursor.keys(required=["after", "what"], optional=["by"])
    if not {"after", "what"} <= members.keys():
        return None
    by = members["by"].known(roles, "role") if "by" in members else ""
    return FollowUp(after=members["after"].duration(), what=members["what"].text(most=300, least=1), by=by)


def check_placeholders(cursor: Cursor, text: str, facts: Collection[str], terms: Collection[str]) -> None:
    """Fault every placeholder that cannot be filled, and braces that are none."""
    named = {"fact": facts, "term": terms, "": PLACEHOLDERS}
    for name in PLACEHOLDER.findall(text):
        kind, _, code = name.rpartition(":")
        if code not in named.get(kind, ()):
            valid = ", ".join(f"{{{placeholder}}}" for placeholder in PLACEHOLDERS)
            cursor.fault(f'has the placeholder "{{{name}}}"; valid are {valid}, {{fact:code}} and {{term:code}}')
    if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
        cursor.fault("has a brace that belongs to no placeholder")
