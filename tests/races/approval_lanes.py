"""Lanes of approvals: what one process of a race does."""

from datetime import datetime
from uuid import uuid4

from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.vote_on_approval import Say, vote_on_approval
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.amend_exception import AmendRequest, amend_exception
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.actions.faults import ActionError
from tests.guardrails.builders import NOON


def vote(caller: Caller, say: str, request: str, agent: str, now: datetime) -> str:
    """Say something to a request; give the exception's state, or the refusal's code."""
    said = VoteRequest(approval=request, agent=agent, text="Because." if say in ("decline", "ask") else "")
    try:
        answer = vote_on_approval(caller=caller, say=Say(say), request=said, key=uuid4().hex, now=now).answer
    except ActionError as refusal:
        return refusal.code
    return str(answer["state"])


def void(caller: Caller, exception: str, now: datetime) -> str:
    """Void an exception."""
    try:
        answer = void_for_agent(
            caller=caller, exception=exception, agent="ana", reason="Gone.", key=uuid4().hex, now=now
        ).answer
    except ActionError as refusal:
        return refusal.code
    return str(answer["state"])


def change(caller: Caller, exception: str, amount: str, now: datetime) -> str:
    """Raise the amount."""
    wanted = AmendRequest(exception=exception, amount=amount)
    try:
        answer = amend_exception(caller=caller, request=wanted, key=uuid4().hex, now=now).answer
    except ActionError as refusal:
        return refusal.code
    return str(answer["state"])


def either(what: str, caller: Caller, subject: str) -> str:
    """Let Sam approve a request, or Sue decline it, or void an exception, or raise its amount."""
    now = NOON
    if what == "vote":
        return vote(caller, "approve", subject, "sam", now)
    if what == "decline":
        return vote(caller, "decline", subject, "sue", now)
    return void(caller, subject, now) if what == "void" else change(caller, subject, "30.00", now)


def late(what: str, caller: Caller, request: str, now: datetime) -> str:
    """Look after requests, or answer the question about this one."""
    if what == "chase":
        return f"chased {chase_approvals(now)}"
    said = VoteRequest(approval=request, agent="ana", text="The blue one.")
    try:
        vote_on_approval(caller=caller, say=Say.ANSWER, request=said, key=uuid4().hex, now=now)
    except ActionError as refusal:
        return refusal.code
    return "answered"
