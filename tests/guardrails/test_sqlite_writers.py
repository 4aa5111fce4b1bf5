"""On the embedded SQLite, whoever waits to write gets a turn soon, or is told that there was none."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError

from guardrails.settings import _SQLITE_OPTIONS
from guardrails.sqlite import base


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "writers.sqlite3"


@pytest.fixture
def writer(file: Path) -> Iterator[base.DatabaseWrapper]:
    settings = {"NAME": file, "OPTIONS": dict(_SQLITE_OPTIONS), "TIME_ZONE": None, "CONN_HEALTH_CHECKS": False}
    found = base.DatabaseWrapper({**settings, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "CONN_MAX_AGE": 0})
    # The tests' own database has nothing to do with this file.
    yield found
    if found.connection:
        found.connection.close()


@pytest.fixture
def other(file: Path) -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(file, isolation_level=None)
    yield found
    found.close()


@pytest.mark.django_db
def test_a_writer_that_waits_looks_again_after_a_moment(writer, other, monkeypatch):
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            other.execute("ROLLBACK")

    monkeypatch.setattr(base, "sleep", pause)
    writer.connect()
    other.execute("BEGIN IMMEDIATE")
    writer._start_transaction_under_autocommit()
    assert writer.connection.in_transaction
    assert len(pauses) == 3
    assert all(0 <= seconds <= base.LONGEST_PAUSE for seconds in pauses)


@pytest.mark.django_db
def test_a_writer_that_never_gets_a_turn_is_told_so(writer, other, monkeypatch):
    times = iter([0.0, 10.0, 20.0, 20.5])
    monkeypatch.setattr(base, "sleep", lambda seconds: None)
    monkeypatch.setattr(base, "monotonic", lambda: next(times))
    writer.connect()
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        writer._start_transaction_under_autocommit()
    assert writer.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
