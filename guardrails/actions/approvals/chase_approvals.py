"""Chase approvals: remind those who are asked, ask the next role when they do not answer, and time out at the top.

An approver's question that nobody answers ends, so that time runs on.

Nothing depends on it: what is late says so when it is read, and a late yes is still a yes until the next role is asked.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from guardrails.actions.acting import SYSTEM
from guardrails.actions.approvals.approval_json import Json, due_now, standing
from guardrails.actions.approvals.ask_next import ask_next
from guardrails.actions.approvals.end_question import end_question
from guardrails.actions.approvals.seats import (
    due_within,
    next_roles,
    rules_in_force,
    rungs,
    somebody_is_there,
    with_people,
    with_somebody_else,
)
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.actions.faults import LostRaceError, WrongStateError
from guardrails.actions.turns import take_turns
from guardrails.ledger import release
from guardrails.models import (
    ApprovalRequest,
    ApprovalSeat,
    ApprovalState,
    CareException,
    Event,
    SeatState,
    State,
)
from guardrails.queries.role_people import people_of_roles, who_spoke
from policies.engine.compile import Compiled
from policies.engine.durations import duration

MOST = 200
"""How many requests one run looks at; whoever tidies up asks again while there are more."""


def chase_approvals(now: datetime) -> int:
    """End questions, remind, escalate or time out what is due, each request by itself; give how many it were."""
    return _chase_each(_unanswered(now), now, _end_one) + _chase_each(_due(now), now, _chase_one)


def _unanswered(now: datetime) -> Iterable[str]:
    # One without a time is from before questions had any: whether it is over is seen when it is looked at.
    over = Q(question_due_at__lte=now) | Q(question_due_at__isnull=True)
    asked = ApprovalRequest.objects.filter(over, state=ApprovalState.QUESTION)
    return asked.order_by("question_due_at", "id").values_list("pk", flat=True)[:MOST]


def _due(now: datetime) -> Iterable[str]:
    due = ApprovalSeat.objects.filter(state=SeatState.OPEN, request__state=ApprovalState.OPEN).filter(
        Q(due_at__lte=now) | Q(remind_at__lte=now, reminded_at__isnull=True)
    )
    requests = due.order_by("due_at", "id").values_list("request", flat=True)[:MOST]
    return dict.fromkeys(requests)


def _chase_each(requests: Iterable[str], now: datetime, chase: Callable[[str, datetime], bool]) -> int:
    return sum(_chase(request, now, chase) for request in requests)


def _chase(request: str, now: datetime, chase: Callable[[str, datetime], bool]) -> int:
    exception = ApprovalRequest.objects.values_list("exception", flat=True).get(pk=request)
    try:
        with transaction.atomic():
            take_turns(("exception", exception))
            # What is read of the request must be as it is written: a no to another one may just have moved it up.
            list(CareException.objects.select_for_update().filter(pk=exception).values_list("pk"))
            return int(chase(request, now))
    except (WrongStateError, LostRaceError):
        # Somebody decided it at the same moment.
        return 0


def _loaded(pk: str) -> tuple[ApprovalRequest, list[ApprovalSeat], Compiled]:
    request = ApprovalRequest.objects.select_related("exception__policy", "exception__version").get(pk=pk)
    seats = list(ApprovalSeat.objects.filter(request=request).order_by("position"))
    return request, seats, rules_in_force(request.exception)


def _end_one(pk: str, now: datetime) -> bool:
    return end_question(*_loaded(pk), now)


def _chase_one(pk: str, now: datetime) -> bool:
    request, seats, rules = _loaded(pk)
    if request.state != ApprovalState.OPEN:
        return False
    late = [seat for seat in seats if seat.state == SeatState.OPEN and seat.due_at and seat.due_at <= now]
    if late:
        _ask_above(request, seats, late, rules, now)
        return True
    return _remind(request, seats, rules, now)


def _ask_above(
    request: ApprovalRequest,
    seats: Sequence[ApprovalSeat],
    late: Sequence[ApprovalSeat],
    rules: Compiled,
    now: datetime,
) -> None:
    above = _ways_up(request, seats, late, rules)

    def time_out(row: CareException) -> Effect:
        return Effect(
            to=State.TIMED_OUT,
            changes={"approval": standing(row, request, seats)},
            balances=release(exception_id=row.pk, now=now),
            told={"request": request.pk, "asks": []},
            body={"approval": {"request": request.pk, "unanswered": [list(seat.roles) for seat in late]}},
        )

    def escalate(row: CareException) -> Effect:
        moved = [_escalated(seat, roles, request, rules, now) for seat, roles in zip(late, above, strict=True)]
        asks = [role for each in moved for role in each["to"]]
        if opened := ask_next(request, seats, rules, now):
            asks += opened.roles
        request.due_at = due_now(seats) or request.due_at
        request.save(update_fields=["due_at"])
        return Effect(
            to=State.AWAITING_APPROVAL,
            changes={"approval": standing(row, request, seats)},
            told={"request": request.pk, "asks": list(dict.fromkeys(asks))},
            body={"approval": {"request": request.pk, "escalated": moved}},
        )

    event, act = (Event.ESCALATE, escalate) if above else (Event.TIME_OUT, time_out)
    happen(exception=request.exception_id, event=event, actor=SYSTEM, now=now, act=act)


def _ways_up(
    request: ApprovalRequest, seats: Sequence[ApprovalSeat], late: Sequence[ApprovalSeat], rules: Compiled
) -> list[tuple[str, ...]]:
    """Give for each who is late the roles that are asked instead; empty where above one of them nobody else is.

    No roles at all for one above whom are only those who must agree anyway: a superior's yes is theirs too.
    """
    undecided = [seat for seat in seats if seat.state in (SeatState.OPEN, SeatState.WAITING)]
    roles = rungs((role for seat in undecided for role in seat.roles), rules)
    people = people_of_roles(request.policy_id, roles=roles, but_for=who_spoke(request))
    others = [tuple(seat.roles) for seat in undecided if seat not in late]
    found: list[tuple[str, ...]] = []
    for seat in late:
        above = with_people(next_roles(seat.roles, rules), rules, people=people)
        taken = [*others, *found]
        instead = with_somebody_else(above, taken, rules, people=people)
        if not instead and not any(set(above) & set(each) for each in taken):
            return []
        found.append(instead)
    return found


def _escalated(
    seat: ApprovalSeat, roles: Sequence[str], request: ApprovalRequest, rules: Compiled, now: datetime
) -> Json:
    before = list(seat.roles)
    seat.claimed_by = seat.claimed_at = None
    if not roles:
        seat.state = SeatState.CLOSED
        seat.save()
        return {"seat": seat.position, "from": before, "to": []}
    due = due_within(duration(request.answer_within), rules, now)
    seat.escalated_from = [*seat.escalated_from, *before]
    seat.roles = list(roles)
    seat.due_at, seat.remind_at, seat.reminded_at = due.at, due.remind_at, None
    seat.save()
    return {"seat": seat.position, "from": before, "to": list(roles)}


def _remind(request: ApprovalRequest, seats: Sequence[ApprovalSeat], rules: Compiled, now: datetime) -> bool:
    """Remind those whose time is nearly over, once, and while somebody is there to read it."""
    nearly = [
        seat
        for seat in seats
        if seat.state == SeatState.OPEN and seat.reminded_at is None and seat.remind_at and seat.remind_at <= now
    ]
    if not nearly or not somebody_is_there(now, rules):
        return False

    def act(row: CareException) -> Effect:
        for seat in nearly:
            seat.reminded_at = now
            seat.save(update_fields=["reminded_at"])
        roles = list(dict.fromkeys(role for seat in nearly for role in seat.roles))
        claimed = [seat.claimed_by.code for seat in nearly if seat.claimed_by]
        return Effect(
            to=State.AWAITING_APPROVAL,
            told={"request": request.pk, "asks": roles, "claimed_by": claimed[0] if claimed else None},
            body={"approval": {"request": request.pk, "reminded": roles}},
        )

    happen(exception=request.exception_id, event=Event.REMIND, actor=SYSTEM, now=now, act=act)
    return True
