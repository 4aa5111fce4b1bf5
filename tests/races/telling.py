"""Telling: what one process of those that deliver events, send them again or delete them does."""

from datetime import UTC, datetime

from django.conf import settings

from guardrails.actions.webhooks.deliver_messages import claim, deliver_messages, send
from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.actions.webhooks.purge_delivered import purge_delivered
from guardrails.actions.webhooks.replay_deliveries import replay_messages
from guardrails.models import WebhookEndpoint
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


def tidy(now: datetime, rounds: int, replays: int | None) -> int:
    """Purge, round after round, or replay all that there is to one endpoint; give how many messages that were."""
    if replays is None:
        return sum(purge_delivered(now) for _ in range(rounds))
    endpoint = WebhookEndpoint.objects.get(pk=replays)
    return sum(
        replay_messages(endpoint=endpoint, since=datetime.min.replace(tzinfo=UTC), now=now) for _ in range(rounds)
    )
