"""POST /api/v1/offers/: what may be offered for this case, now?"""

from typing import ClassVar

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from guardrails.actions.ask_offers import OffersRequest, ask_offers
from guardrails.api.bodies import OffersBody
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.examples import OFFERS
from guardrails.api.offers_answer import OffersAnswer
from guardrails.api.openapi import EVERY_WRITE, operation
from guardrails.models import Scope


class Offers(Endpoint):
    """Answers with offers, what is not offered and why, questions worth asking, and the escalation."""

    scopes: ClassVar = {"POST": (Scope.OFFERS,)}

    @operation(
        "ask_offers",
        tag="Offers",
        summary="What may be offered, now, for this case?",
        body=OffersBody,
        answers={200: ("The one joined answer.", OffersAnswer)},
        refusals=EVERY_WRITE,
        examples=OFFERS,
    )
    def post(self, request: Request) -> HttpResponse:
        """Answer with every remedy that may be given, what is kept back and why, what is worth asking, and who can
        say yes beyond. The answer is kept as a decision, and takes no budget. Needs the scope "offers".
        """
        body = read_body(self.http, OffersBody)
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
        return json_response(ask_offers(caller=self.caller(), request=asked, now=timezone.now()))
