"""First answer: what a client was answered when it first used an idempotency key."""

import json
from dataclasses import dataclass
from typing import Any

from guardrails.models.prepared import prepared_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswer:
    """The answer, and the digest of the request that it answered."""

    request_digest: str
    answer: dict[str, Any]


def first_answer(*, client: str, key: str) -> FirstAnswer | None:
    """Give the recorded answer, or None where the key is new."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT request_digest, body FROM guardrails_auditrecord"
            " WHERE client = %s AND idempotency_key = %s AND NOT (idempotency_key = '')",
            [client, key],
        )
        row = cursor.fetchone()
    return FirstAnswer(request_digest=row[0], answer=json.loads(row[1])["answer"]) if row else None
