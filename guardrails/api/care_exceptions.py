"""/api/v1/exceptions/: grant one of the offers of a decision; find what was granted."""

from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import msgspec
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework.request import Request

from guardrails.actions.approvals.awaited import awaited
from guardrails.actions.approvals.read_approvals import read_meanwhile
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.exceptions.trace_exception import trace_exception
from guardrails.actions.follow_ups.aftermath import aftermath
from guardrails.actions.once import Written
from guardrails.api.bodies import ExceptionBody
from guardrails.api.body_reader import read_body
from guardrails.api.cursor import page_from
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.examples import GRANTS
from guardrails.api.exception_csv import CSV, csv_response
from guardrails.api.exception_detail_answer import ExceptionDetail
from guardrails.api.exception_search import found, page
from guardrails.api.exceptions_answer import ExceptionPage, GrantAnswer
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.openapi import EVERY_WRITE, IDEMPOTENCY_KEY, operation, query, text_path
from guardrails.api.parameters import ExceptionParameters, read_parameters
from guardrails.api.visible import agents_of, exceptions_for
from guardrails.api.written import written_response
from guardrails.models import CareException, Scope, State, WhenApproved
from guardrails.models.database_clock import database_now

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

    @operation(
        "find_exceptions",
        tag="Exceptions",
        summary="Which exceptions were made?",
        parameters=query(ExceptionParameters),
        answers={
            200: ("A page of exceptions.", ExceptionPage),
            (200, CSV): ("With Accept: text/csv, all of them as a file.", {"type": "string"}),
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Give exceptions, newest first: those of the token's agents and of the cases that they were asked about,
        or, with the scope "audit", those of every policy that the token's user is not kept from. Needs the scope
        "exceptions" or "audit".
        """
        asked = self.asked()
        rows = found(self.visible(), asked)
        if CSV in request.headers.get("Accept", ""):
            return csv_response(rows.iterator(chunk_size=1000))
        shown, now = page(rows, asked), database_now()
        return json_response(
            {
                "results": [exception_json(row, now=now) for row in shown.rows],
                "next": shown.cursor and page_from(self.http, shown.cursor),
            }
        )

    @operation(
        "grant_exception",
        tag="Exceptions",
        summary="Give the customer one of a decision's offers",
        body=ExceptionBody,
        parameters=[IDEMPOTENCY_KEY],
        answers={
            201: ("Granted; its budgets are taken.", GrantAnswer),
            202: ("It awaits the approval that it names; meanwhile says what can be offered now.", GrantAnswer),
        },
        refusals=EVERY_WRITE,
        examples=GRANTS,
    )
    def post(self, request: Request) -> HttpResponse:
        """Decide again at this moment, take the budgets, and record it: all or nothing. What is not possible any
        more is refused with what can be offered instead. Needs the scope "exceptions".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, ExceptionBody)
        wanted = GrantRequest(
            decision=body.decision,
            remedy=body.remedy,
            amount=msgspec.to_builtins(body.amount),
            quantity=body.quantity,
            terms=body.terms,
            note=body.note or "",
            agent=body.agent,
            reason=body.reason,
            told=body.told or "",
            when_approved=WhenApproved(body.when_approved),
        )
        outcome = grant_exception(caller=self.caller(), request=wanted, key=key, now=database_now(), clock=database_now)
        return _granted(outcome)


class ExceptionsFile(_Readable):
    """The same exceptions as a CSV file, for those who cannot send an Accept header."""

    scopes: ClassVar = {"GET": READERS}

    @operation(
        "export_exceptions",
        tag="Exceptions",
        summary="Exceptions as a CSV file",
        parameters=query(ExceptionParameters),
        answers={(200, CSV): ("All of them, newest first.", {"type": "string"})},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Give every exception that is asked for, not only a page. Needs the scope "exceptions" or "audit"."""
        return csv_response(found(self.visible(), self.asked()).iterator(chunk_size=1000))


class OneException(_Readable):
    """One exception."""

    scopes: ClassVar = {"GET": READERS}

    @operation(
        "read_exception",
        tag="Exceptions",
        summary="One exception",
        parameters=[text_path("exception", "Its id.")],
        answers={200: ('The exception; with the scope "audit", everything that led to it.', ExceptionDetail)},
    )
    def get(self, request: Request, exception: str) -> HttpResponseBase:
        """Give the exception as it stands, what is owed after it and how it turned out. An auditor's token is told the
        whole trace: the question with its facts, the version and rule that allowed it, the budgets before and after,
        every event, and what managers changed of the rows behind it. Needs the scope "exceptions" or "audit".
        """
        row = self.visible().filter(pk=exception).first()
        if row is None:
            raise Http404
        now = database_now()
        told = exception_json(row, now=now) | aftermath(row, now)
        if Scope.AUDIT in self.caller().scopes:
            told["trace"] = trace_exception(row)
        if row.state == State.AWAITING_APPROVAL and agents_of(self.caller()).filter(pk=row.agent_id).exists():
            told["meanwhile"] = read_meanwhile(row, now=now)
        return json_response(told)


def _granted(outcome: Written) -> HttpResponse:
    made_at = datetime.fromisoformat(outcome.answer["created_at"])
    answer = outcome.answer | {"approval": awaited(outcome.answer["approval"], made_at)}
    place = reverse("api:exception", args=[answer["exception"]])
    status = 201 if answer["state"] == State.GRANTED else 202
    return written_response(replace(outcome, answer=answer), status=status, location=place)
