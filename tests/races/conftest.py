"""A database that several processes can open at once."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.guardrails.conftest import ana, help_desk, nothing_remembered, shop, shop_document  # noqa: F401


@pytest.fixture
def db(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """What is written is seen by other processes; on SQLite in a file, for the tests' own database is in memory."""
    if connection.vendor != "sqlite":
        yield
        return
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    file = tmp_path / "race.sqlite3"
    copy = sqlite3.connect(file)
    in_memory.backup(copy)
    copy.close()
    connection.connection = None
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.connection = in_memory
        connection.settings_dict["NAME"] = name


@pytest.fixture
def crowd() -> int:
    """How many processes race: SQLite has one writer at a time anyway."""
    return 8 if connection.vendor == "sqlite" else 16
