"""Vote on an approval: approve, approve less, decline, ask, answer, take it up and put it back; each once."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from guardrails.actions.acting import SYSTEM, Actor
from guardrails.actions.approvals.approval_faults import MayNotVoteError, UnknownApprovalError
from guardrails.actions.approvals.approve import approve
from guardrails.actions.approvals.claim_approval import claim, unclaim
from guardrails.actions.approvals.counter_proposal import counter
from guardrails.actions.approvals.decline_approval import decline
from guardrails.actions.approvals.question_back import answer, ask
from guardrails.actions.approvals.voting import VoteRequest, Voting
from guardrails.actions.caller import Caller
from guardrails.actions.cases.chain_turns import in_turn_of_linked
from guardrails.actions.exceptions.expire_holds import make_room
from guardrails.actions.faults import UnknownAgentError
from guardrails.actions.once import Written, once
from guardrails.audit import Origin
from guardrails.models import Agent, ApprovalRequest, FreezeTarget, Scope
from guardrails.queries.agent_context import AgentContext, agent_context

Json = dict[str, Any]


class Say(StrEnum):
    """What can be said to a request."""

    APPROVE = "approve"
    DECLINE = "decline"
    ASK = "ask"
    ANSWER = "answer"
    COUNTER = "counter"
    CLAIM = "claim"
    RELEASE = "release"


_SAY: dict[Say, Callable[[Voting], Json]] = {
    Say.APPROVE: approve,
    Say.DECLINE: decline,
    Say.ASK: ask,
    Say.ANSWER: answer,
    Say.CLAIM: claim,
    Say.RELEASE: unclaim,
    Say.COUNTER: counter,
}


def vote_on_approval(*, caller: Caller, say: Say, request: VoteRequest, key: str, now: datetime) -> Written:
    """Say something to a request, in the name of one of the client's agents.

    Raises MissingScopeError, MissingKeyError, KeyConflictError, UnknownApprovalError for strangers, MayNotVoteError,
    ClaimedError, NotClaimedError, NoQuestionError, ReasonMissingError, ApprovalClosedError, WrongStateError,
    OutOfRangeError, NotOfferedError.
    """
    if not (say is Say.ANSWER and Scope.EXCEPTIONS in caller.scopes):
        caller.require(Scope.APPROVALS)

    def speaker() -> Agent:
        policy = ApprovalRequest.objects.filter(pk=request.approval).values_list("policy__code", flat=True).first()
        found = agent_context(client=caller.client, agent=request.agent, policy=policy or "", now=now)
        if found is None and request.agent is None:
            raise UnknownAgentError(None)
        if policy is None or found is None:
            raise UnknownApprovalError(request.approval)
        agent = Agent.objects.select_related("team", "user").get(pk=found.agent_id)
        if say is not Say.ANSWER:
            _require_client_not_stopped(found, Voting(said=request, agent=agent, actor=SYSTEM, now=now))
        return agent

    return _vote(
        caller=caller, actor=f"client:{caller.client}", speaker=speaker, say=say, request=request, key=key, now=now
    )


def vote_as_user(*, user_id: int, username: str, say: Say, request: VoteRequest, key: str, now: datetime) -> Written:
    """Say something to a request, as the agent whose login this is; see vote_on_approval."""
    caller = Caller(client=f"user:{user_id}")

    def speaker() -> Agent:
        agent = Agent.objects.select_related("team", "user").filter(user=user_id, active=True).first()
        if agent is None:
            raise UnknownApprovalError(request.approval)
        return agent

    return _vote(caller=caller, actor=f"user:{username}", speaker=speaker, say=say, request=request, key=key, now=now)


def _require_client_not_stopped(context: AgentContext, voting: Voting) -> None:
    """Refuse whoever speaks through a client that a manager has stopped, because its token was stolen perhaps.

    A stranger is told no more than ever.
    """
    for stop in context.stops:
        if stop.kind is FreezeTarget.CLIENT:
            voting.known()
            raise MayNotVoteError("stopped", f"The client {stop.name} is stopped: {stop.reason}")


def _vote(
    *,
    caller: Caller,
    actor: str,
    speaker: Callable[[], Agent],
    say: Say,
    request: VoteRequest,
    key: str,
    now: datetime,
) -> Written:
    about = _about(request.approval)

    def write(origin: Origin, attempt: int) -> Json:
        if about:
            # Before any row is locked, as whoever grants or declines in the chain does.
            in_turn_of_linked(policy_id=about.policy_id, case=about.case)
        agent = speaker()
        named = Actor(actor=actor, on_behalf_of=f"agent:{agent.code}", origin=origin)
        return _SAY[say](Voting(said=request, agent=agent, actor=named, now=now))

    said = {**asdict(request), "say": say.value}
    if not request.to_customer:
        # What was said before there was such a thing is still the same request.
        del said["to_customer"]
    return once(
        caller=caller,
        key=key,
        request=said,
        turns=about.turns if about else [],
        write=write,
        make_room=partial(make_room, now=now),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """What a request is about, which never changes."""

    exception: str
    policy_id: int
    policy: str
    customer: str
    case: str

    @property
    def turns(self) -> list[tuple[object, ...]]:
        """Give whose turn a vote waits for: that of the exception, its customer and its case."""
        named = [("customer", self.policy, self.customer)] if self.customer else []
        return [("exception", self.exception), *named, *([("case", self.policy, self.case)] if self.case else [])]


def _about(approval: str) -> _About | None:
    columns = ("exception", "policy", "policy__code", "customer", "case")
    row = ApprovalRequest.objects.filter(pk=approval).values_list(*columns).first()
    if row is None:
        return None
    exception, policy_id, policy, customer, case = row
    return _About(exception=exception, policy_id=policy_id, policy=policy, customer=customer, case=case)
