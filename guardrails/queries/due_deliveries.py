"""Due deliveries: which may be tried now; at most one of each subject and receiver, the earliest."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from guardrails.models import Delivery, DeliveryState


def due_deliveries(now: datetime, *, without: Collection[tuple[int | None, str]] = ()) -> QuerySet[Delivery]:
    """Give those that are due, that no worker has, and before which nothing of the same subject waits.

    What an endpoint that was switched off has not heard yet waits until it is switched on again, and while one asked
    to be left alone all that is for it waits. Receivers, an endpoint or an address each, can be left out.
    """
    endpoints = [endpoint for endpoint, _ in without if endpoint is not None]
    addresses = [address for endpoint, address in without if endpoint is None]
    not_quiet = Q(endpoint__quiet_until=None) | Q(endpoint__quiet_until__lte=now)
    return (
        _due()
        .filter(next_at__lte=now)
        .filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        .filter(Q(endpoint=None) | Q(endpoint__active=True) & not_quiet)
        .exclude(Q(endpoint__in=endpoints) | Q(endpoint=None, address__in=addresses))
        .exclude(behind_another())
        .order_by("next_at", "message")
    )


def behind_another() -> Exists:
    """Tell of each delivery whether an earlier one of its subject waits for the same receiver: it comes first."""
    return Exists(_before(OuterRef))


def first_before(delivery: Delivery) -> Delivery | None:
    """Give the delivery for which this one waits; None where it is the first of its subject that is due."""
    earlier = _before(lambda name: getattr(delivery, name))
    return earlier.select_related("message", "endpoint").order_by("message").first()


def _due() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.DUE)


def _before(own: Callable[[str], Any]) -> QuerySet[Delivery]:
    """Give the due ones of the same subject and receiver before the one whose columns are `own`."""
    earlier = _due().filter(subject=own("subject"), message__lt=own("message"))
    return earlier.filter(Q(endpoint=own("endpoint")) | Q(endpoint=None, address=own("address")))
