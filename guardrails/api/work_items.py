"""/api/v1/hand-overs/ and /api/v1/work-items/: hand a case over, and take it up."""

from collections.abc import Callable
from typing import ClassVar

from django.db.models import OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from rest_framework.request import Request

from guardrails.actions.once import Written
from guardrails.actions.work_items.hand_over import HandOverRequest, Said, hand_over
from guardrails.actions.work_items.take_up_work_item import (
    TakeUpRequest,
    claim_work_item,
    finish_work_item,
    release_work_item,
)
from guardrails.actions.work_items.work_item_context import work_item_context
from guardrails.actions.work_items.work_item_json import work_item_json
from guardrails.api.body_reader import read_body
from guardrails.api.case_answer import WorkItemDetail
from guardrails.api.due_pages import due_page
from guardrails.api.endpoint import Endpoint, json_response
from guardrails.api.follow_up_bodies import HandOverBody, TakeUpBody, WorkItemDoneBody
from guardrails.api.follow_up_parameters import WorkItemParameters
from guardrails.api.follow_ups_answer import WorkItemAnswer, WorkItemPage
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.openapi import EVERY_WRITE, IDEMPOTENCY_KEY, operation, query, text_path
from guardrails.api.parameters import moment_of, read_parameters
from guardrails.api.visible import work_items_seen_by
from guardrails.api.written import written_response
from guardrails.models import Scope, WorkItem, WorkItemState
from guardrails.models.database_clock import database_now
from guardrails.queries.roles_told import was_told

READERS = (Scope.EXCEPTIONS, Scope.AUDIT)
_SAME = {
    "role": "for_role",
    "claimed_by": "claimed_by__code",
    "policy": "policy__code",
    "customer": "customer",
    "case": "case",
    "state": "state",
}
_ID = text_path("work_item", "Its id.")


class HandOvers(Endpoint):
    """Hand a case over to people."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS, Scope.OFFERS)}

    @operation(
        "hand_over",
        tag="Hand-overs",
        summary="Hand a case over, with everything said so far",
        body=HandOverBody,
        parameters=[IDEMPOTENCY_KEY],
        answers={201: ("The work item of whoever takes it up.", WorkItemAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request) -> HttpResponse:
        """Make a work item of a decision for the next role up the ladder in which there are people, or for the policy's
        hand-over. It holds the facts, the answer, and what was said. An AI agent can hand over too. Needs the scope
        "offers" or "exceptions".
        """
        key, body = idempotency_key(self.http), read_body(self.http, HandOverBody)
        asked = HandOverRequest(decision=body.decision, note=body.note or "", said=_said(body), to=body.to)
        written = hand_over(caller=self.caller(), request=asked, key=key, now=database_now())
        location = reverse("api:work-item", args=[written.answer["work_item"]])
        return written_response(written, status=201, location=location)


class _Readable(Endpoint):
    def visible(self) -> QuerySet[WorkItem]:
        """Give what this client may know of."""
        return work_items_seen_by(self.caller(), user_id=self.user_id())


class WorkItems(_Readable):
    """Work items of which the client may know."""

    scopes: ClassVar = {"GET": READERS}

    @operation(
        "find_work_items",
        tag="Hand-overs",
        summary="What was handed over, and waits for somebody?",
        parameters=query(WorkItemParameters),
        answers={200: ("A page of work items, what is due first comes first.", WorkItemPage)},
    )
    def get(self, request: Request) -> HttpResponse:
        """Give work items: those for the roles of the token's agents, and those that they or their teams handed over;
        with the scope "audit", all of the policies that the token's user is not kept from. Needs the scope
        "exceptions" or "audit".
        """
        asked, now = read_parameters(self.http.GET, WorkItemParameters), database_now()
        same = {lookup: value for name, lookup in _SAME.items() if (value := getattr(asked, name)) is not None}
        rows = self.visible().filter(**same)
        if asked.escalated_to is not None:
            rows = rows.filter(was_told(asked.escalated_to, work_item=OuterRef("pk")))
        if asked.overdue is not None:
            late = ~Q(state=WorkItemState.DONE) & Q(due_at__lte=now)
            rows = rows.filter(late if asked.overdue else ~late)
        if asked.due_before:
            rows = rows.filter(due_at__lt=moment_of(asked.due_before, parameter="due_before"))
        shown = due_page(rows, cursor=asked.cursor, limit=asked.limit, request=self.http)
        return json_response({"results": [work_item_json(row, now) for row in shown.rows], "next": shown.next})


class OneWorkItem(_Readable):
    """One work item."""

    scopes: ClassVar = {"GET": READERS}

    @operation(
        "read_work_item",
        tag="Hand-overs",
        summary="One work item, with the whole case",
        parameters=[_ID],
        answers={200: ("The work item, what was said, the facts and the answer.", WorkItemDetail)},
    )
    def get(self, request: Request, work_item: str) -> HttpResponse:
        """Give the work item with what was said, the facts, what could be offered and what was given in the case. Needs
        the scope "exceptions" or "audit".
        """
        row = self.visible().filter(pk=work_item).first()
        if row is None:
            raise Http404
        return json_response(work_item_context(row, database_now()))


class _TakeUp(Endpoint):
    """What is shared by claiming and putting back."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    def take_up(self, work_item: str, act: Callable[..., Written]) -> HttpResponse:
        """Do it for the agent whom the body names."""
        key, body = idempotency_key(self.http), read_body(self.http, TakeUpBody)
        asked = TakeUpRequest(work_item=work_item, agent=body.agent)
        return written_response(act(caller=self.caller(), request=asked, key=key, now=database_now()))


