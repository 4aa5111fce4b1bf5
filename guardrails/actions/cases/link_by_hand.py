"""Link by hand: a manager says that two cases belong together, or that they do not after all."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError, transaction

from guardrails.actions.acting import Actor
from guardrails.actions.cases.case_chain import join_chains
from guardrails.actions.cases.link_faults import InvalidLinkError
from guardrails.actions.cases.split_chain import split_chain
from guardrails.actions.faults import LostRaceError, UnknownPolicyError
from guardrails.actions.once import lost_a_race
from guardrails.actions.plain_references import require_plain
from guardrails.actions.turns import take_turns
from guardrails.models import CaseLink, LinkKind
from policies.models import Policy
from policies.queries.scope import policies_for


def link_by_hand(
    *, policy: Policy, case: str, other: str, kind: LinkKind, reason: str, actor: User, now: datetime
) -> dict[str, Any]:
    """Link two cases of one of the user's policies; one record in the audit log, which keeps the reason.

    Raises UnknownPolicyError, InvalidLinkError, InvalidQuestionError, ChainTooLongError or LostRaceError.
    """
    require_plain({"case": case, "other": other})
    _require_own(policy, actor)
    if case == other:
        raise InvalidLinkError
    by, because = Actor(actor=f"user:{actor.get_username()}"), reason.strip()

    def write() -> dict[str, Any]:
        take_turns(("case", policy.code, case), ("case", policy.code, other))
        return join_chains(policy=policy, case=case, other=other, kind=kind, because=because, actor=by, now=now)

    return _in_one_go(write)


def undo_by_hand(*, link: CaseLink, reason: str, actor: User, now: datetime) -> dict[str, Any]:
    """Undo what was said of the link's two cases, in one of the user's policies; one record in the audit log.

    Raises UnknownPolicyError, NotLinkedError or LostRaceError.
    """
    _require_own(link.policy, actor)
    by, because = Actor(actor=f"user:{actor.get_username()}"), reason.strip()
    return _in_one_go(
        lambda: split_chain(policy=link.policy, case=link.case, other=link.other, because=because, actor=by, now=now)
    )


def _require_own(policy: Policy, actor: User) -> None:
    if not policies_for(actor).filter(pk=policy.pk).exists():
        raise UnknownPolicyError(policy.code)


def _in_one_go(write: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return write()
    except OperationalError as error:
        if lost_a_race(error):
            raise LostRaceError from error
        raise
