"""POST /api/v1/offers/: what may be offered for this case, now?"""

from typing import ClassVar

import msgspec
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from guardrails.actions.exceptions.ask_and_hold import Wish, ask_and_hold
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.examples import OFFERS
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.lifecycle_answer import AskAnswer
from guardrails.api.lifecycle_bodies import AskBody, HoldWish
from guardrails.api.openapi import EVERY_WRITE, KEY_TO_HOLD, operation
from guardrails.api.written import written_response
from guardrails.models import Scope
from guardrails.models.database_clock import database_now


class Offers(Endpoint):
    """Answers with offers, what is not offered and why, questions worth asking, and the escalation."""

    scopes: ClassVar = {"POST": (Scope.OFFERS,)}

    @operation(
        "ask_offers",
        tag="Offers",
        summary="What may be offered, now, for this case?",
        body=AskBody,
        parameters=[KEY_TO_HOLD],
        answers={200: ("The one joined answer.", AskAnswer)},
        refusals=EVERY_WRITE,
        examples=OFFERS,
    )
    def post(self, request: Request) -> HttpResponse:
        """Answer with every remedy that may be given, what is kept back and why, what is worth asking, and who can
        say yes beyond. The answer is kept as a decision, and takes no budget, unless one of the offers is to be held at
        once. Needs the scope "offers", and to hold an offer "exceptions" as well.
        """
        body = read_body(self.http, AskBody)
        asked = OffersRequest(
            policy=body.policy,
            reason=body.reason,
            agent=body.agent,
            channel=body.channel or "",
            customer=body.customer or "",
            case=body.case or "",
            facts=body.facts,
            verified=body.verified,
        )
        if body.hold is not None:
            return self._and_hold(asked, body.hold)
        return json_response(ask_offers(caller=self.caller(), request=asked, now=timezone.now()))

    def _and_hold(self, asked: OffersRequest, hold: HoldWish) -> HttpResponse:
        wish = Wish(
            remedy=hold.remedy, amount=msgspec.to_builtins(hold.amount), quantity=hold.quantity, terms=hold.terms
        )
        key = idempotency_key(self.http)
        written = ask_and_hold(
            caller=self.caller(), request=asked, hold=wish, key=key, now=database_now(), clock=database_now
        )
        return written_response(written)
