"""/api/v1/exceptions/: grant one of the offers of a decision; find what was granted."""

from typing import ClassVar
from urllib.parse import urlencode

import msgspec
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from guardrails.actions.grant_exception import GrantOutcome, GrantRequest, grant_exception
from guardrails.api.bodies import ExceptionBody
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.exception_csv import CSV, csv_response
from guardrails.api.exception_json import exception_json
from guardrails.api.exception_search import found, page
from guardrails.api.idempotency_key import REPEATED, idempotency_key
from guardrails.api.parameters import ExceptionParameters, read_parameters
from guardrails.api.visible import exceptions_for
from guardrails.models import CareException, Scope, State

READERS = (Scope.EXCEPTIONS, Scope.AUDIT)


class _Readable(Endpoint):
    """What is shared by the ways to read exceptions."""

    def visible(self) -> QuerySet[CareException]:
        """Give what this client may know of."""
        return exceptions_for(self.caller(), user_id=self.user_id())

    def asked(self) -> ExceptionParameters:
        """Give what the client asks for. Raises ProblemError."""
        return read_parameters(self.http.GET, ExceptionParameters)


class CareExceptions(_Readable):
    """Exceptions of which the client may know."""

    scopes: ClassVar = {"GET": READERS, "POST": (Scope.EXCEPTIONS,)}

    def get(self, request: Request) -> HttpResponseBase:
        """Find exceptions, newest first; as CSV where that is what the client accepts."""
        asked = self.asked()
        rows = found(self.visible(), asked)
        if CSV in request.headers.get("Accept", ""):
            return csv_response(rows.iterator(chunk_size=1000))
        shown = page(rows, asked)
        return json_response(
            {
                "results": [exception_json(row) for row in shown.rows],
                "next": shown.cursor and _next(self.http, shown.cursor),
            }
        )

    def post(self, request: Request) -> HttpResponse:
        """Grant an offer, or record that it awaits approval; decided again, and its budgets taken, at this moment."""
        key = idempotency_key(self.http)
        body = read_body(self.http, ExceptionBody)
        wanted = GrantRequest(
            decision=body.decision,
            remedy=body.remedy,
            amount=msgspec.to_builtins(body.amount),
            quantity=body.quantity,
            note=body.note or "",
            agent=body.agent,
            reason=body.reason,
        )
        outcome = grant_exception(caller=self.caller(), request=wanted, key=key, now=timezone.now(), clock=timezone.now)
        return _granted(outcome)


class ExceptionsFile(_Readable):
    """The same exceptions as a CSV file, for those who cannot send an Accept header."""

    scopes: ClassVar = {"GET": READERS}

    def get(self, request: Request) -> HttpResponseBase:
        """Find exceptions, newest first, all of them."""
        return csv_response(found(self.visible(), self.asked()).iterator(chunk_size=1000))


class OneException(_Readable):
    """One exception."""

    scopes: ClassVar = {"GET": READERS}

    def get(self, request: Request, exception: str) -> HttpResponseBase:
        """Read it; an auditor's client reads everything that led to it."""
        row = self.visible().filter(pk=exception).first()
        if row is None:
            raise Http404
        return json_response(exception_json(row))


def _granted(outcome: GrantOutcome) -> HttpResponse:
    answer = outcome.answer
    headers = {"Location": reverse("api:exception", args=[answer["exception"]])}
    if outcome.repeated:
        headers[REPEATED] = "true"
    return json_response(answer, status=201 if answer["state"] == State.GRANTED else 202, headers=headers)


def _next(request: HttpRequest, cursor: str) -> str:
    kept = [(name, value) for name, value in request.GET.items() if name != "cursor"]
    return f"{request.path}?{urlencode([*kept, ('cursor', cursor)])}"
