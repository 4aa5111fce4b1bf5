"""Link lanes: what processes of a race do that links cases."""

from collections.abc import Sequence
from datetime import datetime

from guardrails.actions.caller import Caller
from guardrails.actions.faults import ActionError
from tests.guardrails.linking import link
from tests.races.lanes import Wish, ask_and_grant

Work = Wish | Sequence[tuple[str, str]]
"""A wish to grant, or pairs of cases to link."""


def grant_or_link(caller: Caller, work: Work, now: datetime) -> list[str]:
    """Grant, or link one pair after the other; give the state, or the refusal's code, of each."""
    if isinstance(work, Wish):
        return ask_and_grant(caller, work, now)
    return [_linked(caller, case, other, now) for case, other in work]


def _linked(caller: Caller, case: str, other: str, now: datetime) -> str:
    try:
        link(caller, case, other, now=now)
    except ActionError as refusal:
        return refusal.code
    return "linked"
