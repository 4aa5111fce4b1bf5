"""/api/v1/follow-ups/: what is still owed to customers; hand it on, or say how it turned out."""

from typing import ClassVar

import msgspec
from django.db.models import OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from rest_framework.request import Request

from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.follow_up_context import follow_up_context
from guardrails.actions.follow_ups.follow_up_json import follow_up_json
from guardrails.actions.follow_ups.hand_on_follow_up import HandOnRequest, hand_on_follow_up
from guardrails.api.body_reader import read_body
from guardrails.api.case_answer import FollowUpDetail
from guardrails.api.due_pages import due_page
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.follow_up_bodies import FollowUpDoneBody, HandOnBody
from guardrails.api.follow_up_parameters import FollowUpParameters
from guardrails.api.follow_ups_answer import FollowUpAnswer, FollowUpDone, FollowUpPage
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.openapi import EVERY_WRITE, IDEMPOTENCY_KEY, operation, query, text_path
from guardrails.api.parameters import moment_of, read_parameters
from guardrails.api.told import told_of
from guardrails.api.visible import follow_ups_for
from guardrails.api.written import written_response
from guardrails.models import FollowUp, FollowUpState, Scope
from guardrails.models.database_clock import database_now
from guardrails.queries.roles_told import was_told

READERS = (Scope.EXCEPTIONS, Scope.AUDIT)
_SAME = {
    "agent": "owner__code",
    "role": "role",
    "policy": "policy__code",
    "customer": "customer",
    "case": "case",
    "exception": "exception",
    "state": "state",
}
_ID = text_path("follow_up", "Its id.")


class _Readable(Endpoint):
    def visible(self) -> QuerySet[FollowUp]:
        """Give what this client may know of."""
        return follow_ups_for(self.caller(), user_id=self.user_id())


class FollowUps(_Readable):
    """Follow-ups of which the client may know."""

    scopes: ClassVar = {"GET": READERS}

    @operation(
        "find_follow_ups",
        tag="Follow-ups",
        summary="What is still owed to whom?",
        parameters=query(FollowUpParameters),
        answers={200: ("A page of follow-ups, what is due first comes first.", FollowUpPage)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Give follow-ups: those that the token's agents own, those of their teams and of their roles, and what was
        escalated to them; with the scope "audit", all of the policies that the token's user is not kept from. Needs
        the scope "exceptions" or "audit".
        """
        asked, now = read_parameters(self.http.GET, FollowUpParameters), database_now()
        same = {lookup: value for name, lookup in _SAME.items() if (value := getattr(asked, name)) is not None}
        rows = self.visible().filter(**same)
        if asked.escalated_to is not None:
            rows = rows.filter(was_told(asked.escalated_to, follow_up=OuterRef("pk")))
        if asked.overdue is not None:
            late = Q(state=FollowUpState.OPEN, due_at__lte=now)
            rows = rows.filter(late if asked.overdue else ~late)
        if asked.due_before:
            rows = rows.filter(due_at__lt=moment_of(asked.due_before, parameter="due_before"))
        shown = due_page(rows, cursor=asked.cursor, limit=asked.limit, request=self.http)
        return json_response({"results": [follow_up_json(row, now) for row in shown.rows], "next": shown.next})


class OneFollowUp(_Readable):
    """One follow-up."""

    scopes: ClassVar = {"GET": READERS}

    @operation(
        "read_follow_up",
        tag="Follow-ups",
        summary="One follow-up, with all that there is to know",
        parameters=[_ID],
        answers={200: ("The follow-up, its exception and the case.", FollowUpDetail)},
    )
    def get(self, request: Request, follow_up: str) -> HttpResponse:
        """Give the follow-up with the exception after which it is owed, what the customer was told, what else was given
        in the case, and what is known of how it turned out. Needs the scope "exceptions" or "audit".
        """
        row = self.visible().filter(pk=follow_up).first()
        if row is None:
            raise Http404
        return json_response(follow_up_context(row, database_now()))


class HandOn(Endpoint):
    """Give a follow-up to somebody else."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "hand_on_follow_up",
        tag="Follow-ups",
        summary="Hand a follow-up on",
        body=HandOnBody,
        parameters=[_ID, IDEMPOTENCY_KEY],
        answers={200: ("The follow-up with its new owner.", FollowUpAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, follow_up: str) -> HttpResponse:
        """Give it to another agent, or to everybody in a role. When it is due stays, and so does every note. Needs the
        scope "exceptions".
        """
        key, body = idempotency_key(self.http), read_body(self.http, HandOnBody)
        asked = HandOnRequest(follow_up=follow_up, **msgspec.structs.asdict(body))
        return written_response(hand_on_follow_up(caller=self.caller(), request=asked, key=key, now=database_now()))


class FinishFollowUp(Endpoint):
    """Say that a follow-up was done."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "finish_follow_up",
        tag="Follow-ups",
        summary="Say how a follow-up turned out",
        body=FollowUpDoneBody,
        parameters=[_ID, IDEMPOTENCY_KEY],
        answers={200: ("The follow-up, done, and its outcome.", FollowUpDone)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, follow_up: str) -> HttpResponse:
        """Close it, and keep how it turned out for the exception, the case and the policy. Needs the scope
        "exceptions".
        """
        key, body = idempotency_key(self.http), read_body(self.http, FollowUpDoneBody)
        asked = FinishRequest(follow_up=follow_up, told=told_of(body), agent=body.agent)
        return written_response(finish_follow_up(caller=self.caller(), request=asked, key=key, now=database_now()))
