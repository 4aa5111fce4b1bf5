"""An exception as JSON, from its row: in the words in which it was answered when it was granted."""

from datetime import datetime
from typing import Any

from guardrails.actions.approvals.awaited import approval_of
from guardrails.actions.exceptions.paid import paid_json
from guardrails.actions.money_json import given_json, money_json
from guardrails.models import CareException, State


def exception_json(row: CareException, *, now: datetime | None = None) -> dict[str, Any]:
    """Give the exception; its policy, version and agent are loaded.

    `now` is told by whoever reads it, so that what is over says so although nobody has noticed.
    """
    return {
        "exception": row.id,
        "state": row.state,
        "decision": row.decision_id,
        "policy": {"code": row.policy.code, "version": row.version.number, "hash": row.version.hash},
        "agent": {"id": row.agent.code, "role": row.role, "team": row.team},
        "customer": row.customer or None,
        "case": row.case or None,
        "channel": row.channel or None,
        "reason": row.reason,
        "remedy": row.remedy,
        "rule": row.rule,
        **given_json(
            amount_minor=row.amount_minor,
            quantity=row.quantity,
            places=row.places,
            unit=row.unit,
            currency=row.currency,
        ),
        **({"terms": dict(row.terms)} if row.terms else {}),
        "cost": money_json(row.cost_minor, row.currency),
        "approval": approval_of(row, now=now),
        "expires_at": moment(row.expires_at) if row.state in (State.HELD, State.APPROVED) else None,
        "reversed": _reversed(row),
        "settlement": _settlement(row),
        "arises_from": row.arises_from_id,
        "note": row.note,
        "client": row.client,
        "created_at": row.created_at.isoformat(),
        "granted_at": moment(row.granted_at),
    }


def _reversed(row: CareException) -> dict[str, Any] | None:
    """Give what was taken back of it, None where nothing was."""
    if not row.reversed_number and not row.reversed_cost_minor and row.state != State.REVERSED:
        return None
    given = given_json(
        amount_minor=row.reversed_number if row.unit == "money" else None,
        quantity=None if row.unit in ("money", "none") else row.reversed_number,
        places=row.places,
        unit=row.unit,
        currency=row.currency,
    )
    return {
        **given,
        "cost": money_json(row.reversed_cost_minor, row.currency),
        "by": row.reversed_by or None,
        "because": row.reversed_because or None,
        "owed_back": paid_json(row, row.owed_back or None),
        "came_back": paid_json(row, row.came_back or None),
    }


def _settlement(row: CareException) -> dict[str, Any] | None:
    """Give whether it has arrived, None before it is granted."""
    if not row.settlement:
        return None
    return {
        "state": row.settlement,
        "since": moment(row.settlement_at),
        "reference": row.payer_reference or None,
        "amount": paid_json(row, row.settled_minor),
        "note": row.settlement_note or None,
    }


def moment(at: datetime | None) -> str | None:
    """Give RFC 3339, or None."""
    return at.isoformat() if at else None
