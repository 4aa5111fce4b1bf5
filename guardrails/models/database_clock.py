"""The database's clock: by it holds expire, however wrong the clock of a web server is."""

from datetime import UTC, datetime

from django.db import connection
from django.utils import timezone

from guardrails.models.prepared import prepared_cursor


def database_now() -> datetime:
    """Give the time, in UTC. For interfaces, which pass it on; the embedded SQLite has this process's clock."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with prepared_cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found.astimezone(UTC)
