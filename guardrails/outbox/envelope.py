"""Envelope: what others are told of an event. It is made from the audit record when it is sent, by this function alone.

Its form is documented in templates/docs/reference/webhooks.md; fields are added to it, never changed or taken away.
"""

import json
from typing import Any

from guardrails.models import AuditRecord, OutboxMessage
from guardrails.models.canonical_json import canonical_text

AGENTS_ONLY = frozenset(
    {
        "alternatives",
        "budgets",
        "context",
        "facts",
        "guidance",
        "limited_by",
        "meanwhile",
        "note",
        "not_offered",
        "offers",
        "personal",
        "question",
        "questions",
        "rule",
        "say",
        "text",
        "told",
        "undone_because",
        "undone_by",
        "with_approval",
        "words",
    }
)
"""What is for agents, approvers and auditors: limits, what is left, facts, and texts that people typed in."""


def envelope(message: OutboxMessage) -> str:
    """Give the event as canonical JSON: however often it is sent, it is the same text.

    `sequence` ascends for everything that happens to one subject, with gaps. The message's record and its policy
    are loaded.
    """
    record: AuditRecord = message.record
    return canonical_text(
        {
            "id": message.event_id,
            "type": record.kind,
            "at": record.at.isoformat(),
            "sequence": message.number,
            "policy": record.policy.code if record.policy else None,
            "subject": {"type": record.subject_type, "id": record.subject_id},
            "data": told(record),
        }
    )


def told(record: AuditRecord) -> dict[str, Any]:
    """Give what others may be told of a record: its answer, without what is for agents only."""
    answer: dict[str, Any] = _without(json.loads(record.body).get("answer") or {})
    return answer


def _without(value: Any) -> Any:
    if isinstance(value, list):
        return [_without(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: _without(each) for name, each in value.items() if name not in AGENTS_ONLY}
