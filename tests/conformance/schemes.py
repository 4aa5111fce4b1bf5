"""The published schemes beside this file: what each is, its policy, its cases, and the cases we dispute."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.queries import yaml_document

FOLDER = Path(__file__).parent / "schemes"
DISPUTED = Path(__file__).parent / "disputed.yaml"
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
"""No policy here reads the clock: each case says itself which day it is."""


@dataclass(frozen=True, slots=True)
class Case:
    """One published case. `facts` are JSON values; fractions are Decimals, so that no digit is lost."""

    id: str
    scheme: str
    facts: dict[str, Any]
    offers: list[dict[str, Any]]
    why: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A published scheme in our own words, and where that was found."""

    code: str
    title: str
    currency: str
    sources: tuple[str, ...]


def schemes() -> list[Scheme]:
    """Every scheme, by code."""
    return [_scheme(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]


def cases() -> list[Case]:
    """Every case, scheme after scheme, in the order in which they are published."""
    return [case for scheme in schemes() for case in _cases(scheme.code)]


def case_parameters(*, disputes: bool = True) -> list[Any]:
    """Every case as a test's parameter named by its id; where its offers matter, a disputed one has to fail."""
    return [pytest.param(case, id=case.id, marks=_marks(case.id) if disputes else []) for case in cases()]


def _marks(case: str) -> list[pytest.MarkDecorator]:
    reason = disputed().get(case)
    return [pytest.mark.xfail(reason=reason, strict=True)] if reason else []


@cache
def policy(scheme: str) -> dict[str, Any]:
    """The policy document that says the scheme in the rulebook's language."""
    return yaml_document.load((FOLDER / scheme / "policy.yaml").read_bytes())


@cache
def disputed() -> dict[str, str]:
    """The ids of the cases that we hold to be wrong, each with the reason."""
    return dict(yaml.safe_load(DISPUTED.read_text(encoding="utf-8")))


def _scheme(folder: Path) -> Scheme:
    written = yaml.safe_load((folder / "scheme.yaml").read_text(encoding="utf-8"))
    sources = tuple(f"{source['ref']} ({source['date']})" for source in written["sources"])
    return Scheme(folder.name, written["title"], written["currency"], sources)


def _cases(scheme: str) -> list[Case]:
    lines = (FOLDER / scheme / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [_case(json.loads(line, parse_float=Decimal)) for line in lines if line.strip()]


def _case(written: dict[str, Any]) -> Case:
    return Case(
        id=written["id"],
        scheme=written["scheme"],
        facts=written["facts"],
        offers=written["expected"]["offers"],
        why=written["why"],
    )
