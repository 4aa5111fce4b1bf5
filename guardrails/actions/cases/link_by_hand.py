"""Link by hand: a manager says that two cases belong together."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import OperationalError, transaction

from guardrails.actions.acting import Actor
from guardrails.actions.cases.case_chain import join_chains
from guardrails.actions.cases.link_faults import InvalidLinkError
from guardrails.actions.faults import LostRaceError, UnknownPolicyError
from guardrails.actions.once import lost_a_race
from guardrails.actions.plain_references import require_plain
from guardrails.actions.turns import take_turns
from guardrails.models import LinkKind
from policies.models import Policy
from policies.queries.scope import policies_for


def link_by_hand(
    *, policy: Policy, case: str, other: str, kind: LinkKind, actor: User, now: datetime
) -> dict[str, Any]:
    """Link two cases of one of the user's policies; one record in the audit log.

    Raises UnknownPolicyError, InvalidLinkError, InvalidQuestionError, ChainTooLongError or LostRaceError.
    """
    require_plain({"case": case, "other": other})
    if not policies_for(actor).filter(pk=policy.pk).exists():
        raise UnknownPolicyError(policy.code)
    if case == other:
        raise InvalidLinkError
    by = Actor(actor=f"user:{actor.get_username()}")
    try:
        with transaction.atomic():
            take_turns(("case", policy.code, case), ("case", policy.code, other))
            return join_chains(policy=policy, case=case, other=other, kind=kind, actor=by, now=now)
    except OperationalError as error:
        if lost_a_race(error):
            raise LostRaceError from error
        raise
