"""Record: append one event to the audit log, in the transaction of what it records.

Events of which others are to hear leave a message in the outbox with the same statement, so that neither is there
without the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from guardrails.models.canonical_json import canonical_text, text_digest
from guardrails.models.identifiers import new_id
from guardrails.models.portable_sql import stored
from guardrails.models.prepared import prepared_cursor
from guardrails.models.webhook_endpoint import KINDS, MAILED_ALONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the event happened to: "exception", "policy" …, and its id."""

    type: str
    id: str
    policy_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the event came from; a client's `idempotency_key` can be recorded once.

    `request_digest` names the request's content, so that the same key with another one is noticed.
    """

    client: str = ""
    request_id: str = ""
    idempotency_key: str = ""
    request_digest: str = ""


NOWHERE = Origin()
"""Of an event that no client asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The record that was made."""

    id: str
    digest: str


_INSERT = """
INSERT INTO guardrails_auditrecord
  (id, at, kind, subject_type, subject_id, policy_id, actor, on_behalf_of, client, request_id,
   idempotency_key, request_digest, body, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# One round trip: the newly made record is at hand, and its message waits to be fanned out.
_INSERT_AND_TELL = f"""
WITH made AS ({_INSERT} RETURNING id)
INSERT INTO guardrails_outboxmessage (record_id) SELECT id FROM made
"""  # noqa: S608 - fixed text
_TELL = "INSERT INTO guardrails_outboxmessage (record_id) VALUES (%s)"


def record(
    *,
    kind: str,
    subject: Subject,
    body: Mapping[str, Any],
    actor: str,
    on_behalf_of: str = "",
    origin: Origin = NOWHERE,
    now: datetime,
) -> Recorded:
    """Append the event; `body` is JSON, with the customer's personal facts under the key "personal" alone.

    What others may be told of it, webhooks and e-mails, is the body's "answer".

    The stored body also names the record's id, time, kind, subject, actor and on whose behalf, so that its
    digest covers them. Raises IntegrityError where the client's key was recorded before.
    """
    made = new_id("aud", now)
    text = canonical_text(
        {
            **body,
            "record": {
                "id": made,
                "at": now.isoformat(),
                "kind": kind,
                "subject": {"type": subject.type, "id": subject.id},
                "actor": actor,
                "on_behalf_of": on_behalf_of,
                "client": origin.client,
                "request_id": origin.request_id,
            },
        }
    )
    digest = text_digest(text)
    row = [made, stored(now), kind, subject.type, subject.id, subject.policy_id, actor, on_behalf_of]
    row += [origin.client, origin.request_id, origin.idempotency_key, origin.request_digest, text, digest]
    _write(row, told=kind.partition(".")[0] in KINDS or kind in MAILED_ALONE)
    return Recorded(id=made, digest=digest)


def _write(row: list[Any], *, told: bool) -> None:
    at_once = told and connection.vendor == "postgresql"
    with prepared_cursor() as cursor:
        cursor.execute(_INSERT_AND_TELL if at_once else _INSERT, row)
        if told and not at_once:
            # The embedded SQLite has no such statement, and no round trips either.
            cursor.execute(_TELL, [row[0]])
