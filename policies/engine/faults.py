"""What is wrong with a document or with the facts of a question, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Fault(NamedTuple):
    """One fault: `path` is a JSON pointer into what was given, `message` says what is wrong and what would be valid."""

    path: str
    message: str


class DocumentError(ValueError):
    """The policy document is not coherent; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path or '/'}: {fault.message}" for fault in self.faults))


class FactError(ValueError):
    """The question cannot be read against the rulebook; `faults` names each input and what would be valid."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path or '/'}: {fault.message}" for fault in self.faults))


def pointer(*parts: str | int) -> str:
    """The JSON pointer (RFC 6901) of these parts: `pointer("facts", "a/b")` is `/facts/a~1b`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
