"""Purge what was delivered: after a while nobody asks for it again, and the audit log keeps what happened for ever."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from guardrails.actions.turns import take_turns
from guardrails.models import Delivery, DeliveryState, OutboxMessage

MOST = 500
"""How many messages are deleted in one transaction."""
TURN = ("replay or purge",)
"""Whoever replays messages must not find, when it makes their deliveries, that they are gone meanwhile."""


def purge_delivered(now: datetime) -> int:
    """Delete messages, with their deliveries, of which everybody heard long ago; give how many messages that were.

    Long ago is DELIVERED_KEPT_DAYS. A message stays as long as one of its deliveries is due or was given up, or was
    delivered later; and so does one that was not fanned out yet. One that nobody wanted goes after the same time.
    """
    if not settings.DELIVERED_KEPT_DAYS:
        return 0
    before = now - timedelta(days=settings.DELIVERED_KEPT_DAYS)
    still_needed = Delivery.objects.filter(message=OuterRef("pk")).exclude(
        Q(state=DeliveryState.DELIVERED) & Q(delivered_at__lte=before)
    )
    with transaction.atomic():
        take_turns(TURN)
        old = OutboxMessage.objects.filter(~Exists(still_needed), fanned_out_at__lte=before)
        numbers = list(old.order_by("fanned_out_at").values_list("pk", flat=True)[:MOST])
        # Those whose deliveries the admin has made due since they were read stay.
        Delivery.objects.filter(message__in=numbers, state=DeliveryState.DELIVERED, delivered_at__lte=before).delete()
        gone = OutboxMessage.objects.filter(~Exists(Delivery.objects.filter(message=OuterRef("pk"))), pk__in=numbers)
        deleted, _ = gone.delete()
    return deleted
