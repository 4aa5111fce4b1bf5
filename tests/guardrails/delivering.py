"""Events and endpoints, as the tests of deliveries make them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from guardrails.actions.webhooks.deliver_messages import deliver_messages
from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.actions.webhooks.webhook_endpoint_secret import give_secret
from guardrails.audit import Subject, record
from guardrails.models import Delivery, WebhookEndpoint
from policies.models import Policy
from tests.guardrails.builders import NOON

SOON = NOON + timedelta(seconds=6)
"""After the first wait for another attempt."""
_numbers = count(1)


def an_endpoint(url: str, *policies: Policy, **values: Any) -> tuple[WebhookEndpoint, str]:
    """An endpoint and its secret."""
    endpoint = WebhookEndpoint(**{"name": f"Payments {next(_numbers)}", "url": url, **values})
    secret = give_secret(endpoint)
    endpoint.save()
    endpoint.policies.set(policies)
    return endpoint, secret


def happens(
    kind: str, subject: str = "exc_1", policy: Policy | None = None, now: datetime = NOON, **answer: Any
) -> str:
    """Something happens; gives the event's id."""
    about = kind.partition(".")[0]
    with transaction.atomic():
        made = record(
            kind=kind,
            subject=Subject(
                type="exception" if about in ("approval", "settlement") else about,
                id=subject,
                policy_id=policy.pk if policy else None,
            ),
            body={"answer": answer},
            actor="system",
            now=now,
        )
    return made.id.replace("aud_", "evt_")


def the_delivery() -> Delivery:
    """The only one that there is."""
    return Delivery.objects.get()


def tend(now: datetime = NOON, *, rounds: int = 1) -> int:
    """Fan out and deliver, as often as is asked; gives how many were delivered."""
    delivered = 0
    for _ in range(rounds):
        fan_out_messages(now)
        delivered += deliver_messages(now, jitter=lambda: 0.0, stopwatch=lambda: 0.0)
    return delivered
