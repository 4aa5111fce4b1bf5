"""Purged events: those that cannot be sent again, because their messages were deleted after everybody had heard."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, OuterRef, Q

from guardrails.models import AuditRecord, OutboxMessage, WebhookEndpoint
from guardrails.models.outbox_message import record_id
from guardrails.models.webhook_endpoint import KINDS


def unknown_events(events: Sequence[str]) -> list[str]:
    """Give those of these ids that no event has."""
    known = set(AuditRecord.objects.filter(pk__in=[record_id(event) for event in events]).values_list("pk", flat=True))
    return [event for event in events if record_id(event) not in known]


def count_purged(
    *,
    endpoint: WebhookEndpoint,
    events: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Count the events of a half-open period, or among these, of which the endpoint would be told and cannot be."""
    told = reduce(or_, (Q(kind__startswith=f"{group}.") for group in KINDS))
    rows = AuditRecord.objects.filter(told, ~Exists(OutboxMessage.objects.filter(record=OuterRef("pk"))))
    if events:
        rows = rows.filter(pk__in=[record_id(event) for event in events])
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    policies = set(endpoint.policies.values_list("pk", flat=True))
    counted = rows.order_by().values_list("kind", "policy").annotate(number=Count("pk"))
    return sum(number for kind, policy, number in counted if endpoint.wants(kind, policy, policies))
