"""Adopt requests: what was sent for approval before anybody could vote gets a request that somebody can answer."""

from datetime import datetime

from django.db import transaction

from guardrails.actions.acting import SYSTEM
from guardrails.actions.ask_again import ask_again
from guardrails.actions.faults import ActionError, LostRaceError, NotOfferedError, WrongStateError
from guardrails.actions.happen import Effect, happen
from guardrails.actions.number_said import number_of
from guardrails.actions.open_approval import Asked, open_approval, opening_of
from guardrails.actions.promise import promise_of
from guardrails.models import CareException, Event, State, WhenApproved

MOST = 200
"""How many one run of housekeeping adopts."""


def adopt_requests(now: datetime) -> int:
    """Open a request for each exception that awaits approval without one; give how many it were.

    Where it cannot be asked for any more it has timed out: nobody could answer.
    """
    rows = CareException.objects.filter(state=State.AWAITING_APPROVAL, approval_requests__isnull=True)
    return sum(_adopt(pk, now) for pk in list(rows.order_by("created_at").values_list("pk", flat=True)[:MOST]))


def _adopt(exception: str, now: datetime) -> int:
    try:
        with transaction.atomic():
            happen(exception=exception, event=Event.AMEND, actor=SYSTEM, now=now, act=lambda row: _open(row, now))
    except (WrongStateError, LostRaceError):
        return 0
    except ActionError as error:
        why = error.detail
        with transaction.atomic():
            happen(
                exception=exception,
                event=Event.TIME_OUT,
                actor=SYSTEM,
                now=now,
                act=lambda row: Effect(to=State.TIMED_OUT, told={"asks": []}, body={"why": why}),
            )
    return 1


def _open(row: CareException, now: datetime) -> Effect:
    again, number = ask_again(row, now), number_of(row)
    offer = again.offer(row.remedy)
    ladder = next((each for each in offer.ladder if number is None or number <= (each.maximum or 0)), None)
    if ladder is None:
        raise NotOfferedError("Nobody can agree to that much any more.")
    earlier = again.posed.noes.get(row.remedy)
    opening = opening_of(again.inquiry, remedy=row.remedy, ladder=ladder, earlier=earlier, alternatives=again.offers)
    asked = Asked(
        exception=row.pk,
        requested_by=row.agent_id,
        number=number,
        cost_minor=row.cost_minor,
        terms=row.terms,
        says=row.note,
        told="",
        when_approved=WhenApproved.HOLD,
        reserved=False,
    )
    open_approval(opening, again.inquiry, offer, asked)
    return Effect(
        to=State.AWAITING_APPROVAL,
        changes={"approval": opening.approval, "promise": promise_of(offer)},
        told={"request": opening.id, "asks": opening.approval["asks"]},
    )
