"""The PostgreSQL backend: it notices a connection that is gone, and keeps the plans that it is asked to keep."""

import time
from typing import Any

import psycopg
import pytest
from django.db import connection as django_connection

from guardrails.models.prepared import prepared_cursor

connection: Any = django_connection
pytestmark = pytest.mark.postgres


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_ended_is_replaced_before_it_is_used(postgres_url):
    first = _process()
    with psycopg.connect(postgres_url.replace("postgres:", "postgresql:")) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [first])
    _wait_until_told()
    connection.health_check_enabled, connection.health_check_done = True, False
    try:
        assert _process() != first
    finally:
        connection.health_check_enabled = False


@pytest.mark.django_db
def test_only_prepared_cursors_prepare():
    with prepared_cursor() as cursor:
        for number in (1, 2):
            cursor.execute("SELECT %s::bigint + 40", [number])
            assert cursor.fetchone() == (number + 40,)
    with connection.cursor() as cursor:
        for number in (1, 2):
            cursor.execute("SELECT %s::bigint + 50", [number])
        cursor.execute("SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT $1::bigint + _0'")
        assert cursor.fetchall() == [("SELECT $1::bigint + 40",)]


def _process() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _wait_until_told() -> None:
    for _ in range(100):
        if not connection.is_usable():
            return
        time.sleep(0.05)
    pytest.fail("the server's end of the connection went unnoticed")
