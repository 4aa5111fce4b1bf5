"""Exceptions as a CSV file."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse

from guardrails.models import CareException
from guardrails.queries.exception_csv import csv_lines

CSV = "text/csv"


def csv_response(rows: Iterable[CareException]) -> StreamingHttpResponse:
    """Give the exceptions as a file; rows are read while they are sent, however many there are."""
    return StreamingHttpResponse(
        csv_lines(rows),
        content_type=f"{CSV}; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="exceptions.csv"'},
    )
