"""The workload of the engines: R roles with 50 remedies each, one allow row for every role and remedy.

A row names its role, three of ten reasons, three of four segments, a least order total and a window of days. A
question carries twelve facts, of which the rows read three. Every engine gets the same rows and the same questions.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

REMEDIES = 50
REASONS = 10
SEGMENTS = "abcd"
LONGEST_DAY = 365
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SPARE_FACTS = ("flag", "flag", "flag", "integer", "integer", "integer", "choice", "choice", "money")
"""The types of the facts that a question carries and no row reads."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule; money is in minor units, days are whole numbers, both ends of the window belong to it."""

    role: str
    remedy: str
    reasons: tuple[str, ...]
    segments: tuple[str, ...]
    least_total: int
    first_day: int
    last_day: int
    most: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `total` is in minor units, `spare` are the values of the facts that no row reads."""

    role: str
    reason: str
    segment: str
    total: int
    day: int
    spare: tuple[Any, ...]

    def facts(self) -> dict[str, Any]:
        """The facts as a client of ours sends them: money as text."""
        spare = {f"spare_{at}": value for at, value in enumerate(self.spare)}
        return {"segment": self.segment, "total": f"{self.total / 100:.2f}", "day": self.day, **spare}

    def context(self) -> dict[str, Any]:
        """The same as the other engines want it: role and reason among the facts, money in minor units."""
        return {**self.facts(), "role": self.role, "reason": self.reason, "total": self.total}


def rows(number: int) -> list[Row]:
    """The rows of `number` rules, a multiple of 50; the same for the same number."""
    chance = random.Random(7)
    return [
        _row(chance, f"role_{role}", f"remedy_{remedy}")
        for role in range(number // REMEDIES)
        for remedy in range(REMEDIES)
    ]


def _row(chance: random.Random, role: str, remedy: str) -> Row:
    first_day = chance.randrange(0, 40)
    return Row(
        role=role,
        remedy=remedy,
        reasons=tuple(f"reason_{at}" for at in sorted(chance.sample(range(REASONS), 3))),
        segments=tuple(sorted(chance.sample(SEGMENTS, 3))),
        least_total=chance.randrange(1, 30) * 100,
        first_day=first_day,
        last_day=first_day + chance.randrange(300, 360),
        most=chance.randrange(10, 180) * 50,
    )


def questions(roles: int, number: int) -> list[Asked]:
    """Questions of all roles and reasons alike; the same for the same numbers."""
    chance = random.Random(3)
    return [_asked(chance, f"role_{chance.randrange(roles)}") for _ in range(number)]


def _asked(chance: random.Random, role: str) -> Asked:
    spare = {
        "flag": lambda: chance.random() < 0.5,
        "integer": lambda: chance.randrange(1000),
        "choice": lambda: chance.choice(SEGMENTS),
        "money": lambda: f"{chance.randrange(1000)}.50",
    }
    return Asked(
        role=role,
        reason=f"reason_{chance.randrange(REASONS)}",
        segment=chance.choice(SEGMENTS),
        total=chance.randrange(500, 20_000),
        day=chance.randrange(LONGEST_DAY),
        spare=tuple(spare[type]() for type in SPARE_FACTS),
    )


def document(found: list[Row]) -> dict[str, Any]:
    """The policy document of these rows."""
    roles = dict.fromkeys(row.role for row in found)
    return {
        "guardrails": "policy/1",
        "code": "bench",
        "currency": "EUR",
        "time_zone": "UTC",
        "handover": {"name": "The specialist team"},
        "roles": [{"code": role} for role in roles],
        "reasons": [{"code": f"reason_{at}"} for at in range(REASONS)],
        "remedies": [{"code": f"remedy_{at}", "kind": "store_credit"} for at in range(REMEDIES)],
        "facts": [
            {"code": "segment", "type": "choice", "choices": list(SEGMENTS)},
            {"code": "total", "type": "money"},
            {"code": "day", "type": "integer"},
            *(_spare_fact(at, type) for at, type in enumerate(SPARE_FACTS)),
        ],
        "rules": [_rule(row) for row in found],
    }


def _spare_fact(at: int, type: str) -> dict[str, Any]:
    fact: dict[str, Any] = {"code": f"spare_{at}", "type": type}
    return {**fact, "choices": list(SEGMENTS)} if type == "choice" else fact


def _rule(row: Row) -> dict[str, Any]:
    return {
        "code": f"{row.role}_{row.remedy}",
        "roles": [row.role],
        "remedies": [row.remedy],
        "reasons": list(row.reasons),
        "when": [
            {"fact": "segment", "one_of": list(row.segments)},
            {"fact": "total", "at_least": f"{row.least_total / 100:.2f}"},
            {"fact": "day", "between": [row.first_day, row.last_day]},
        ],
        "up_to": f"{row.most / 100:.2f}",
    }
