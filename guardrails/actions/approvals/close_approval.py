"""Close an approval: when an exception stops awaiting it, its request is over too, whatever the reason."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from guardrails.models import UNDECIDED, ApprovalRequest, ApprovalSeat, ApprovalState, CareException, SeatState, State

_ENDS = {
    State.APPROVED: ApprovalState.APPROVED,
    State.GRANTED: ApprovalState.APPROVED,
    State.DECLINED: ApprovalState.DECLINED,
    State.COUNTERED: ApprovalState.COUNTERED,
    State.TIMED_OUT: ApprovalState.TIMED_OUT,
    State.VOIDED: ApprovalState.VOIDED,
}
"""What the exception's next state makes of the request."""


def close_approval(
    row: CareException, to: State, approval: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any] | None:
    """Close the exception's undecided request, if there is one; give what the exception says of it from now on."""
    state = _ENDS[to]
    close_request(ApprovalRequest.objects.filter(exception=row.pk, state__in=UNDECIDED).first(), state, now)
    told = row.approval if approval is None else approval
    return None if told is None else {**told, **over(state)}


def over(state: ApprovalState) -> dict[str, Any]:
    """Give what an exception says of an approval that nobody is asked about any more."""
    return {"state": state.value, "asks": [], "asked_later": [], "question": None, "question_until": None}


def close_request(request: ApprovalRequest | None, state: ApprovalState, now: datetime) -> None:
    """Write that nobody is asked any more."""
    if request is None:
        return
    ApprovalRequest.objects.filter(pk=request.pk).update(
        state=state, closed_at=now, paused_at=None, question_due_at=None
    )
    ApprovalSeat.objects.filter(request=request, state__in=(SeatState.OPEN, SeatState.WAITING)).update(
        state=SeatState.CLOSED
    )
