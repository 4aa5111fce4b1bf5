"""Canonical JSON (RFC 8785) at the speed of the hot path, and the SHA-256 name of it.

Every object key that we write is an ASCII code, for which sorting by code point is what RFC 8785 asks; a test
holds this against policies.engine.canonical.
"""

import hashlib
from typing import Any

import msgspec


def canonical_text(value: Any) -> str:
    """Give the canonical text of texts, whole numbers, booleans, null, lists and objects; no floats."""
    return msgspec.json.encode(value, order="sorted").decode()


def text_digest(text: str) -> str:
    """Give "sha256:" and the hash of the text's UTF-8 bytes."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
