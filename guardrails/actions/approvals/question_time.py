"""Question time: how long a question stops the clock of a request, and what is left to everybody afterwards.

With the question everybody's due time moves to where it is without an answer, so that nobody has to notice that the
question's own time is over: what was left then begins. An answer before that only moves it back.
"""

from collections.abc import Sequence
from datetime import datetime

from guardrails.actions.approvals.approval_json import due_now
from guardrails.actions.approvals.seats import due_within, time_left
from guardrails.models import ApprovalRequest, ApprovalSeat, ApprovalState, SeatState
from policies.engine.compile import Compiled
from policies.engine.durations import duration


def clock_stands(request: ApprovalRequest, now: datetime) -> bool:
    """Say whether a question is open, and its time not over."""
    until = request.question_due_at
    return request.state == ApprovalState.QUESTION and (until is None or now < until)


def state_at(request: ApprovalRequest, now: datetime) -> ApprovalState:
    """Give the state as it is now: a question whose time is over stops nothing, whoever has noticed."""
    if request.state == ApprovalState.QUESTION and not clock_stands(request, now):
        return ApprovalState.OPEN
    return ApprovalState(request.state)


def runs_from(request: ApprovalRequest, now: datetime) -> datetime:
    """Give the moment from which time runs, as due times count it: now, or when the question's time is over."""
    if not clock_stands(request, now):
        return now
    # A question from before questions had a time moved nothing.
    return request.question_due_at or request.paused_at or now


def stop_clock(request: ApprovalRequest, seats: Sequence[ApprovalSeat], rules: Compiled, now: datetime) -> None:
    """Let nobody's time run until the question's is over: as long as each of those who are asked has, from now on."""
    since = runs_from(request, now)
    until = due_within(duration(request.answer_within), rules, now).at
    request.paused_at = request.paused_at or now
    request.state, request.question_due_at = ApprovalState.QUESTION, until
    _move(request, seats, rules, since=since, to=until)


def run_clock(request: ApprovalRequest, seats: Sequence[ApprovalSeat], rules: Compiled, now: datetime) -> None:
    """Let time run on from now, or from when it does already."""
    since = runs_from(request, now)
    request.state, request.paused_at, request.question_due_at = ApprovalState.OPEN, None, None
    _move(request, seats, rules, since=since, to=now)


def _move(
    request: ApprovalRequest, seats: Sequence[ApprovalSeat], rules: Compiled, *, since: datetime, to: datetime
) -> None:
    """Give everybody who is asked from `to` on the business time that they had left at `since`."""
    for seat in seats:
        if since == to or seat.state != SeatState.OPEN or seat.due_at is None:
            continue
        due = due_within(time_left(since, seat.due_at, rules), rules, to)
        seat.due_at, seat.remind_at = due.at, None if seat.reminded_at else due.remind_at
        seat.save(update_fields=["due_at", "remind_at"])
    request.due_at = due_now(seats) or request.due_at
    request.save(update_fields=["state", "paused_at", "question_due_at", "due_at"])
