"""Draft state: is a policy's draft coherent, and how does it differ from the version in force?"""

import json
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models

from policies.engine.canonical import digest
from policies.engine.document import dump, read
from policies.engine.faults import DocumentError, Fault
from policies.models import Policy, PolicyVersion
from policies.queries.document import document_of_draft
from policies.queries.draft import LISTS, load_draft, row_at

Change = Literal["added", "removed", "changed", "moved"]
Document = dict[str, Any]


@dataclass(frozen=True)
class PlacedFault:
    """A fault with the row that it is about."""

    fault: Fault
    row: models.Model


@dataclass(frozen=True)
class Difference:
    """One row of the document that differs from the version in force; `part` is its list, or the policy's key."""

    part: str
    code: str
    change: Change


@dataclass(frozen=True)
class DraftState:
    """What a manager needs to know before publishing."""

    live: PolicyVersion | None
    faults: list[PlacedFault]
    differences: list[Difference]
    digest: str = ""
    """The hash of the draft as looked at; empty for one that is not coherent."""

    @property
    def summary(self) -> str:
        """One sentence: may it be published, and would that change anything?"""
        if self.faults:
            return f"Not coherent: {_counted(len(self.faults), 'fault')}."
        if self.live is None:
            return "Coherent, never published."
        if not self.differences:
            return f"The same as version {self.live.number}."
        return f"Differs from version {self.live.number}: {_counted(len(self.differences), 'difference')}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def draft_state(policy: Policy) -> DraftState:
    """Look at a policy's draft."""
    draft = load_draft(policy)
    document = document_of_draft(draft)
    live = policy.current_version
    try:
        normal = dump(read(document))
    except DocumentError as error:
        return DraftState(live, [PlacedFault(fault, row_at(draft, fault.path)) for fault in error.faults], [])
    changed = differences(json.loads(live.document), normal) if live else []
    return DraftState(live, [], changed, digest(normal))


def differences(old: Document, new: Document) -> list[Difference]:
    """List the rows and keys in which two documents in normal form differ."""
    keys = sorted((set(old) | set(new)) - set(LISTS))
    head = [Difference("policy", key, "changed") for key in keys if old.get(key) != new.get(key)]
    return head + [one for part in LISTS for one in _of_list(part, old.get(part, []), new.get(part, []))]


def _of_list(part: str, old: list[Document], new: list[Document]) -> list[Difference]:
    before, after = ({row["code"]: row for row in rows} for rows in (old, new))
    found = [Difference(part, code, "removed") for code in before if code not in after]
    found += [Difference(part, code, "added") for code in after if code not in before]
    found += [Difference(part, code, "changed") for code, row in after.items() if row != before.get(code, row)]
    stayed = [code for code in before if code in after]
    if not found and stayed != [code for code in after if code in before]:
        found.append(Difference(part, "the order of rows", "moved"))
    return found
