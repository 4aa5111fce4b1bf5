"""Asked decision: what a decision was asked about, for whoever wants to take one of its offers."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guardrails.models.portable_sql import read_moment
from guardrails.models.prepared import prepared_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDecision:
    """`question` is the decision's record of everything that the engine read."""

    id: str
    policy: str
    agent: str
    reason: str
    channel: str
    customer: str
    case: str
    asked_at: datetime
    question: dict[str, Any]


_SELECT = """
SELECT d.id, p.code, a.code, d.reason, d.channel, d.customer, d."case", d.asked_at, d.question
FROM guardrails_decision d
JOIN policies_policy p ON p.id = d.policy_id
JOIN guardrails_agent a ON a.id = d.agent_id
WHERE d.id = %s
"""


def asked_decision(decision: str) -> AskedDecision | None:
    """Give what was asked, or None; whether the asking client may know is for the caller to find out."""
    with prepared_cursor() as cursor:
        cursor.execute(_SELECT, [decision])
        row = cursor.fetchone()
    if row is None:
        return None
    id_, policy, agent, reason, channel, customer, case, asked_at, question = row
    return AskedDecision(
        id=id_,
        policy=policy,
        agent=agent,
        reason=reason,
        channel=channel,
        customer=customer,
        case=case,
        asked_at=read_moment(asked_at),
        question=json.loads(question),
    )
