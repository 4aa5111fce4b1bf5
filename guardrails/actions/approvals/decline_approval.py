"""Decline: a no, with its reason; it stands, also against what waits already for the same."""

from guardrails.actions.approvals.approval_json import Json, outcome_json, standing
from guardrails.actions.approvals.reach_waiting import lock_alike, reach_waiting
from guardrails.actions.approvals.voting import Heard, Voting
from guardrails.actions.exceptions.happen import Effect
from guardrails.ledger import release
from guardrails.models import Event, State, Verdict, Vote


def decline(voting: Voting) -> Json:
    """Say no. One no is enough, however many must agree; what was set aside goes back."""
    known = voting.known()
    text = voting.text
    lock_alike(known.request)
    said: list[tuple[Heard, Vote]] = []

    def act(heard: Heard) -> Effect:
        vote = heard.vote(heard.voter(), Verdict.DECLINE, text=text)
        said.append((heard, vote))
        row, sitting = heard.row, heard.sitting
        approval = standing(row, sitting.request, sitting.seats, outcome=outcome_json(vote, row))
        return Effect(
            to=State.DECLINED,
            changes={"approval": approval},
            balances=release(exception_id=row.pk, now=sitting.now),
            told=heard.told(vote) | {"asks": []},
            body=heard.body(vote),
        )

    told = voting.happen(Event.DECLINE, act)
    reach_waiting(*said[0])
    return told
