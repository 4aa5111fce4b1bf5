"""Say as user: what somebody with a login may say to a request now, so that a page offers nothing in vain."""

from datetime import datetime

from guardrails.actions.acting import SYSTEM
from guardrails.actions.approvals.approval_faults import ClaimedError, MayNotVoteError, UnknownApprovalError
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.approvals.voting import VoteRequest, Voting
from guardrails.actions.approvals.who_may_vote import Sitting, sits_later, voter_of
from guardrails.models import UNDECIDED, Agent


def may_say(*, user_id: int, approval: str, now: datetime) -> frozenset[Say]:
    """Give what the agent with this login may say; empty for whoever has none, or is not asked.

    A rule that forbids their role what is asked for is noticed when they say it.
    """
    found = heard_as_user(user_id=user_id, approval=approval, now=now)
    if found is None:
        return frozenset()
    agent, sitting = found
    try:
        voter = voter_of(agent, sitting, again=None, takes_seat=False)
    except (MayNotVoteError, ClaimedError):
        return frozenset()
    speaks = frozenset({Say.COUNTER, Say.DECLINE, Say.ASK})
    if sits_later(voter.role, sitting.seats):
        return speaks
    mine = voter.seat.claimed_by_id == agent.pk
    return speaks | {Say.APPROVE, Say.RELEASE if mine else Say.CLAIM}


def why_silent(*, user_id: int, approval: str, now: datetime) -> str:
    """Say why somebody who may answer other requests may not answer this one; empty where there is nothing to say."""
    found = heard_as_user(user_id=user_id, approval=approval, now=now)
    if found is None:
        return ""
    agent, sitting = found
    try:
        voter_of(agent, sitting, again=None)
    except (MayNotVoteError, ClaimedError) as error:
        return error.detail
    return ""


def heard_as_user(*, user_id: int, approval: str, now: datetime) -> tuple[Agent, Sitting] | None:
    """Give the agent with this login, and the request while it is undecided; None where they may not know of it."""
    agent = Agent.objects.select_related("team", "user").filter(user=user_id, active=True).first()
    if agent is None:
        return None
    try:
        sitting = Voting(said=VoteRequest(approval=approval), agent=agent, actor=SYSTEM, now=now).known()
    except UnknownApprovalError:
        return None
    return (agent, sitting) if sitting.request.state in UNDECIDED else None
