"""Canonical JSON (RFC 8785) of what this project stores and signs, and its SHA-256 name.

Only texts, whole numbers up to 2**53, booleans, null, lists and objects are written: there are no binary floats here.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> bytes:
    """The canonical bytes. Raises TypeError for floats and ValueError for numbers that JSON cannot carry exactly."""
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    """The name of a value: "sha256:" and the hash of its canonical bytes."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        # RFC 8785 §3.2.3 orders keys by UTF-16 code units, which differs from code points beyond the BMP.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, float):
        raise TypeError("a binary float has no place in a canonical document")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        raise ValueError("a whole number beyond 2**53 is not exact in JSON")
    return value
