"""Cursor: where the next page begins; it stays the same place while new rows are made."""

import base64
import binascii
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest

from guardrails.api.problems import FieldFault, ProblemError, invalid


def cursor_of(at: datetime, pk: str) -> str:
    """Give the cursor of a row, by the moment along which the rows are ordered and its id."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {pk}".encode()).decode().rstrip("=")


def place_of(cursor: str) -> tuple[datetime, str]:
    """Give the moment and the id of a cursor. Raises ProblemError."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        at, _, last = text.partition(" ")
        moment = datetime.fromisoformat(at)
    except (ValueError, OverflowError, binascii.Error):
        raise no_cursor() from None
    if moment.tzinfo is None or not last.isprintable():
        raise no_cursor()
    return moment, last


def no_cursor() -> ProblemError:
    """Give the refusal of what is no cursor."""
    return invalid([FieldFault(parameter="cursor", code="invalid", detail="must be the cursor of a page before")])


def page_from(request: HttpRequest, cursor: str) -> str:
    """Give the address of the same list from this cursor on."""
    kept = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    return f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}"
