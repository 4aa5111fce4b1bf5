"""Telling: what one process of those that deliver events does."""

from datetime import datetime

from django.conf import settings

from guardrails.actions.webhooks.deliver_messages import claim, deliver_messages, send
from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.queries.due_deliveries import due_deliveries


def tell(now: datetime, rounds: int, dies: bool) -> int:
    """Fan out and deliver, round after round; one that `dies` has sent something last, and says so to nobody."""
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    delivered = 0
    for _ in range(rounds):
        fan_out_messages(now)
        delivered += deliver_messages(now, jitter=lambda: 0.0)
    if not dies:
        return delivered
    for found in due_deliveries(now)[:5]:
        if claim(found, now=now):
            send(found, now=now)
            break
    return delivered
