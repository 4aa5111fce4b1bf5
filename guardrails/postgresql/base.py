"""Django's PostgreSQL backend with two savings: statements prepared on the server, and no round trip to be sure of a
connection that is there."""

from select import POLLIN, poll
from typing import Any, Self, cast

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.utils import CursorWrapper


class PreparedCursor(psycopg.Cursor[Any]):
    """Has each statement planned at its first use on a connection; afterwards only its parameters travel."""

    def execute(self, query: Any, params: Any = None, **_: Any) -> Self:
        """Execute, prepared; from psycopg.Cursor."""
        return super().execute(query, params, prepare=True)


class Operations(DatabaseOperations):
    """Knows the text of prepared statements too, for Django's log of queries."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """Give what was executed; from django.db.backends.postgresql.operations.DatabaseOperations."""
        return super().last_executed_query(cursor, sql, params) or str(sql)


class DatabaseWrapper(base.DatabaseWrapper):
    """Prepares only where it is asked to: a plan for any value would be a bad plan for a search with filters."""

    ops_class = Operations

    def get_connection_params(self) -> dict[str, Any]:
        """Let statements be prepared at all; from django.db.backends.postgresql.base.DatabaseWrapper."""
        return {**super().get_connection_params(), "prepare_threshold": 0}

    def prepared_cursor(self) -> CursorWrapper:
        """Give a cursor for statements whose text is fixed and whose best plan is the same for all values."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = PreparedCursor(self.connection)
        return cast("CursorWrapper", self._prepare_cursor(cursor))  # type: ignore[attr-defined]

    def is_usable(self) -> bool:
        """Say whether the server still listens; from django.db.backends.postgresql.base.DatabaseWrapper.

        A server that ends a connection says so, and what it said waits to be read. Only then, and after an error, is
        it worth a round trip.
        """
        if self.connection is None or self.connection.closed:
            return False
        return (not self.errors_occurred and not self._was_told()) or bool(super().is_usable())

    def _was_told(self) -> bool:
        waiting = poll()
        waiting.register(self.connection, POLLIN)
        return bool(waiting.poll(0))
