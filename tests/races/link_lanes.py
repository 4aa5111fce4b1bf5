"""Link lanes: what processes of a race do that links cases, and undoes links."""

import os
from collections.abc import Sequence
from datetime import datetime

from guardrails.actions.caller import Caller
from guardrails.actions.faults import ActionError
from tests.guardrails.linking import link, undo
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


def grant_or_part(caller: Caller, work: Wish | Sequence[tuple[str, str, str]], now: datetime) -> list[str]:
    """Grant, or link and undo one pair after the other: ("link" or "undo", case, other); give what came of each."""
    if isinstance(work, Wish):
        return ask_and_grant(caller, work, now)
    return [_said(caller, at, verb, (case, other), now) for at, (verb, case, other) in enumerate(work)]


def _said(caller: Caller, at: int, verb: str, pair: tuple[str, str], now: datetime) -> str:
    key = f"{os.getpid()} {at}"
    try:
        if verb == "undo":
            undo(caller, *pair, key=key, now=now)
        else:
            link(caller, *pair, key=key, now=now)
    except ActionError as refusal:
        return refusal.code
    return f"{verb} done"
