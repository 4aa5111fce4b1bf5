"""/api/v1/approvals/: what awaits whom, and what they say to it."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from msgspec import Meta, Struct
from rest_framework.request import Request

from guardrails.actions.approvals.may_know_approval import may_any_know
from guardrails.actions.approvals.read_approvals import inbox, read_approval
from guardrails.api.approvals_answer import ApprovalAnswer, WaitingPage
from guardrails.api.bodies import Code, Reference
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.openapi import operation, query, text_path
from guardrails.api.parameters import MOST_ON_A_PAGE, PAGE, read_parameters, says
from guardrails.api.problems import FieldFault, invalid
from guardrails.api.visible import agents_of, exceptions_for
from guardrails.models import ApprovalRequest, Scope
from guardrails.models.database_clock import database_now

REQUEST = text_path("approval", "The request's id.")


class InboxParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose inbox."""

    policy: Annotated[Code | None, says("The policy's code.")] = None
    agent: Annotated[Code | None, says("One of your agents; left out: all of them.")] = None
    limit: Annotated[
        Annotated[int, Meta(ge=1, le=MOST_ON_A_PAGE)],
        says("How many on a page.", f"must be a whole number from 1 to {MOST_ON_A_PAGE}"),
    ] = PAGE
    cursor: Annotated[
        Reference | None, says("Where a page begins; it comes with the page before.", "must be a page's own cursor")
    ] = None


class Approvals(Endpoint):
    """What awaits the agents of this client."""

    scopes: ClassVar = {"GET": (Scope.APPROVALS,)}

    @operation(
        "find_approvals",
        tag="Approvals",
        summary="What awaits my people?",
        parameters=query(InboxParameters),
        answers={200: ("A page of what awaits them, the most urgent first.", WaitingPage)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Give what awaits the people for whom this token acts, in their own roles and for those for whom they stand
        in; `overdue` is told as it is now. Needs the scope "approvals".
        """
        asked = read_parameters(self.http.GET, InboxParameters)
        agents = agents_of(self.caller())
        if asked.agent is not None:
            agents = agents.filter(code=asked.agent)
        after = _place(asked.cursor) if asked.cursor else None
        page = inbox(agents=agents, policy=asked.policy, after=after, limit=asked.limit, now=database_now())
        return json_response({"results": page.results, "next": page.place and self._next(page.place)})

    def _next(self, place: tuple[datetime, int]) -> str:
        kept = [(name, value) for name, value in self.http.GET.items() if name != "cursor"]
        cursor = base64.urlsafe_b64encode(f"{place[0].isoformat()} {place[1]}".encode()).decode().rstrip("=")
        return f"{self.http.path}?{urlencode([*kept, ('cursor', cursor)])}"


def _place(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        at, _, last = text.partition(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None and last.isdigit() and len(last) < 19:
            return moment, int(last)
    except (ValueError, OverflowError, binascii.Error):
        pass
    raise invalid([FieldFault(parameter="cursor", code="invalid", detail="must be the cursor of a page before")])


class OneApproval(Endpoint):
    """One request."""

    scopes: ClassVar = {"GET": (Scope.APPROVALS, Scope.EXCEPTIONS, Scope.AUDIT)}

    @operation(
        "read_approval",
        tag="Approvals",
        summary="One request, with everything that it carries",
        parameters=[REQUEST],
        answers={200: ("The request as it stands.", ApprovalAnswer)},
    )
    def get(self, request: Request, approval: str) -> HttpResponse:
        """Give the case, the facts, what is offered, what the agent says, what the customer was told, who said what,
        an earlier "no", and what the budgets have left. Needs the scope "approvals", "exceptions" or "audit".
        """
        caller = self.caller()
        rows = ApprovalRequest.objects.select_related(
            "exception__policy", "exception__version", "exception__agent", "exception__decision", "requested_by"
        )
        found = rows.filter(pk=approval).first()
        if found is None:
            raise Http404
        seen = exceptions_for(caller, user_id=self.user_id()).filter(pk=found.exception_id).exists()
        if not seen and not self._asked(approval):
            raise Http404
        return json_response(read_approval(found, now=database_now()))

    def _asked(self, approval: str) -> bool:
        """Say whether one of the token's agents may know of it."""
        if Scope.APPROVALS not in self.caller().scopes:
            return False
        return may_any_know(self.caller(), approval, now=database_now())
