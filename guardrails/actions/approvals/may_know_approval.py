"""May know an approval: whether one of those for whom a client acts may read a request."""

from datetime import datetime

from guardrails.actions.acting import SYSTEM
from guardrails.actions.approvals.approval_faults import UnknownApprovalError
from guardrails.actions.approvals.voting import VoteRequest, Voting
from guardrails.actions.caller import Caller
from guardrails.queries.client_agents import agents_of_client


def may_any_know(caller: Caller, approval: str, *, now: datetime) -> bool:
    """Say whether any agent of the client asked for it, is near those who did, or is asked themselves."""
    for agent in agents_of_client(caller.client).select_related("team", "user"):
        try:
            Voting(said=VoteRequest(approval=approval), agent=agent, actor=SYSTEM, now=now).known()
        except UnknownApprovalError:
            continue
        return True
    return False
