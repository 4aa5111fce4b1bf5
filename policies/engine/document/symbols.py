"""What a document has declared, for the parts of it that name something."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from policies.engine.rulebook import Fact, Remedy


@dataclass(frozen=True)
class Symbols:
    """What the rest of the document has declared."""

    currency: str
    roles: Collection[str]
    reasons: Collection[str]
    remedies: Mapping[str, Remedy]
    facts: Mapping[str, Fact]
