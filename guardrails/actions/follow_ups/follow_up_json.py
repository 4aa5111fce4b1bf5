"""A follow-up as JSON: what is owed, by whom, until when, and how it went from hand to hand."""

from datetime import datetime
from typing import Any

from guardrails.models import FollowUp, FollowUpState


def follow_up_json(row: FollowUp, now: datetime) -> dict[str, Any]:
    """Give the follow-up as it is `now`; its policy and owner are loaded."""
    return {
        "follow_up": row.pk,
        "state": str(row.state),
        "overdue": is_overdue(row, now),
        "what": row.what,
        "due_at": row.due_at.isoformat(),
        "exception": row.exception_id,
        "policy": row.policy.code,
        "customer": row.customer or None,
        "case": row.case or None,
        "owner": {"agent": row.owner.code if row.owner else None, "role": row.role},
        "escalated_to": row.escalated_to or None,
        "handed_on": row.handed_on,
        "created_at": row.created_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }


def is_overdue(row: FollowUp, now: datetime) -> bool:
    """Say whether it should have been done by now; whether or not anything has noticed."""
    return row.state == FollowUpState.OPEN and row.due_at <= now
