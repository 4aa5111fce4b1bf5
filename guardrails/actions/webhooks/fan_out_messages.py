"""Fan out messages: each event becomes a delivery for everybody who is to hear of it, once."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from guardrails.actions.turns import take_turns
from guardrails.models import Delivery, OutboxMessage, WebhookEndpoint
from guardrails.queries.mail_recipients import mail_recipients

MOST = 500
"""How many messages are fanned out in one transaction."""


def fan_out_messages(now: datetime) -> int:
    """Make the deliveries of messages that wait, oldest first; give how many messages that were.

    One process at a time: were the later message of a subject fanned out before the earlier one, it could be
    delivered before it too.
    """
    with transaction.atomic():
        take_turns(("fan out",))
        waiting = OutboxMessage.objects.filter(fanned_out_at=None).select_related("record").order_by("number")
        messages = list(waiting[:MOST])
        if not messages:
            return 0
        endpoints = [
            (endpoint, {policy.pk for policy in endpoint.policies.all()})
            for endpoint in WebhookEndpoint.objects.filter(active=True).prefetch_related("policies")
        ]
        made = [delivery for message in messages for delivery in _deliveries(message, endpoints, now)]
        Delivery.objects.bulk_create(made, ignore_conflicts=True)
        OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).update(fanned_out_at=now)
    return len(messages)


def new_delivery(
    message: OutboxMessage, now: datetime, *, endpoint: WebhookEndpoint | None = None, address: str = ""
) -> Delivery:
    """Give an unsaved delivery that is due at once; the message's record is loaded."""
    record = message.record
    return Delivery(
        message=message,
        endpoint=endpoint,
        address=address,
        kind=record.kind,
        subject=f"{record.subject_type}:{record.subject_id}",
        created_at=now,
        due_since=now,
        next_at=now,
    )


def _deliveries(
    message: OutboxMessage, endpoints: list[tuple[WebhookEndpoint, set[int]]], now: datetime
) -> list[Delivery]:
    record = message.record
    hooks = [
        new_delivery(message, now, endpoint=endpoint)
        for endpoint, policies in endpoints
        if endpoint.wants(record.kind, record.policy_id, policies)
    ]
    # Without a mail server nobody is told by e-mail, and nothing piles up for the day when there is one.
    addresses = mail_recipients(record) if settings.MAIL_IS_SENT else []
    return [*hooks, *(new_delivery(message, now, address=address) for address in addresses)]
