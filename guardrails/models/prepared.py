"""Prepared statements: for the fixed SQL of the hot paths, whose plan costs the database more than its run."""

from collections.abc import Callable

from django.db import connection
from django.db.backends.utils import CursorWrapper


def prepared_cursor() -> CursorWrapper:
    """Give a cursor whose statements are planned once a connection, where the database keeps plans at all."""
    make: Callable[[], CursorWrapper] = getattr(connection, "prepared_cursor", connection.cursor)
    return make()
