"""Replay deliveries: send again what was given up, or what a receiver has lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from guardrails.actions.turns import take_turns
from guardrails.actions.webhooks.fan_out_messages import new_delivery
from guardrails.actions.webhooks.purge_delivered import TURN
from guardrails.models import Delivery, DeliveryState, OutboxMessage, WebhookEndpoint
from guardrails.models.outbox_message import record_id

MOST = 500
"""How many messages are replayed in one transaction."""


def replay_deliveries(*, deliveries: Sequence[int] | QuerySet[Any, int], now: datetime) -> int:
    """Make these due at once, whether they were given up or delivered; give how many that were.

    They carry the ids that they had, by which a receiver ignores what it has. They come after what was delivered
    meanwhile: `sequence` says where they belong.
    """
    with transaction.atomic():
        rows = Delivery.objects.filter(pk__in=deliveries).exclude(state=DeliveryState.DUE)
        return rows.update(
            state=DeliveryState.DUE, attempts=0, due_since=now, next_at=now, claimed_until=None, delivered_at=None
        )


def replay_messages(
    *,
    now: datetime,
    endpoint: WebhookEndpoint,
    events: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Send an endpoint everything of a period, or these events, that it wants: what it had, and what it never had.

    The period is half open, and by when things happened. What was purged is not sent: its place in the sequence of its
    subject is known no more (guardrails.queries.purged_events says of how much that is so).
    """
    rows = OutboxMessage.objects.filter(fanned_out_at__isnull=False).order_by("number")
    if events:
        rows = rows.filter(record__in=[record_id(event) for event in events])
    if since:
        rows = rows.filter(record__at__gte=since)
    if until:
        rows = rows.filter(record__at__lt=until)
    policies = set(endpoint.policies.values_list("pk", flat=True))
    wanted = [
        number
        for number, kind, policy_id in rows.values_list("number", "record__kind", "record__policy")
        if endpoint.wants(kind, policy_id, policies)
    ]
    return sum(_again(wanted[at : at + MOST], endpoint, now) for at in range(0, len(wanted), MOST))


def _again(numbers: Sequence[int], endpoint: WebhookEndpoint, now: datetime) -> int:
    with transaction.atomic():
        take_turns(TURN)
        messages = OutboxMessage.objects.filter(pk__in=numbers).select_related("record")
        made = [new_delivery(message, now, endpoint=endpoint) for message in messages]
        had = Delivery.objects.filter(message__in=numbers, endpoint=endpoint)
        ids = list(had.exclude(state=DeliveryState.DUE).values_list("pk", flat=True))
        new = [each for each in made if each.message_id not in set(had.values_list("message", flat=True))]
        Delivery.objects.bulk_create(made, ignore_conflicts=True)
        return replay_deliveries(deliveries=ids, now=now) + len(new)
