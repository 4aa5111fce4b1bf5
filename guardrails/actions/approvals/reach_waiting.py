"""Reach waiting: a no reaches what waits already for the same remedy and the same matter; it goes up, not sideways."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from guardrails.actions.acting import Actor, roles_above
from guardrails.actions.approvals.approval_json import Json, due_now, no_json, outcome_json, standing
from guardrails.actions.approvals.question_time import runs_from
from guardrails.actions.approvals.seats import SeatPlan, due_within, one_level_up, passed_over, rules_in_force, rungs
from guardrails.actions.approvals.voting import Heard
from guardrails.actions.exceptions.happen import Effect, happen
from guardrails.ledger import line_up, release
from guardrails.models import YES, ApprovalRequest, ApprovalSeat, CareException, Event, SeatState, State, Vote
from guardrails.queries.earlier_no import EarlierNo, no_of, noes_in
from guardrails.queries.role_people import people_of_roles, who_spoke
from guardrails.queries.waiting_alike import waiting_alike, waiting_in
from policies.engine.compile import Compiled
from policies.engine.durations import duration


@dataclass(frozen=True, kw_only=True)
class _Reached:
    """A request that waits, and the no to another one that reaches it."""

    request: ApprovalRequest
    seats: list[ApprovalSeat]
    vote: Vote
    actor: Actor
    now: datetime

    @property
    def no(self) -> EarlierNo:
        return no_of(self.vote)

    @property
    def rules(self) -> Compiled:
        return rules_in_force(self.request.exception)

    @property
    def undecided(self) -> list[ApprovalSeat]:
        return [seat for seat in self.seats if seat.state in (SeatState.OPEN, SeatState.WAITING)]


def lock_alike(declined: ApprovalRequest) -> None:
    """Lock the exceptions that a no reaches, and then their budgets, before it gives any of these back.

    Whoever else writes to one of them locks it first and then its budgets; the other way round the two would wait
    for each other in a circle.
    """
    _lock([declined, *_alike(declined)])


def _lock(requests: Iterable[ApprovalRequest]) -> None:
    rows = {request.exception_id for request in requests}
    list(CareException.objects.select_for_update().filter(pk__in=rows).order_by("pk").values_list("pk"))
    line_up(exceptions=rows)


def _alike(declined: ApprovalRequest) -> list[ApprovalRequest]:
    return waiting_alike(
        policy_id=declined.policy_id, remedy=declined.remedy, case=declined.case, customer=declined.customer
    )


def reach_waiting(heard: Heard, vote: Vote) -> None:
    """Let those above decide what waits for the same; where nobody is above, it is declined with the other.

    They are read anew, now that their rows are locked (lock_alike).
    """
    declined, voting = heard.sitting.request, heard.voting
    for request in _alike(declined):
        if request.pk != declined.pk:
            _reach(request, vote, actor=voting.actor, now=voting.now)


def reach_linked(*, policy_id: int, cases: Collection[str], actor: Actor, now: datetime) -> None:
    """Let a no that was said in one of these cases, which are linked now, reach what waits in the others.

    It is the latest of each remedy, as it is for whoever asks from now on.
    """
    waiting = waiting_in(policy_id=policy_id, cases=cases)
    noes = noes_in(policy_id=policy_id, cases=cases) if waiting else {}
    if not any(request.remedy in noes for request in waiting):
        return
    _lock(waiting)
    for request in waiting_in(policy_id=policy_id, cases=cases):
        vote = noes.get(request.remedy)
        if vote is not None and request.earlier_no_id != vote.request_id:
            _reach(request, vote, actor=actor, now=now)


def _reach(request: ApprovalRequest, vote: Vote, *, actor: Actor, now: datetime) -> None:
    seats = list(ApprovalSeat.objects.filter(request=request).order_by("position"))
    reached = _Reached(request=request, seats=seats, vote=vote, actor=actor, now=now)
    plans = _plans(reached)
    event = Event.ESCALATE if plans else Event.DECLINE

    def act(row: CareException) -> Effect:
        return _raised(reached, plans, row) if plans else _declined(reached, row)

    # The other event is the answer to the client's key.
    happen(exception=request.exception_id, event=event, actor=actor.without_key(), now=now, act=act)


def _plans(reached: _Reached) -> list[SeatPlan]:
    """Give who must still agree; empty where nobody is above who said no."""
    waits = [SeatPlan(tuple(seat.roles), waits=seat.state == SeatState.WAITING) for seat in reached.undecided]
    agreed = Vote.objects.filter(request=reached.request, verdict__in=YES).values_list("role", flat=True)
    if set(agreed) & set(roles_above(reached.rules, reached.no.role)):
        return waits
    roles = rungs([reached.no.role, *(role for seat in waits for role in seat.roles)], reached.rules)
    people = people_of_roles(reached.request.policy_id, roles=roles, but_for=who_spoke(reached.request))
    plans = one_level_up(waits, reached.no.role, reached.rules, people=people)
    return passed_over(plans, reached.rules, people=people)


def _raised(reached: _Reached, plans: Sequence[SeatPlan], row: CareException) -> Effect:
    request = reached.request
    moved = _seat_anew(reached, plans)
    request.earlier_no_id = reached.no.request
    request.due_at = due_now(reached.seats) or request.due_at
    request.save(update_fields=["earlier_no", "due_at"])
    asks = [role for each in moved for role in each["to"]]
    return Effect(
        to=State.AWAITING_APPROVAL,
        changes={"approval": standing(row, request, reached.seats, earlier_no=no_json(reached.no))},
        told={"request": request.pk, "asks": list(dict.fromkeys(asks))},
        body={"approval": {"request": request.pk, "after_no": reached.no.request, "escalated": moved}},
    )


def _declined(reached: _Reached, row: CareException) -> Effect:
    request = reached.request
    outcome = outcome_json(reached.vote, reached.vote.request.exception)
    approval = standing(row, request, reached.seats, outcome=outcome, earlier_no=no_json(reached.no))
    ApprovalRequest.objects.filter(pk=request.pk).update(earlier_no=reached.no.request)
    return Effect(
        to=State.DECLINED,
        changes={"approval": approval},
        balances=release(exception_id=row.pk, now=reached.now),
        told={"request": request.pk, "vote": outcome, "asks": []},
        body={"approval": {"request": request.pk, "after_no": reached.no.request}},
    )


def _seat_anew(reached: _Reached, plans: Sequence[SeatPlan]) -> list[Json]:
    """Let the seats that nobody has taken be those of `plans`; give what has moved. Seats that are left close."""
    undecided = reached.undecided
    while len(undecided) < len(plans):
        at = max(seat.position for seat in reached.seats) + 1
        undecided.append(ApprovalSeat(request=reached.request, position=at, state=SeatState.WAITING, roles=[]))
        reached.seats.append(undecided[-1])
    moved = [_sit(seat, plan, reached) for seat, plan in zip(undecided, plans, strict=False)]
    for seat in undecided[len(plans) :]:
        seat.state, seat.claimed_by, seat.claimed_at = SeatState.CLOSED, None, None
        seat.save()
    return [each for each in moved if each]


def _sit(seat: ApprovalSeat, plan: SeatPlan, reached: _Reached) -> Json | None:
    before, to = list(seat.roles), list(plan.roles)
    opens = seat.state == SeatState.WAITING and not plan.waits
    if before == to and not opens:
        return None
    if before != to:
        seat.escalated_from = [*seat.escalated_from, *before]
        seat.claimed_by = seat.claimed_at = None
    seat.roles, seat.state = to, SeatState.WAITING if plan.waits else SeatState.OPEN
    _set_due(seat, reached)
    seat.save()
    return {"seat": seat.position, "from": before, "to": to if seat.state == SeatState.OPEN else []}


def _set_due(seat: ApprovalSeat, reached: _Reached) -> None:
    if seat.state != SeatState.OPEN:
        seat.due_at = seat.remind_at = None
        return
    begins = runs_from(reached.request, reached.now)
    due = due_within(duration(reached.request.answer_within), reached.rules, begins)
    seat.due_at, seat.remind_at, seat.reminded_at = due.at, due.remind_at, None
