"""The secret of a webhook endpoint: made with it and told once; replaced with an overlap, so that nothing is lost."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from guardrails.actions.webhooks.record_endpoint import record_endpoint
from guardrails.models import WebhookEndpoint
from guardrails.models.sealed import seal
from guardrails.outbox.signature import new_secret
from policies.models.tracking import sign

OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation signs as well."""


def give_secret(endpoint: WebhookEndpoint) -> str:
    """Give a new, unsaved endpoint its secret, and the secret's text, which is told once."""
    secret = new_secret()
    endpoint.secret = seal(secret)
    return secret


def rotate_secret(
    *, endpoint: WebhookEndpoint, actor: User | None, reason: str, now: datetime, overlap: timedelta = OVERLAP
) -> tuple[WebhookEndpoint, str]:
    """Give the endpoint with a new secret, and its text. Until the overlap ends, both secrets sign."""
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        row.previous_secret, row.previous_until = row.secret, now + overlap
        secret = give_secret(row)
        sign(row, actor=actor, reason=reason)
        row.save()
        until = row.previous_until.isoformat()
        record_endpoint(kind="webhook.rotated", endpoint=row, actor=actor, reason=reason, now=now, previous_until=until)
    return row, secret
