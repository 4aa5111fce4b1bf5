"""/api/v1/outcomes/: surveys and other systems tell how it turned out."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from guardrails.actions.follow_ups.tell_outcome import OutcomeRequest, tell_outcome
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint
from guardrails.api.follow_up_bodies import OutcomeBody
from guardrails.api.follow_ups_answer import OutcomeAnswer
from guardrails.api.openapi import EVERY_WRITE, operation
from guardrails.api.told import told_of
from guardrails.api.written import written_response
from guardrails.models import OutcomeSource, Scope
from guardrails.models.database_clock import database_now


class Outcomes(Endpoint):
    """How exceptions and cases turned out."""

    scopes: ClassVar = {"POST": (Scope.OUTCOMES,)}

    @operation(
        "tell_outcome",
        tag="Follow-ups",
        summary="Tell how an exception or a case turned out",
        body=OutcomeBody,
        answers={201: ("Kept; the customer's words are not repeated.", OutcomeAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request) -> HttpResponse:
        """Keep what a customer said about an exception, or about a case as a whole, of the token's agents. The same
        `id` with the same content gives the first answer again, so that no Idempotency-Key is needed. Needs the scope
        "outcomes".
        """
        body = read_body(self.http, OutcomeBody)
        asked = OutcomeRequest(
            id=body.id,
            told=told_of(body),
            source=OutcomeSource(body.source),
            exception=body.exception,
            policy=body.policy,
            case=body.case,
            at=body.at or "",
        )
        return written_response(tell_outcome(caller=self.caller(), request=asked, now=database_now()), status=201)
