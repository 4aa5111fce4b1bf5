"""Exception row: what a grant writes of an exception."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardrails.actions.follow_ups.owe_follow_up import owe_follow_up
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.models import State
from guardrails.models.lifecycle import PROMISED
from guardrails.models.portable_sql import stored
from guardrails.models.prepared import prepared_cursor
from guardrails.models.settlement import BEGINS
from policies.engine.decision import Offer
from policies.engine.durations import duration


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRow:
    """`amount_minor` and `cost_minor` are in minor units, `quantity` is scaled by the remedy's places.

    `approval` is who must agree and until when, None where nobody has to.
    """

    id: str
    decision_id: str
    inquiry: Inquiry
    offer: Offer
    amount_minor: int | None
    quantity: int | None
    terms: Mapping[str, str]
    cost_minor: int
    state: State
    approval: Mapping[str, Any] | None
    note: str
    client: str
    expires_at: datetime | None = None
    promise: Mapping[str, Any] | None = None


_COLUMNS = (
    "id", "decision_id", "policy_id", "version_id", "rule", "agent_id", "team", "role", "remedy", "reason",
    "channel", "customer", '"case"', "currency", "unit", "places", "amount_minor", "quantity", "terms", "cost_minor",
    "state", "approval", "note", "client", "created_at", "promise", "expires_at", "counts_on",
    "granted_at", "granted_on",
    "reversed_number", "reversed_cost_minor", "settlement", "settlement_at", "payer_reference", "settlement_note",
    "follow_up_what", "follow_up_due_at",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO guardrails_careexception ({', '.join(_COLUMNS)}) "  # noqa: S608 - fixed text
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)


def insert(row: ExceptionRow) -> None:
    """Insert the exception, and what it owes afterwards; raises IntegrityError where the offer was taken already."""
    inquiry, offer = row.inquiry, row.offer
    at = stored(inquiry.now)
    granted = row.state is State.GRANTED
    values: list[Any] = [row.id, row.decision_id, inquiry.policy_id, inquiry.version_id, offer.rule.code]
    values += [inquiry.context.agent_id, inquiry.context.team, inquiry.role, offer.remedy.code, inquiry.reason]
    values += [inquiry.channel, inquiry.customer, inquiry.case, inquiry.compiled.rulebook.currency]
    values += [offer.remedy.unit, offer.remedy.places, row.amount_minor, row.quantity]
    values += [json.dumps(dict(row.terms)), row.cost_minor]
    values += [row.state.value, json.dumps(row.approval) if row.approval else None, row.note, row.client, at]
    values += [json.dumps(row.promise) if row.promise else None]
    values += [stored(row.expires_at) if row.expires_at else None, inquiry.today if row.state in PROMISED else None]
    values += [at if granted else None, inquiry.today if granted else None, 0, 0]
    values += [BEGINS.value if granted else "", at if granted else None, "", ""]
    follow_up = (offer.rule.follow_up or offer.remedy.follow_up) if granted else None
    values += [
        follow_up.what if follow_up else "",
        stored(inquiry.now + duration(follow_up.after)) if follow_up else None,
    ]
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT, values)
    if follow_up:
        owe_follow_up(
            owed=follow_up,
            exception_id=row.id,
            policy_id=inquiry.policy_id,
            customer=inquiry.customer,
            case=inquiry.case,
            agent_id=inquiry.context.agent_id,
            role=inquiry.role,
            now=inquiry.now,
        )
