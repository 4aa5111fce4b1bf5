"""Written: the answer of a write that may be repeated, with the header that says so."""

from django.http import HttpResponse

from guardrails.actions.once import Written
from guardrails.api.endpoint import json_response
from guardrails.api.idempotency_key import REPEATED


def written_response(written: Written, *, status: int = 200, location: str = "") -> HttpResponse:
    """Give the answer; a repeated one has the status of the first."""
    headers = {"Location": location} if location else {}
    if written.repeated:
        headers[REPEATED] = "true"
    return json_response(written.answer, status=status, headers=headers)
