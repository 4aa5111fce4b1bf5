"""Read approvals: what awaits the people for whom a client acts, and one request with everything it carries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from guardrails.actions.approvals.already_waiting import already_waiting
from guardrails.actions.approvals.approval_json import Json, alone_offers, no_json, number_json, outcome_json
from guardrails.actions.approvals.awaited import whose_move
from guardrails.actions.approvals.question_time import clock_stands, state_at
from guardrails.actions.approvals.seats import may_take, rules_in_force
from guardrails.actions.approvals.who_may_vote import has_said, sits_later
from guardrails.actions.exceptions.exception_json import exception_json, moment
from guardrails.actions.faults import ActionError
from guardrails.actions.money_json import money_json
from guardrails.actions.offers.ask_again import ask_again
from guardrails.models import (
    YES,
    Agent,
    ApprovalRequest,
    ApprovalSeat,
    CareException,
    SeatState,
    Verdict,
    Vote,
)
from guardrails.queries.approvals import Asked, open_seats, roles_of
from guardrails.queries.approvers import Capacity, same_person
from guardrails.queries.asked_decision import asked_decision
from guardrails.queries.earlier_no import no_of
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """A page, and the place where the next one begins, if there is one."""

    results: Sequence[Json]
    place: tuple[datetime, int] | None


def inbox(
    *, agents: "QuerySet[Agent]", policy: str | None, after: tuple[datetime, int] | None, limit: int, now: datetime
) -> Inbox:
    """Give what awaits these agents: the most urgent first, and never what they asked for, or agreed to, themselves."""
    roles = roles_of(agents, now)
    asked = _asked_of(roles, after, policy)
    shown = list(islice(asked, limit + 1))
    more, shown = len(shown) > limit, shown[:limit]
    last = shown[-1].seat if shown else None
    place = (last.due_at, last.pk) if more and last and last.due_at else None
    return Inbox(results=[waiting_json(each, now) for each in shown], place=place)


def _asked_of(
    roles: dict[int, list[tuple[Agent, Capacity]]], after: tuple[datetime, int] | None, policy: str | None
) -> Any:
    for seat in open_seats(roles, after=after):
        row = seat.request.exception
        if policy not in (None, row.policy.code):
            continue
        rules = rules_in_force(row)
        people = [
            (agent, capacity)
            for agent, capacity in roles[row.policy_id]
            if may_take(capacity.role, seat.roles, rules)
            and not sits_later(capacity.role, seat.request.seats.all())
            and not _has_spoken(agent, capacity, seat)
        ]
        if people:
            yield Asked(seat, people)


def _has_spoken(agent: Agent, capacity: Capacity, seat: ApprovalSeat) -> bool:
    """Say whether they asked for it themselves, or have agreed already: nobody does both, or twice."""
    asked = (seat.request.exception.agent, seat.request.requested_by)
    people = [agent, *([capacity.for_agent] if capacity.for_agent else [])]
    own = any(same_person(each, other) for each in people for other in asked)
    return own or has_said(people, seat.request.votes.all(), YES)


def waiting_json(asked: Asked, now: datetime) -> Json:
    """Give one line of an inbox."""
    seat, request = asked.seat, asked.seat.request
    row = request.exception
    remedy = rules_in_force(row).remedies.get(row.remedy)
    return {
        "request": request.pk,
        "exception": row.pk,
        "policy": row.policy.code,
        "remedy": row.remedy,
        "name": remedy.name if remedy else row.remedy,
        **number_json(request.number, row),
        "cost": money_json(request.cost_minor, row.currency),
        "customer": row.customer or None,
        "case": row.case or None,
        "reason": row.reason,
        "requested_by": {"id": request.requested_by.code, "role": row.role, "team": row.team},
        "says": request.says,
        "state": state_at(request, now).value,
        **_move(request, now),
        "question_due_at": _question_due(request, now),
        "seat": seat_json(seat, request, now),
        "for": [
            {
                "agent": agent.code,
                "role": capacity.role,
                "for_agent": capacity.for_agent.code if capacity.for_agent else None,
            }
            for agent, capacity in asked.people
        ],
        "asked_again": request.earlier_no_id is not None,
        "created_at": request.created_at.isoformat(),
    }


def seat_json(seat: ApprovalSeat, request: ApprovalRequest, now: datetime) -> Json:
    """Give one of those who must agree; whether they are late is told as it is now, whoever has noticed."""
    return {
        "position": seat.position,
        "roles": list(seat.roles),
        "state": seat.state,
        "claimed_by": seat.claimed_by.code if seat.claimed_by else None,
        "claimed_at": moment(seat.claimed_at),
        "due_at": moment(seat.due_at),
        "overdue": is_late(seat, request, now),
        "reminded_at": moment(seat.reminded_at),
        "escalated_from": list(seat.escalated_from),
    }


def is_late(seat: ApprovalSeat, request: ApprovalRequest, now: datetime) -> bool:
    """Say whether somebody who is asked should have answered; while a question is open nobody has to."""
    over = seat.state == SeatState.OPEN and seat.due_at is not None and seat.due_at <= now
    return over and not clock_stands(request, now)


def _move(request: ApprovalRequest, now: datetime) -> Json:
    """Give who has to do something now; see approvals.awaited."""
    told = {
        "state": state_at(request, now).value,
        "until": request.due_at.isoformat(),
        "question_until": _question_due(request, now),
    }
    return whose_move(told, rules_in_force(request.exception))


def _question_due(request: ApprovalRequest, now: datetime) -> str | None:
    return moment(request.question_due_at if clock_stands(request, now) else None)


def read_approval(request: ApprovalRequest, *, now: datetime) -> Json:
    """Give everything that an approver needs: the case, the facts, what was offered, what was said, and what is left.

    The request's exception is loaded with its policy, version, agent and decision.
    """
    row = request.exception
    seats = list(ApprovalSeat.objects.filter(request=request).select_related("claimed_by").order_by("position"))
    votes = Vote.objects.filter(request=request).select_related("agent", "for_agent").order_by("at", "id")
    return {
        "request": request.pk,
        "state": state_at(request, now).value,
        "exception": exception_json(row, now=now),
        "requested_by": {"id": request.requested_by.code, "role": row.role, "team": row.team},
        "needs": request.needs,
        "seats": [seat_json(seat, request, now) for seat in seats],
        "asked_for": number_json(request.number, row),
        "alone": number_json(request.alone_number, row) if request.alone_number is not None else None,
        "agreed_to": number_json(request.approved_number, row) if request.approved_number is not None else None,
        "cost": money_json(request.cost_minor, row.currency),
        "beyond": list(request.extends),
        "reserved": request.reserved,
        "says": request.says,
        "told": request.told,
        "when_approved": request.when_approved,
        "facts": _facts(row),
        "offered": json.loads(row.decision.answer)["offers"],
        "now": _now(row, now) if request.closed_at is None else None,
        "history": [outcome_json(vote, row) for vote in votes],
        "earlier_no": _earlier_no(request),
        "already_waiting": _already_waiting(request),
        "due_at": request.due_at.isoformat(),
        "paused_at": moment(request.paused_at if clock_stands(request, now) else None),
        **_move(request, now),
        "question_due_at": _question_due(request, now),
        "created_at": request.created_at.isoformat(),
        "closed_at": moment(request.closed_at),
    }


def _already_waiting(request: ApprovalRequest) -> list[Json]:
    """Give what else waits for the same: who says yes to both gives it twice."""
    if request.closed_at is not None:
        return []
    about = {name: getattr(request, name) for name in ("policy_id", "remedy", "case", "customer")}
    return already_waiting(**about, but=request.exception_id)


def _earlier_no(request: ApprovalRequest) -> Json | None:
    """Give the no because of which it was asked one level up."""
    if request.earlier_no_id is None:
        return None
    votes = Vote.objects.select_related("agent", "request__exception")
    return no_json(no_of(votes.get(request=request.earlier_no_id, verdict=Verdict.DECLINE)))


def _facts(row: CareException) -> list[Json]:
    """Give the facts as they were told, and which of them the rule used."""
    asked = asked_decision(row.decision_id)
    rules = compiled(row.version_id)
    question: Json = asked.question if asked else {"facts": {}, "personal": {"facts": {}}, "verified": []}
    personal = question["personal"]["facts"]
    used = set((row.promise or {}).get("facts_used", ()))
    return [
        {
            "fact": code,
            "name": rules.facts[code].name if code in rules.facts else code,
            "value": value,
            "verified": code in question["verified"],
            "personal": code in personal,
            "used": code in used,
        }
        for code, value in sorted({**question["facts"], **personal}.items())
    ]


def read_meanwhile(row: CareException, *, now: datetime) -> list[Json]:
    """Give what can be offered without asking while a request waits; for those who may act for its agent."""
    found: list[Json] = _now(row, now)["meanwhile"]
    return found


def _now(row: CareException, now: datetime) -> Json:
    """Give what is offered of it now: the offer with its budgets, or why there is none; and what needs no yes."""
    try:
        again = ask_again(row, now, in_turn=False)
    except ActionError as error:
        return {"offer": None, "why_not": error.detail, "context": {}, "meanwhile": []}
    offer = next((each for each in again.offers if each["remedy"] == row.remedy), None)
    why = " ".join(
        because["text"]
        for each in again.answer["not_offered"]
        if each["remedy"] == row.remedy
        for because in each["because"]
    )
    return {
        "offer": offer and again.with_left(offer),
        "why_not": why or None,
        "context": again.answer["context"],
        "meanwhile": alone_offers(again.beside()),
    }
