"""Decline: a no, with its reason; it stands."""

from guardrails.actions.approvals.approval_json import Json, outcome_json, standing
from guardrails.actions.approvals.voting import Heard, Voting
from guardrails.actions.exceptions.happen import Effect
from guardrails.ledger import release
from guardrails.models import Event, State, Verdict


def decline(voting: Voting) -> Json:
    """Say no. One no is enough, however many must agree; what was set aside goes back."""
    voting.known()
    text = voting.text

    def act(heard: Heard) -> Effect:
        vote = heard.vote(heard.voter(decides=True), Verdict.DECLINE, text=text)
        row, sitting = heard.row, heard.sitting
        approval = standing(row, sitting.request, sitting.seats, outcome=outcome_json(vote, row))
        return Effect(
            to=State.DECLINED,
            changes={"approval": approval},
            balances=release(exception_id=row.pk, now=sitting.now),
            told=heard.told(vote) | {"asks": []},
            body=heard.body(vote),
        )

    return voting.happen(Event.DECLINE, act)
