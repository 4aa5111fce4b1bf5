"""/api/v1/approvals/: what awaits whom, and what they say to it."""

from datetime import datetime
from typing import Annotated, ClassVar

from django.http import Http404, HttpResponse
from msgspec import Struct
from rest_framework.request import Request

from guardrails.actions.approvals.may_know_approval import may_any_know
from guardrails.actions.approvals.read_approvals import inbox, read_approval
from guardrails.api.approvals_answer import ApprovalAnswer, WaitingPage
from guardrails.api.bodies import Code
from guardrails.api.cursor import cursor_of, no_cursor, page_from, place_of
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.field_words import says
from guardrails.api.openapi import operation, query, text_path
from guardrails.api.parameters import PAGE, Cursor, Limit, read_parameters
from guardrails.api.visible import agents_of, exceptions_for
from guardrails.models import ApprovalRequest, Scope
from guardrails.models.database_clock import database_now

REQUEST = text_path("approval", "The request's id.")
LONGEST_NUMBER = 18
"""How many digits a seat's number can have in the database."""


class InboxParameters(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose inbox."""

    policy: Annotated[Code | None, says("The policy's code.")] = None
    agent: Annotated[Code | None, says("One of your agents; left out: all of them.")] = None
    limit: Limit = PAGE
    cursor: Cursor = None


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
        after = _seat_place(asked.cursor) if asked.cursor else None
        page = inbox(agents=agents, policy=asked.policy, after=after, limit=asked.limit, now=database_now())
        following = page.place and page_from(self.http, cursor_of(page.place[0], str(page.place[1])))
        return json_response({"results": page.results, "next": following})


def _seat_place(cursor: str) -> tuple[datetime, int]:
    """Give the due time and the number of the seat that a cursor names. Raises ProblemError."""
    at, seat = place_of(cursor)
    if not seat.isdigit() or len(seat) > LONGEST_NUMBER:
        raise no_cursor()
    return at, int(seat)


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
