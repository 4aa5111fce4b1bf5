"""A work item as JSON: for whom, from whom, until when; what was said is added only for those who read it."""

from datetime import datetime
from typing import Any

from guardrails.models import HANDOVER, WorkItem, WorkItemState
from policies.engine.compile import Compiled
from policies.queries.rulebooks import compiled


def work_item_json(row: WorkItem, now: datetime) -> dict[str, Any]:
    """Give the work item as it is `now`; its policy, agents and decision are loaded."""
    return {
        "work_item": row.pk,
        "state": str(row.state),
        "overdue": row.state != WorkItemState.DONE and row.due_at <= now,
        "policy": row.policy.code,
        "for": {"role": row.for_role, "name": receiver_name(compiled(row.decision.version_id), row.for_role)},
        "from": {"agent": row.from_agent.code, "role": row.from_role, "team": row.team},
        "decision": row.decision_id,
        "customer": row.customer or None,
        "case": row.case or None,
        "reason": row.decision.reason,
        "note": row.note,
        "claimed_by": row.claimed_by.code if row.claimed_by else None,
        "claimed_at": _text(row.claimed_at),
        "due_at": row.due_at.isoformat(),
        "escalated_to": row.escalated_to or None,
        "outcome": {"text": row.outcome} if row.outcome else None,
        "created_at": row.created_at.isoformat(),
        "closed_at": _text(row.closed_at),
    }


def receiver_name(rules: Compiled, role: str) -> str:
    """Give the name of a role, or of the policy's hand-over, for people."""
    if role == HANDOVER and rules.rulebook.handover:
        return rules.rulebook.handover.name
    return rules.roles[role].name if role in rules.roles else role


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
