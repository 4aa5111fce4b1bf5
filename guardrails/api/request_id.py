"""The id of a request: in every response, log line, problem and audit record."""

import re
import uuid

import structlog
from django.http import HttpRequest

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,128}")


def request_id(request: HttpRequest) -> str:
    """Give the id under which the request is logged; a fresh one where a client's own is no plain text."""
    known: str | None = getattr(request, "request_id", None)
    if known is None:
        logged = str(structlog.contextvars.get_contextvars().get("request_id", ""))
        known = logged if _PLAIN.fullmatch(logged) else str(uuid.uuid4())
        request.request_id = known  # type: ignore[attr-defined]
    return known
