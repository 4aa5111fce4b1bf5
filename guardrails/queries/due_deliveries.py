"""Due deliveries: which may be tried now; at most one of each subject and receiver, the earliest."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from guardrails.models import Delivery, DeliveryState


def due_deliveries(now: datetime) -> QuerySet[Delivery]:
    """Give those that are due, that no worker has, and before which nothing of the same subject waits.

    What an endpoint that was switched off has not heard yet waits until it is switched on again, and while one asked
    to be left alone all that is for it waits.
    """
    due = Delivery.objects.filter(state=DeliveryState.DUE)
    earlier = due.filter(subject=OuterRef("subject"), message__lt=OuterRef("message"))
    same_receiver = earlier.filter(Q(endpoint=OuterRef("endpoint")) | Q(endpoint=None, address=OuterRef("address")))
    not_quiet = Q(endpoint__quiet_until=None) | Q(endpoint__quiet_until__lte=now)
    return (
        due.filter(next_at__lte=now)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        .filter(Q(endpoint=None) | Q(endpoint__active=True) & not_quiet)
        .exclude(Exists(same_receiver))
        .order_by("next_at", "message")
    )
