"""/api/v1/approvals/…/approve/ and the like: what people say to a request."""

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec
from django.http import HttpResponse
from msgspec import Struct
from rest_framework.request import Request

from guardrails.actions.approvals.vote_on_approval import Say, vote_on_approval
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.api.approval_bodies import ApproveBody, ClaimBody, CounterBody, SayBody
from guardrails.api.approvals import REQUEST
from guardrails.api.approvals_answer import VotedAnswer
from guardrails.api.body_reader import read_body
from guardrails.api.endpoint import Endpoint
from guardrails.api.idempotency_key import idempotency_key
from guardrails.api.openapi import EVERY_WRITE, IDEMPOTENCY_KEY, View, operation
from guardrails.api.written import written_response
from guardrails.models import Scope
from guardrails.models.database_clock import database_now


class _Vote(Endpoint):
    """What is said to a request."""

    scopes: ClassVar = {"POST": (Scope.APPROVALS,)}

    def said(self, approval: str, say: Say, shape: type[Struct]) -> HttpResponse:
        """Say it, once; `shape` is that of the body."""
        key = idempotency_key(self.http)
        body: Any = read_body(self.http, shape)
        told = VoteRequest(
            approval=approval,
            agent=body.agent,
            amount=msgspec.to_builtins(getattr(body, "amount", None)),
            quantity=getattr(body, "quantity", None),
            remedy=getattr(body, "remedy", None),
            terms=getattr(body, "terms", {}),
            text=getattr(body, "text", None) or "",
            to_customer=getattr(body, "say", None) or "",
        )
        written = vote_on_approval(caller=self.caller(), say=say, request=told, key=key, now=database_now())
        return written_response(written)


def _operation(operation_id: str, summary: str, body: type[Struct]) -> Callable[[View], View]:
    """Describe what is said; all of it is asked for and answered alike."""
    return operation(
        operation_id,
        tag="Approvals",
        summary=summary,
        body=body,
        parameters=[REQUEST, IDEMPOTENCY_KEY],
        answers={200: ("The exception as it then stands.", VotedAnswer)},
        refusals=EVERY_WRITE,
    )


class Approve(_Vote):
    """Say yes, to all of it or to less."""

    @_operation("approve_request", "Say yes, to all of it or to less", ApproveBody)
    def post(self, request: Request, approval: str) -> HttpResponse:
        """Say yes for one of those who must agree. With the last yes it is decided again at this moment, its budgets
        are set aside, and it is kept for the agent, or granted at once where that was asked for. Needs the scope
        "approvals".
        """
        return self.said(approval, Say.APPROVE, ApproveBody)


class Decline(_Vote):
    """Say no."""

    @_operation("decline_request", "Say no", SayBody)
    def post(self, request: Request, approval: str) -> HttpResponse:
        """Say no, with the reason that the agent is told. It stands: asked again for the same case it goes one level
        up. Needs the scope "approvals".
        """
        return self.said(approval, Say.DECLINE, SayBody)


class Counter(_Vote):
    """Propose something else instead."""

    @_operation("counter_request", "Propose something else instead", CounterBody)
    def post(self, request: Request, approval: str) -> HttpResponse:
        """Propose another remedy or amount of what is offered now and within your reach. It is approved with that:
        the agent takes it, or does not. Needs the scope "approvals".
        """
        return self.said(approval, Say.COUNTER, CounterBody)


class Ask(_Vote):
    """Ask a question back."""

    @_operation("ask_about_request", "Ask a question back", SayBody)
    def post(self, request: Request, approval: str) -> HttpResponse:
        """Ask whoever wants the approval. Until they answer no time runs, at most for as long as approvers have to
        answer; then it runs on by itself. Each person stops it once. Needs the scope "approvals"."""
        return self.said(approval, Say.ASK, SayBody)


class Answer(_Vote):
    """Answer an approver's question."""

    scopes: ClassVar = {"POST": (Scope.EXCEPTIONS, Scope.APPROVALS)}

    @_operation("answer_about_request", "Answer an approver's question", SayBody)
    def post(self, request: Request, approval: str) -> HttpResponse:
        """Answer it, by whoever asked for the approval or somebody of their team; the time that was left then runs on.
        Needs the scope "exceptions" or "approvals".
        """
        return self.said(approval, Say.ANSWER, SayBody)


class Claim(_Vote):
    """Take a request up."""

    @_operation("claim_request", "Take a request up", ClaimBody)
    def post(self, request: Request, approval: str) -> HttpResponse:
        """Take it up, so that nobody else does the same; whoever is above may still decide. Needs the scope
        "approvals".
        """
        return self.said(approval, Say.CLAIM, ClaimBody)


class Release(_Vote):
    """Put a request back."""

    @_operation("release_request", "Put a request back", ClaimBody)
    def post(self, request: Request, approval: str) -> HttpResponse:
        """Put back what one of your agents has taken up. Needs the scope "approvals"."""
        return self.said(approval, Say.RELEASE, ClaimBody)
