"""The databases of one server: made as copies of each other, and used one at a time by this process's Django."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

DURABLE = "\nmax_wal_size = 8GB\ncheckpoint_timeout = 30min\nmax_connections = 100\n"
"""Settings of the benchmarks' server: writes reach the disk as in production, and no checkpoint falls into a round."""


def named(database_url: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))


def copy(database_url: str, *, of: str, name: str) -> str:
    """Make a database like another one, to which nobody may be connected, and give its address."""
    address = named(database_url, "template1").replace("postgres:", "postgresql:", 1)
    with psycopg.connect(address, autocommit=True) as server:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        server.execute(statement.format(sql.Identifier(name), sql.Identifier(of)))
    return named(database_url, name)


def analyze(database_url: str) -> None:
    """Let the planner know how much there is by now, as autovacuum does in a database that lives longer."""
    with psycopg.connect(database_url.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        server.execute("ANALYZE")


@contextmanager
def using(name: str) -> Iterator[None]:
    """Django's connection leads to the database of this name."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
