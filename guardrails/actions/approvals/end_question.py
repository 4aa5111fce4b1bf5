"""End a question: its time is over without an answer, so the clock of the request runs on by itself.

Nothing depends on when it is recorded: due times were moved with the question, and what reads tells it as it is.
"""

from collections.abc import Sequence
from datetime import datetime

from guardrails.actions.acting import SYSTEM
from guardrails.actions.approvals.approval_json import asked_now, standing
from guardrails.actions.approvals.question_time import clock_stands, run_clock, stop_clock
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.models import ApprovalRequest, ApprovalSeat, ApprovalState, CareException, Event, State
from policies.engine.compile import Compiled


def end_question(request: ApprovalRequest, seats: Sequence[ApprovalSeat], rules: Compiled, now: datetime) -> bool:
    """Record that the question's time is over, if it is; say whether it was. The question itself stays to be read."""
    if request.state == ApprovalState.QUESTION and request.question_due_at is None and request.paused_at:
        # It is from before questions had a time, which is the same.
        stop_clock(request, seats, rules, request.paused_at)
    if request.state != ApprovalState.QUESTION or clock_stands(request, now):
        return False
    over = request.question_due_at

    def act(row: CareException) -> Effect:
        run_clock(request, seats, rules, now)
        return Effect(
            to=State.AWAITING_APPROVAL,
            changes={"approval": standing(row, request, seats)},
            told={"request": request.pk, "asks": asked_now(seats)},
            body={"approval": {"request": request.pk, "unanswered_since": over.isoformat() if over else None}},
        )

    happen(exception=request.exception_id, event=Event.QUESTION_OVER, actor=SYSTEM, now=now, act=act)
    return True
