"""The test-only switch of the append-only tables: a flush between tests may empty them.

In production the triggers refuse `manage.py flush`; transactional tests run it after each test.
"""

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management.commands import flush
from django.db import connections

from policies import triggers


@pytest.fixture(autouse=True, scope="session")
def flush_may_empty_append_only_tables() -> Iterator[None]:
    """Lift the triggers for the time of each flush."""
    original = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        with triggers.lifted(connections[options["database"]]):
            original(self, **options)

    with patch.object(flush.Command, "handle", handle):
        yield
