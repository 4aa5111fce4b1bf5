"""Told: what a body says of how it turned out, as actions want it."""

from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.api.follow_up_bodies import OutcomeFields


def told_of(body: OutcomeFields) -> Told:
    """Give what was told."""
    return Told(
        reached=body.reached,
        satisfied=body.satisfied,
        effort=body.effort,
        recommend=body.recommend,
        contacted_again=body.contacted_again,
        stayed=body.stayed or "",
        root_cause=body.root_cause or "",
        words=body.words or "",
    )
