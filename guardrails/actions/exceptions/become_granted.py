"""Become granted: what changes when what was held or approved is granted; what it owes is written down."""

from datetime import datetime
from typing import Any

from guardrails.actions.follow_ups.owe_follow_up import follow_up_of, owe_follow_up
from guardrails.models import CareException
from guardrails.models.settlement import BEGINS
from policies.engine.compile import Compiled

Json = dict[str, Any]


def become_granted(row: CareException, *, rules: Compiled, rule: str, agent_id: int, role: str, now: datetime) -> Json:
    """Owe the follow-up of the rule or the remedy, in the caller's transaction, and give the columns that change.

    `rules` are those of the version under which it is given. Its day stays the one since which it counts.
    """
    owed = follow_up_of(rules, rule=rule, remedy=row.remedy)
    due_at = owed and owe_follow_up(
        owed=owed,
        exception_id=row.pk,
        policy_id=row.policy_id,
        customer=row.customer,
        case=row.case,
        agent_id=agent_id,
        role=role,
        now=now,
    )
    return {
        "granted_at": now,
        "granted_on": now.astimezone(rules.zone).date(),
        "settlement": BEGINS.value,
        "settlement_at": now,
        "follow_up_what": owed.what if owed else "",
        "follow_up_due_at": due_at,
    }
