"""/api/v1/exceptions/…/amend/: change what awaits approval or is approved."""

from typing import ClassVar

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from guardrails.actions.exceptions.amend_exception import AmendRequest, amend_exception
from guardrails.api.approval_bodies import AmendBody
from guardrails.api.approvals_answer import AmendedAnswer
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.openapi import EVERY_WRITE, IDEMPOTENCY_KEY, operation, text_path
from guardrails.api.written import written_response
from guardrails.models import Scope
from guardrails.models.database_clock import database_now


class Amend(Endpoint):
    """Change an exception."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "amend_exception",
        tag="Exceptions",
        summary="Change what awaits approval or is approved",
        body=AmendBody,
        parameters=[text_path("exception", "Its id."), IDEMPOTENCY_KEY],
        answers={200: ("The exception as it then stands.", AmendedAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, exception: str) -> HttpResponse:
        """Change how much, or the words. Within what was agreed to or asked for the approval stays, and what is not
        needed goes back; beyond it the yes is void and it is asked anew. Needs the scope "exceptions".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, AmendBody)
        wanted = AmendRequest(
            exception=exception,
            agent=body.agent,
            amount=msgspec.to_builtins(body.amount),
            quantity=body.quantity,
            note=body.note,
            told=body.told,
        )
        written = amend_exception(caller=self.caller(), request=wanted, key=key, now=database_now())
        return written_response(written)
