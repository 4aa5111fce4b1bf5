"""Owe a follow-up: whoever grants what owes one writes it down, in the transaction that grants."""

from datetime import datetime

from guardrails.models import FollowUpState
from guardrails.models.identifiers import new_id
from guardrails.models.portable_sql import stored
from guardrails.models.prepared import prepared_cursor
from policies.engine.compile import Compiled
from policies.engine.durations import duration
from policies.engine.rulebook import FollowUp

_COLUMNS = (
    "id", "exception_id", "policy_id", "customer", '"case"', "what", "due_at", "owner_id", "role", "state",
    "escalated_to", "handed_on", "created_at",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO guardrails_followup ({', '.join(_COLUMNS)}) "  # noqa: S608 - fixed text
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)


def follow_up_of(rules: Compiled, *, rule: str, remedy: str) -> FollowUp | None:
    """Give what a rule, or else the remedy, owes to the customer; None where neither owes anything."""
    by_rule = next((row.rule.follow_up for row in rules.rows if row.rule.code == rule), None)
    return by_rule or rules.remedies[remedy].follow_up


def owe_follow_up(
    *,
    owed: FollowUp,
    exception_id: str,
    policy_id: int,
    customer: str,
    case: str,
    agent_id: int,
    role: str,
    now: datetime,
) -> datetime:
    """Write down what is owed, in the caller's transaction, and give when it is due.

    It is owed by the granting agent, who has `role`, or by everybody in the role that `owed` names. Call it once
    for an exception, when it is granted; a hold or a request for approval owes nothing yet.
    """
    due_at = now + duration(owed.after)
    owner = None if owed.by else agent_id
    values = [new_id("fup", now), exception_id, policy_id, customer, case, owed.what, stored(due_at)]
    values += [owner, owed.by or role, FollowUpState.OPEN.value, "", "[]", stored(now)]
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT, values)
    return due_at
