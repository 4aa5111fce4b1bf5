"""POST /api/v1/offers/: what may be offered for this case, now?"""

from typing import ClassVar

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from guardrails.actions.ask_offers import OffersRequest, ask_offers
from guardrails.api.bodies import OffersBody
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.models import Scope


class Offers(Endpoint):
    """Answers with offers, what is not offered and why, questions worth asking, and the escalation."""

    scopes: ClassVar = {"POST": (Scope.OFFERS,)}

    def post(self, request: Request) -> HttpResponse:
        """Decide, and keep the decision."""
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