class ClaimWorkItem(_TakeUp):
    """Take a work item up."""

    @operation(
        "claim_work_item",
        tag="Hand-overs",
        summary="Claim a work item",
        body=TakeUpBody,
        parameters=[_ID, IDEMPOTENCY_KEY],
        answers={200: ("It is theirs.", WorkItemAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, work_item: str) -> HttpResponse:
        """Take it up, if nobody else has: a person of the role that it is for. Needs the scope "exceptions"."""
        return self.take_up(work_item, claim_work_item)


class ReleaseWorkItem(_TakeUp):
    """Put a work item back."""

    @operation(
        "release_work_item",
        tag="Hand-overs",
        summary="Put a work item back",
        body=TakeUpBody,
        parameters=[_ID, IDEMPOTENCY_KEY],
        answers={200: ("Others can claim it.", WorkItemAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, work_item: str) -> HttpResponse:
        """Put it back for the others of the role: whoever has it, or a colleague where they are away. Needs the scope
        "exceptions".
        """
        return self.take_up(work_item, release_work_item)


class FinishWorkItem(Endpoint):
    """Say how a work item ended."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS,)}

    @operation(
        "finish_work_item",
        tag="Hand-overs",
        summary="Say how a work item ended",
        body=WorkItemDoneBody,
        parameters=[_ID, IDEMPOTENCY_KEY],
        answers={200: ("It is done.", WorkItemAnswer)},
        refusals=EVERY_WRITE,
    )
    def post(self, request: Request, work_item: str) -> HttpResponse:
        """Close it; only whoever has claimed it can. Needs the scope "exceptions"."""
        key, body = idempotency_key(self.http), read_body(self.http, WorkItemDoneBody)
        asked = TakeUpRequest(work_item=work_item, agent=body.agent, outcome=body.outcome)
        return written_response(finish_work_item(caller=self.caller(), request=asked, key=key, now=database_now()))


def _said(body: HandOverBody) -> tuple[Said, ...]:
    """Give what was said as a list; one text is what the agent or bot tells of it."""
    if body.said is None:
        return ()
    if isinstance(body.said, str):
        return (Said(by="agent", text=body.said),)
    return tuple(Said(by=each.by, text=each.text) for each in body.said)
