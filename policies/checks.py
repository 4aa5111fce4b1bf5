"""System checks of the database: what must never change is really protected."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from policies import triggers


def check_append_only(app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report append-only tables whose triggers are missing (`manage.py check --database default`)."""
    return [
        Error(
            f"The table {table} can be changed: its append-only triggers are missing.",
            hint="Run manage.py migrate --skip-checks; it creates them again.",
            id="policies.E001",
        )
        for alias in databases or ()
        for table in triggers.missing(connections[alias])
    ]
