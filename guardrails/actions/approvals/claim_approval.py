"""Claim an approval: somebody takes it up, so that nobody else does the same; or puts it back."""

from guardrails.actions.approvals.approval_faults import NotClaimedError
from guardrails.actions.approvals.approval_json import Json
from guardrails.actions.approvals.voting import Heard, Voting
from guardrails.actions.exceptions.happen import Effect
from guardrails.models import ApprovalSeat, Event, SeatState, State


def claim(voting: Voting) -> Json:
    """Take it up. Raises ClaimedError where somebody else has it."""

    def act(heard: Heard) -> Effect:
        voter = heard.voter(takes_seat=True)
        seat = voter.seat
        seat.claimed_by, seat.claimed_at = voter.agent, heard.sitting.now
        seat.save(update_fields=["claimed_by", "claimed_at"])
        return _effect(heard, seat, by=voter.agent.code)

    return voting.happen(Event.CLAIM, act)


def unclaim(voting: Voting) -> Json:
    """Put it back. Raises NotClaimedError where they have not taken it up."""

    def act(heard: Heard) -> Effect:
        mine = [
            seat
            for seat in heard.sitting.seats
            if seat.state == SeatState.OPEN and seat.claimed_by_id == voting.agent.pk
        ]
        if not mine:
            raise NotClaimedError
        seat = mine[0]
        seat.claimed_by = seat.claimed_at = None
        seat.save(update_fields=["claimed_by", "claimed_at"])
        return _effect(heard, seat, by=None)

    return voting.happen(Event.UNCLAIM, act)


def _effect(heard: Heard, seat: ApprovalSeat, *, by: str | None) -> Effect:
    request = heard.sitting.request.pk
    return Effect(
        to=State.AWAITING_APPROVAL,
        told={"request": request, "claimed_by": by, "asks": heard.asks()},
        body={"approval": {"request": request, "seat": seat.position, "roles": list(seat.roles)}},
    )
