"""Cursor: where the next page begins; it stays the same place while new rows are made."""

import base64
import binascii
from datetime import datetime

from guardrails.api.problems import FieldFault, invalid


def cursor_of(at: datetime, pk: str) -> str:
    """Give the cursor of a row, by the moment along which the rows are ordered and its id."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {pk}".encode()).decode().rstrip("=")


def place_of(cursor: str) -> tuple[datetime, str]:
    """Give the moment and the id of a cursor. Raises ProblemError."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        at, _, last = text.partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None and last.isprintable():
            return moment, last
    except (ValueError, OverflowError, binascii.Error):
        pass
    raise invalid([FieldFault(parameter="cursor", code="invalid", detail="must be the cursor of a page before")])
