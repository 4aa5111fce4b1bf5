"""The Idempotency-Key of a write: whoever repeats a request with the same key gets the first answer again."""

import re

from django.http import HttpRequest

from guardrails.actions.faults import MissingKeyError
from guardrails.api.problems import FieldFault, invalid

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"
"""The header of an answer that was given before."""
_PRINTABLE = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")


def idempotency_key(request: HttpRequest) -> str:
    """Give the key. Raises MissingKeyError without one, ProblemError where it is no plain text."""
    key = request.headers.get(HEADER, "")
    if not key:
        raise MissingKeyError
    if not _PRINTABLE.fullmatch(key):
        detail = "must be 1 to 255 printable ASCII characters, such as a UUID"
        raise invalid([FieldFault(header=HEADER, code="invalid", detail=detail)])
    return key
