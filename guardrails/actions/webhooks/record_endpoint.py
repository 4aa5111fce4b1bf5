"""Record an endpoint: what a manager decided about who is told what, in the audit log too."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from guardrails.audit import Subject, record
from guardrails.models import WebhookEndpoint


def record_endpoint(
    *, kind: str, endpoint: WebhookEndpoint, actor: User | None, reason: str, now: datetime, **more: Any
) -> None:
    """Append what happened to an endpoint, in the caller's transaction; never a secret."""
    told = {
        "name": endpoint.name,
        "url": endpoint.url,
        "kinds": endpoint.kinds,
        "policies": sorted(policy.code for policy in endpoint.policies.all()),
        "pays": endpoint.pays,
        "active": endpoint.active,
    }
    record(
        kind=kind,
        subject=Subject(type="webhook_endpoint", id=str(endpoint.pk)),
        body={"reason": reason, "endpoint": told, **more},
        actor=f"user:{actor.get_username()}" if actor else "system",
        now=now,
    )
