"""Verify lives: what the audit log says of every exception, held against its row and its entries."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

from guardrails.models import AuditRecord, CareException, LedgerEntry

Item = TypeVar("Item")
Finding = tuple[str, str]
"""Where, and what."""
_AT_ONCE = 500
_EVENTS = ("exception.", "approval.")
"""The kinds of records that say from where to where an exception went."""


@dataclass(slots=True)
class _Life:
    """What the records of one exception say: what it took by budget, whose and first day; where it went."""

    exception: str
    taken: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, body: dict[str, Any]) -> None:
        for moved in body.get("budgets", ()):
            key = (moved["budget"], moved["scope_key"], moved["starts_on"])
            self.taken[key] += moved["after"] - moved["before"]
        if kind.startswith(_EVENTS):
            # The first grants said only by their kind what came of them.
            self.reached[body.get("to", kind.partition(".")[2])] += 1
            self.reached[body.get("from", "")] -= 1

    def state(self) -> str:
        """The state that the records lead to, in whatever order they are read."""
        return " and ".join(state for state, times in sorted(self.reached.items()) if state and times) or "nothing"


def against_records() -> Iterator[Finding]:
    """Give what differs; the log is read once, and never more than a part of it is in memory."""
    for lives in _batches(_lives(), _AT_ONCE):
        yield from _compare({life.exception: life for life in lives})


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Give the items in lists of at most `size`; itertools.batched comes with Python 3.12."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _lives() -> Iterator[_Life]:
    records = AuditRecord.objects.filter(subject_type="exception").order_by("subject_id")
    rows = records.values_list("subject_id", "kind", "body").iterator(chunk_size=_AT_ONCE)
    for exception, group in groupby(rows, key=itemgetter(0)):
        life = _Life(exception)
        for _, kind, text in group:
            life.add(kind, json.loads(text))
        yield life


def _compare(lives: dict[str, _Life]) -> Iterator[Finding]:
    states = dict(CareException.objects.filter(pk__in=lives).values_list("pk", "state"))
    entries = _entries(lives)
    for exception, life in lives.items():
        taken = entries.get(exception, Counter())
        for key in sorted(life.taken.keys() | taken.keys()):
            if life.taken[key] != taken[key]:
                what = f"took {taken[key]} where its audit records say {life.taken[key]}"
                yield f"exception {exception}, budget {' '.join(key)}", what
        state = states.get(exception, "nothing")
        if life.state() != state:
            yield f"exception {exception}", f"is {state} where its audit records lead to {life.state()}"


def _entries(lives: Iterable[str]) -> dict[str, Counter[tuple[str, str, str]]]:
    found: dict[str, Counter[tuple[str, str, str]]] = {}
    columns = ("exception", "window__budget", "window__scope_key", "window__starts_on", "held_delta", "spent_delta")
    rows = LedgerEntry.objects.filter(exception__in=list(lives)).values_list(*columns)
    for exception, budget, scope_key, starts_on, held, spent in rows:
        taken = found.setdefault(exception or "", Counter())
        taken[budget, scope_key, starts_on.isoformat()] += held + spent
    return found
