"""/api/v1/cases/links/: one case replaces, splits or duplicates another, or does not; which ones belong together."""

from typing import ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from guardrails.actions.cases.link_cases import LinkRequest, link_cases, read_chain
from guardrails.actions.cases.undo_link import UndoRequest, undo_link
from guardrails.api.body_reader import read_body
from guardrails.api.case_links_answer import ChainAnswer, UndoneAnswer
from guardrails.api.case_links_bodies import CaseLinkBody, ChainParameters, UndoLinkBody
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.openapi import EVERY_READ, EVERY_WRITE, IDEMPOTENCY_KEY, operation, query
from guardrails.api.parameters import read_parameters
from guardrails.api.written import written_response
from guardrails.models import LinkKind, Scope
from guardrails.models.database_clock import database_now

LINKERS = (Scope.CASES, Scope.OFFERS)


class CaseLinks(Endpoint):
    """Cases that belong together."""

    scopes: ClassVar = {"GET": LINKERS, "POST": LINKERS}

    @operation(
        "read_case_chain",
        tag="Cases",
        summary="Which cases belong together with this one?",
        parameters=query(ChainParameters),
        answers={200: ("The case with all that it is linked to.", ChainAnswer)},
        refusals=EVERY_READ,
    )
    def get(self, request: Request) -> HttpResponse:
        """Tell the whole chain of a case, and to the scope "cases" also which links were undone, by whom and why.
        Needs that scope, or "offers" and an agent who was asked about the case.
        """
        asked = read_parameters(self.http.GET, ChainParameters)
        return json_response(read_chain(caller=self.caller(), policy=asked.policy, case=asked.case))

    @operation(
        "link_cases",
        tag="Cases",
        summary="Say that two cases belong together",
        body=CaseLinkBody,
        parameters=[IDEMPOTENCY_KEY],
        answers={201: ("All cases that now belong together.", ChainAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request) -> HttpResponse:
        """Link a case to one that was there before, and with them everything that either is linked to: limits then
        count over all of it. Needs the scope "cases", or "offers" and agents who were asked about both.
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, CaseLinkBody)
        said = LinkRequest(policy=body.policy, case=body.case, other=body.other, kind=LinkKind(body.kind))
        written = link_cases(caller=self.caller(), request=said, key=key, now=database_now())
        return written_response(written, status=201)


class UndoLink(Endpoint):
    """Cases that do not belong together after all."""

    scopes: ClassVar = {"POST": (Scope.CASES,)}

    @operation(
        "undo_case_link",
        tag="Cases",
        summary="Say that two cases do not belong together after all",
        body=UndoLinkBody,
        parameters=[IDEMPOTENCY_KEY],
        answers={200: ("What was undone, and the chain of either case.", UndoneAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request) -> HttpResponse:
        """Undo every link that stands directly between two cases. From the next question on limits count over each
        chain by itself; what was granted stays granted. Needs the scope "cases".
        """
        key = idempotency_key(self.http)
        body = read_body(self.http, UndoLinkBody)
        said = UndoRequest(policy=body.policy, case=body.case, other=body.other, reason=body.reason)
        written = undo_link(caller=self.caller(), request=said, key=key, now=database_now())
        return written_response(written)
