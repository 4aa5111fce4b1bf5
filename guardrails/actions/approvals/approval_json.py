"""An approval as JSON: what an exception says of it, and what a client is told of a no."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from guardrails.actions.money_json import given_json
from guardrails.models import YES, ApprovalRequest, ApprovalSeat, CareException, SeatState, Vote
from guardrails.queries.earlier_no import EarlierNo
from policies.engine.decision import Offer

Json = dict[str, Any]


def number_json(number: int | None, row: CareException | EarlierNo) -> Json:
    """Give an amount or a quantity in the words of an answer; empty where the remedy has neither."""
    return _much(number, unit=row.unit, places=row.places, currency=row.currency)


def offered_json(number: int | None, offer: Offer, *, currency: str) -> Json:
    """Give so much of an offer in the words of an answer; empty where the remedy has neither."""
    return _much(number, unit=offer.remedy.unit, places=offer.remedy.places, currency=currency)


def _much(number: int | None, *, unit: str, places: int, currency: str) -> Json:
    amount, quantity = (number, None) if unit == "money" else (None, number)
    return given_json(amount_minor=amount, quantity=quantity, places=places, unit=unit, currency=currency)


def no_json(earlier: EarlierNo) -> Json:
    """Give who said no, when and why."""
    return {
        "request": earlier.request,
        "exception": earlier.exception,
        "agent": earlier.agent,
        "role": earlier.role,
        "at": earlier.at.isoformat(),
        "text": earlier.text,
        **number_json(earlier.number, earlier),
    }


def asked_now(seats: Iterable[ApprovalSeat]) -> list[str]:
    """Give the codes of the roles that are asked now."""
    open_seats = [seat for seat in seats if seat.state == SeatState.OPEN]
    return list(dict.fromkeys(role for seat in open_seats for role in seat.roles))


def asked_later(seats: Iterable[ApprovalSeat]) -> list[str]:
    """Give the codes of the roles that are asked once those of now have agreed."""
    return list(dict.fromkeys(role for seat in seats if seat.state == SeatState.WAITING for role in seat.roles))


def agreed_json(request: ApprovalRequest, row: CareException) -> list[Json]:
    """Give everybody who has agreed so far, to how much, in which role."""
    votes = Vote.objects.filter(request=request, verdict__in=YES).select_related("agent", "for_agent")
    return [outcome_json(vote, row) for vote in votes.order_by("at", "id")]


def due_now(seats: Iterable[ApprovalSeat]) -> datetime | None:
    """Give until when the last of those who are asked now answers."""
    times = [seat.due_at for seat in seats if seat.state == SeatState.OPEN and seat.due_at]
    return max(times, default=None)


def standing(row: CareException, request: ApprovalRequest, seats: Iterable[ApprovalSeat], **changes: Any) -> Json:
    """Give what the exception says of its approval as it is now: a column of its row, and part of every answer."""
    seats = list(seats)
    until = due_now(seats) or request.due_at
    now = {
        "state": request.state,
        "asks": asked_now(seats),
        "asked_later": asked_later(seats),
        "until": until.isoformat(),
        "asked_for": number_json(request.number, row),
        "told": request.told,
    }
    return {**(row.approval or {}), **now, **changes}


def outcome_json(vote: Vote, row: CareException) -> Json:
    """Give what was said, in which role."""
    return {
        "verdict": vote.verdict,
        "agent": vote.agent.code,
        "role": vote.role,
        "for_agent": vote.for_agent.code if vote.for_agent else None,
        "at": vote.at.isoformat(),
        "text": vote.text,
        **({"say": vote.say} if vote.say else {}),
        **({"remedy": vote.remedy} if vote.remedy else {}),
        **(number_json(vote.number, row) if vote.remedy in ("", row.remedy) else {}),
    }


def told_of(approval: Mapping[str, Any] | None) -> list[str]:
    """Give whom an event's receivers should tell: the roles that are asked now."""
    return list((approval or {}).get("asks", ()))


def alone_offers(offers: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Give the offers that can be given now, without asking anybody."""
    return [{**offer, "with_approval": None} for offer in offers if offer["alone"]]
