"""Portable SQL: the few places where PostgreSQL and SQLite write the same thing differently.

The hot paths send SQL of a fixed text whatever the number of rows: the rows travel as one JSON parameter.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection


def rows_of(columns: Mapping[str, str], *, alias: str) -> str:
    """Give a FROM item that reads one `%s` parameter (see `rows_json`) as rows of `columns` (name: type)."""
    if connection.vendor == "postgresql":
        typed = ", ".join(f"{name} {type_}" for name, type_ in columns.items())
        return f"jsonb_to_recordset(%s::jsonb) AS {alias}({typed})"
    picked = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
    return f"(SELECT {picked} FROM json_each(%s)) AS {alias}"  # noqa: S608 - fixed text


def rows_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """Give the parameter that `rows_of` reads; dates are ISO 8601, times as the database stores them."""
    return json.dumps(list(rows), default=_text)


def each_one(table: str, *, alias: str, where: str) -> str:
    """Give a join that looks up at most one row of a table for each row before it, by a unique index of `where`.

    PostgreSQL cannot know that a parameter holds a handful of rows: told nothing, it reads the whole table once instead
    of looking a few rows up.
    """
    if connection.vendor == "postgresql":
        return f"CROSS JOIN LATERAL (SELECT * FROM {table} {alias} WHERE {where} LIMIT 1) {alias}"  # noqa: S608 - fixed text
    return f"JOIN {table} {alias} ON {where}"


def json_array() -> str:
    """Give the function that makes one JSON array of its arguments."""
    return "json_build_array" if connection.vendor == "postgresql" else "json_array"


def json_list() -> str:
    """Give the aggregate that makes one JSON array of a value of each row."""
    return "json_agg" if connection.vendor == "postgresql" else "json_group_array"


def texts() -> str:
    """Give a subquery that reads one `%s` parameter, a JSON array of texts, as rows."""
    if connection.vendor == "postgresql":
        return "(SELECT jsonb_array_elements_text(%s::jsonb))"
    return "(SELECT value FROM json_each(%s))"


def stored(moment: datetime) -> Any:
    """Give the form in which the database keeps a moment, for raw SQL."""
    return connection.ops.adapt_datetimefield_value(moment)


def read_moment(value: Any) -> datetime:
    """Give the moment that raw SQL returned: SQLite returns text, without the zone, which is UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return str(stored(value))
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in SQL parameters")
