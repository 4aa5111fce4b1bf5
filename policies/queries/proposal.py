"""Proposal: what the engine says about one row as a form would save it, within the draft as it stands."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from policies.engine.document import read
from policies.engine.document.ladders import require_sound_ladders
from policies.engine.faults import DocumentError, Fault
from policies.models import Policy
from policies.queries.document import WRITERS, Document, document_of_draft
from policies.queries.draft import load_draft

HEAD = (
    "code",
    "name",
    "description",
    "currency",
    "time_zone",
    "language",
    "handover",
    "rounding",
    "calendar",
    "approvals",
)


class Rows(list[Any]):
    """Rows in a list that answers `all()`, as the collection of a saved row does."""

    def all(self) -> Iterable[Any]:
        """Give the rows."""
        return self


class Proposed:
    """A row with lists and parts that are not saved yet."""

    def __init__(self, row: models.Model, lists: dict[str, Iterable[Any]]) -> None:
        self._row = row
        self._lists = {name: Rows(rows) for name, rows in lists.items()}

    def __getattr__(self, name: str) -> Any:
        return self._lists[name] if name in self._lists else getattr(self._row, name)


def faults_of_row(*, policy: Policy, key: str, row: Any, lists: dict[str, Iterable[Any]]) -> list[Fault]:
    """List what is wrong with a row of the document's list `key`, saved or new, with these lists and parts.

    Places are relative to the row (`/when/0/fact`). Faults of other rows are theirs, and publishing names them.
    """
    draft = load_draft(policy)
    document = document_of_draft(draft)
    rows: Sequence[Any] = getattr(draft, key)
    at = next((index for index, other in enumerate(rows) if other.pk == row.pk), len(rows))
    document[key][at : at + 1] = [WRITERS[key](Proposed(row, lists))]
    return _relative(_faults(document), f"/{key}/{at}")


def faults_of_head(policy: Policy) -> list[Fault]:
    """List what is wrong with the policy's own columns, as a form would save them."""
    document = document_of_draft(load_draft(policy)) if policy.pk else _only_head(policy)
    return [fault for fault in _faults(document) if fault.path.split("/")[1:2] and fault.path.split("/")[1] in HEAD]


def _only_head(policy: Policy) -> Document:
    empty: dict[str, list[Any]] = {"roles": [], "reasons": [], "remedies": [], "rules": []}
    return {"guardrails": "policy/1", **WRITERS["head"](policy), **empty}


def _faults(document: Document) -> tuple[Fault, ...]:
    try:
        require_sound_ladders(read(document))
    except DocumentError as error:
        return error.faults
    return ()


def _relative(faults: Iterable[Fault], prefix: str) -> list[Fault]:
    return [
        Fault(fault.path[len(prefix) :], fault.message)
        for fault in faults
        if fault.path == prefix or fault.path.startswith(f"{prefix}/")
    ]
