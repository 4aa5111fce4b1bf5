"""Purged events: those that cannot be sent again, because their messages were deleted after everybody had heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, Max, Min, OuterRef, Q

from guardrails.models import AuditRecord, OutboxMessage, WebhookEndpoint
from guardrails.models.outbox_message import event_id, record_id
from guardrails.models.webhook_endpoint import KINDS

MOST_NAMED = 20
"""How many events of a period are named."""


def unknown_events(events: Sequence[str]) -> list[str]:
    """Give those of these ids that no event has."""
    known = set(AuditRecord.objects.filter(pk__in=[record_id(event) for event in events]).values_list("pk", flat=True))
    return [event for event in events if record_id(event) not in known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many events cannot be sent again, from when to when they happened, and the ids of the first of them."""

    number: int
    first_at: datetime
    last_at: datetime
    events: tuple[str, ...]


def purged_events(
    *,
    endpoint: WebhookEndpoint,
    events: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> Purged | None:
    """Give the events of a half-open period, or those among these, of which the endpoint would be told and cannot be.

    All of these are named, but of a period only the first.
    """
    told = reduce(or_, (Q(kind__startswith=f"{group}.") for group in KINDS))
    rows = AuditRecord.objects.filter(told, ~Exists(OutboxMessage.objects.filter(record=OuterRef("pk")))).order_by()
    if events:
        rows = rows.filter(pk__in=[record_id(event) for event in events])
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    policies = set(endpoint.policies.values_list("pk", flat=True))
    counted = rows.values_list("kind", "policy").annotate(number=Count("pk"), first=Min("at"), last=Max("at"))
    found = [each for each in counted if endpoint.wants(each[0], each[1], policies)]
    if not found:
        return None
    theirs = rows.filter(reduce(or_, (Q(kind=kind, policy=policy) for kind, policy, *_ in found)))
    named = theirs.order_by("at", "pk").values_list("pk", flat=True)[: len(events) or MOST_NAMED]
    return Purged(
        number=sum(each[2] for each in found),
        first_at=min(each[3] for each in found),
        last_at=max(each[4] for each in found),
        events=tuple(event_id(each) for each in named),
    )
