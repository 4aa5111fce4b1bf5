"""Read at: the moment as of which a list shows its rows, by the database's clock; asked once a page, not once a row."""

from typing import Any

from django.db.models import DateTimeField, QuerySet, Value

from guardrails.models.database_clock import database_now


def as_of_now(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Give the rows with the moment as `read_at`."""
    return rows.annotate(read_at=Value(database_now(), output_field=DateTimeField()))
