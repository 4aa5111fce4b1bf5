"""/api/v1/holds/ and /api/v1/exceptions/…/grant/, void/ and reverse/: what happens to an exception."""

from typing import ClassVar

import msgspec
from django.http import HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from guardrails.actions.exceptions.grant_exception import GrantRequest
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint
from guardrails.api.exceptions_answer import ExceptionAnswer, GrantAnswer
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.lifecycle_answer import GrantedAnswer, ReversedAnswer
from guardrails.api.lifecycle_bodies import GrantHeldBody, HoldBody, ReverseBody, VoidBody
from guardrails.api.openapi import EVERY_WRITE, IDEMPOTENCY_KEY, operation, text_path
from guardrails.api.written import written_response
from guardrails.models import Scope
from guardrails.models.database_clock import database_now

_ONE = [text_path("exception", "Its id."), IDEMPOTENCY_KEY]


class Holds(Endpoint):
    """Holds of offers."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "hold_offer",
        tag="Exceptions",
        summary="Keep one of a decision's offers for a while",
        body=HoldBody,
        parameters=[IDEMPOTENCY_KEY],
        answers={201: ("Held until expires_at; its budgets are set aside.", GrantAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request) -> HttpResponse:
        """Decide again at this moment, and set the budgets aside for as long as the remedy says: what is quoted to the
        customer can then be kept, whatever changes meanwhile. Only what may be given alone can be held. Needs the scope
        "exceptions".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, HoldBody)
        wanted = GrantRequest(
            decision=body.decision,
            remedy=body.remedy,
            amount=msgspec.to_builtins(body.amount),
            quantity=body.quantity,
            terms=body.terms,
            note=body.note or "",
            agent=body.agent,
            reason=body.reason,
        )
        held = hold_offer(caller=self.caller(), request=wanted, key=key, now=database_now(), clock=database_now)
        place = reverse("api:exception", args=[held.answer["exception"]])
        return written_response(held, status=201, location=place)


class GrantHeld(Endpoint):
    """Granting what is held or approved."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "grant_held",
        tag="Exceptions",
        summary="Grant what is held or approved, or less",
        body=GrantHeldBody,
        parameters=_ONE,
        answers={200: ("Granted; what was not needed went back.", GrantedAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, exception: str) -> HttpResponse:
        """Keep the promise, although the policy or what is left of a budget has changed. Past its time it is decided
        again on the same facts, and the answer says so. Needs the scope "exceptions".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, GrantHeldBody)
        wanted = HeldRequest(
            exception=exception,
            amount=msgspec.to_builtins(body.amount),
            quantity=body.quantity,
            terms=body.terms,
            note=body.note,
            agent=body.agent,
        )
        return written_response(
            grant_held(caller=self.caller(), request=wanted, key=key, now=database_now(), clock=database_now)
        )


class VoidException(Endpoint):
    """Letting go of what is not given after all."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "void_exception",
        tag="Exceptions",
        summary="Let go of what is held, asked for or approved",
        body=VoidBody,
        parameters=_ONE,
        answers={200: ("Voided; everything that was set aside went back.", ExceptionAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, exception: str) -> HttpResponse:
        """Give everything back that was set aside; a request for approval is withdrawn. What is granted already is
        reversed instead. Needs the scope "exceptions".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, VoidBody)
        return written_response(
            void_for_agent(
                caller=self.caller(),
                exception=exception,
                agent=body.agent,
                reason=body.note or "",
                key=key,
                now=database_now(),
            )
        )


class ReverseException(Endpoint):
    """Taking back what was granted."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "reverse_exception",
        tag="Exceptions",
        summary="Take back what was granted, or a part of it",
        body=ReverseBody,
        parameters=_ONE,
        answers={200: ("Taken back, into the budgets and periods from which it was taken.", ReversedAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, exception: str) -> HttpResponse:
        """Take back everything that stands, or a part. Only people may, in a role that the policy allows it. Needs the
        scope "exceptions".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, ReverseBody)
        wanted = ReverseRequest(
            exception=exception,
            reason=body.reason,
            amount=msgspec.to_builtins(body.amount),
            quantity=body.quantity,
            agent=body.agent,
        )
        return written_response(reverse_exception(caller=self.caller(), request=wanted, key=key, now=database_now()))
