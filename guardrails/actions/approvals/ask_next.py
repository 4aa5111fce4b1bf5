"""Ask next: of those who are asked one after the other, the next is asked once nobody before them is."""

from collections.abc import Sequence
from datetime import datetime

from guardrails.actions.approvals.approval_json import due_now
from guardrails.actions.approvals.question_time import runs_from
from guardrails.actions.approvals.seats import due_within
from guardrails.models import ApprovalRequest, ApprovalSeat, SeatState
from policies.engine.compile import Compiled
from policies.engine.durations import duration


def ask_next(
    request: ApprovalRequest, seats: Sequence[ApprovalSeat], rules: Compiled, now: datetime
) -> ApprovalSeat | None:
    """Open the seat of whoever is next, with a time of their own; None where it is nobody's turn."""
    waiting = [seat for seat in seats if seat.state == SeatState.WAITING]
    # A seat of several roles is asked at once, beside those who follow one another.
    before = [seat for seat in seats if seat.state == SeatState.OPEN and len(seat.roles) == 1]
    if not waiting or any(seat.position < waiting[0].position for seat in before):
        return None
    seat = waiting[0]
    due = due_within(duration(request.answer_within), rules, runs_from(request, now))
    seat.state, seat.due_at, seat.remind_at = SeatState.OPEN, due.at, due.remind_at
    seat.save()
    request.due_at = due_now(seats) or request.due_at
    request.save(update_fields=["due_at"])
    return seat
