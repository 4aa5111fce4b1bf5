"""Identifiers: a prefix that says what it is, then a ULID; they sort by time and need no coordination."""

import os
from datetime import datetime
from threading import Lock

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

ID_LENGTH = 30
"""Prefix of three letters, an underscore, 26 characters of ULID."""


def new_id(prefix: str, now: datetime) -> str:
    """Give a fresh id: `new_id("dec", now)` is "dec_01K…"; 48 bits of milliseconds, then 80 random bits.

    What one process makes in the same millisecond sorts in the order in which it was made, so that two records of one
    transaction do.
    """
    milliseconds = int(now.timestamp() * 1000)
    return f"{prefix}_{_base32(_newest.after(milliseconds))}"


class _Newest:
    """The newest number of this process: a later one of the same millisecond is greater, by a random step."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._number = 0

    def after(self, milliseconds: int) -> int:
        with self._lock:
            if self._number >> 80 == milliseconds:
                self._number += 1 + int.from_bytes(os.urandom(5), "big")
            else:
                self._number = (milliseconds << 80) | int.from_bytes(os.urandom(10), "big")
            return self._number


_newest = _Newest()


def _base32(number: int) -> str:
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def first_id(prefix: str, moment: datetime) -> str:
    """Give the smallest id of a moment: ids from it on are not older."""
    return f"{prefix}_{_base32(int(moment.timestamp() * 1000) << 80)}"
