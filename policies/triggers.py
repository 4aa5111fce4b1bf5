"""Append-only tables: the database itself refuses update and delete, on SQLite and PostgreSQL.

Triggers on SQLite vanish when a migration remakes the table, so they are created again after every migrate,
and a system check (policies.checks) says when one is missing. Other apps declare theirs with `append_only`.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig, apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

_MODELS: set[str] = {"policies.PolicyVersion"}
_FUNCTION = """
CREATE OR REPLACE FUNCTION guardrails_append_only() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation';
END $body$
"""


def append_only(*labels: str) -> None:
    """Declare models ("app.Model") whose rows must never change; call it in the app's `ready`."""
    _MODELS.update(labels)


def tables(app_label: str | None = None) -> list[str]:
    """Give the append-only tables, of one app or of all, in order of name."""
    declared: Iterable[type[models.Model]] = (apps.get_model(label) for label in _MODELS)
    metas = (model._meta for model in declared)  # noqa: SLF001 - documented by Django
    return sorted(meta.db_table for meta in metas if app_label in (None, meta.app_label))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Give the append-only tables that exist without all of their triggers."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        found = {row[0] for row in cursor.fetchall()}
    wanted = [table for table in tables() if table in existing]
    return [table for table in wanted if not set(_names(connection, table)) <= found]


def create(connection: BaseDatabaseWrapper, names: Iterable[str]) -> None:
    """Create the triggers of these tables; doing it again changes nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in names:
            for statement in _create_statements(connection, table):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper, names: Iterable[str]) -> None:
    """Drop the triggers of these tables. Only tests that flush the database do this."""
    with connection.cursor() as cursor:
        for table in names:
            for name in _names(connection, table):
                on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift every trigger while a test flushes its database."""
    names = tables()
    drop(connection, names)
    try:
        yield
    finally:
        create(connection, names)


def create_after_migrate(sender: AppConfig, using: str, **_: Any) -> None:
    """Receive post_migrate: see that the app's append-only tables have their triggers."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    create(connection, [table for table in tables(sender.label) if table in existing])


def _names(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    operations = ("update", "delete") if connection.vendor == "sqlite" else ("update", "delete", "truncate")
    return [f"{table}_no_{operation}" for operation in operations]


def _create_statements(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    if connection.vendor == "sqlite":
        return [
            f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE {name.rsplit("_", 1)[1].upper()} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for name in _names(connection, table)
        ]
    return [
        f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {name.rsplit("_", 1)[1].upper()} ON "{table}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION guardrails_append_only()"
        for name in _names(connection, table)
    ]
