"""Django's SQLite backend with one change: who waits to write asks again every millisecond or two.

SQLite's own waiting backs off to a tenth of a second between two looks, so that whoever has waited longest looks most
rarely: with four writers one of them may starve for seconds. Looks at short, random intervals give all the same chance.
"""

import sqlite3
from random import random
from time import monotonic, sleep

from django.db.backends.sqlite3 import base

LONGEST_PAUSE = 0.002
"""Seconds between two looks, at most."""
_PATIENCE = 5.0
"""Seconds to wait where the settings name no timeout; what Python's sqlite3 waits."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins transactions fairly, wherever the settings ask for a mode that writes at once."""

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode is None:  # type: ignore[attr-defined]
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        patience = float(self.settings_dict["OPTIONS"].get("timeout", _PATIENCE))
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            with self.wrap_database_errors:
                self._begin(until=monotonic() + patience)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    def _begin(self, *, until: float) -> None:
        while True:
            try:
                self.connection.execute(f"BEGIN {self.transaction_mode}")  # type: ignore[attr-defined]
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                    raise
            else:
                return
            # Not for cryptography: two that wait must only not look at the same moments.
            sleep(LONGEST_PAUSE * random())  # noqa: S311
