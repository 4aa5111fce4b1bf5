"""/api/v1/settlements/: the system that pays says what became of what was granted."""

from typing import ClassVar

import msgspec
from django.http import HttpResponse
from rest_framework.request import Request

from guardrails.actions.settlements.settle_exception import settle_exception
from guardrails.actions.settlements.settlement_word import SettlementRequest
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.openapi import EVERY_WRITE, IDEMPOTENCY_KEY, operation
from guardrails.api.settlement_answer import SettlementAnswer
from guardrails.api.settlement_body import SettlementBody
from guardrails.api.written import written_response
from guardrails.models import Scope
from guardrails.models.database_clock import database_now


class Settlements(Endpoint):
    """What became of payments and deliveries."""

    scopes: ClassVar = {"POST": (Scope.SETTLEMENTS,)}

    @operation(
        "settle_exception",
        tag="Settlements",
        summary="Say that an exception was sent, has arrived, or failed",
        body=SettlementBody,
        parameters=[IDEMPOTENCY_KEY],
        answers={200: ("The exception as it then stands.", SettlementAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request) -> HttpResponse:
        """Note what became of an exception in the policies of the token's user. What says that money moved where none
        was due is refused, and kept for the reconciliation. Needs the scope "settlements".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, SettlementBody)
        said = SettlementRequest(
            exception=body.exception,
            event=body.event,
            reference=body.reference or "",
            amount=msgspec.to_builtins(body.amount),
            quantity=body.quantity,
            note=body.note or "",
            at=body.at or "",
        )
        written = settle_exception(
            caller=self.caller(), user_id=self.user_id(), request=said, key=key, now=database_now()
        )
        return written_response(written)
