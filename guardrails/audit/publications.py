"""Publications: each is recorded in the audit log, in the transaction that publishes."""

from datetime import datetime
from typing import Any

from guardrails.audit.record import Subject, record
from policies.models import PolicyVersion
from policies.signals import policy_published


def connect() -> None:
    """Listen to the policies app, which knows nothing of the audit log."""
    policy_published.connect(record_publication, dispatch_uid="guardrails.audit.publications")


def record_publication(
    sender: type[PolicyVersion], version: PolicyVersion, actor: Any, now: datetime, **_: Any
) -> None:
    """Receive policy_published: record which version, by whom and why; the version keeps its own document."""
    told = {"policy": version.policy.code, "version": {"number": version.number, "hash": version.hash}}
    record(
        kind="policy.published",
        subject=Subject(type="policy", id=version.policy.code, policy_id=version.policy_id),
        body={**told, "note": version.note, "answer": told},
        actor=f"user:{actor.get_username()}" if actor else "system",
        now=now,
    )
