"""Switch an endpoint off or on: by a manager, with a reason, or because its receiver wants to be told nothing more."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from guardrails.actions.webhooks.record_endpoint import record_endpoint
from guardrails.actions.webhooks.replay_deliveries import replay_deliveries
from guardrails.models import Delivery, DeliveryState, WebhookEndpoint
from guardrails.outbox.post import GONE
from policies.models.tracking import sign

OFF = "webhook.switched_off"
ON = "webhook.switched_on"
IS_GONE = "webhook.gone"


def switch_endpoint(
    *, endpoint: WebhookEndpoint, active: bool, actor: User | None, reason: str, now: datetime, replay: bool = False
) -> int:
    """Switch it off or on; with `replay`, what was given up is sent again: gives how many deliveries that are.

    One that is as it should be already stays as it is, and nothing is written.
    """
    with transaction.atomic():
        row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
        if row.active == active:
            return 0
        _switch(row, active=active, actor=actor, reason=reason, now=now)
        again = 0
        if replay:
            dead = Delivery.objects.filter(endpoint=row, state=DeliveryState.DEAD).values_list("pk", flat=True)
            again = replay_deliveries(deliveries=dead, now=now)
        kind, more = (ON, {"replayed": again}) if active else (OFF, {})
        record_endpoint(kind=kind, endpoint=row, actor=actor, reason=reason, now=now, **more)
    return again


def switch_off_gone(delivery: Delivery, *, now: datetime) -> None:
    """Switch off, in the caller's transaction, the endpoint that answered 410 Gone to this delivery.

    What waits for it is given up, and can be sent again; but for what another worker is sending now, which says itself
    what became of it, and may be told the same. Whose address was changed meanwhile has not answered.
    """
    sent_to = delivery.endpoint
    if sent_to is None:
        return
    row = WebhookEndpoint.objects.select_for_update().get(pk=sent_to.pk)
    if row.url != sent_to.url or not (row.active or row.off_because == GONE):
        return
    waiting = Delivery.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=now), endpoint=row)
    given_up = waiting.filter(state=DeliveryState.DUE).update(state=DeliveryState.DEAD, last_error=GONE)
    if row.active:
        _switch(row, active=False, actor=None, reason=GONE, now=now)
        answer = {"endpoint": row.pk, "name": row.name, "reason": GONE, "given_up": given_up}
        record_endpoint(kind=IS_GONE, endpoint=row, actor=None, reason=GONE, now=now, answer=answer)


def _switch(row: WebhookEndpoint, *, active: bool, actor: User | None, reason: str, now: datetime) -> None:
    values: dict[str, Any] = {"off_since": None, "off_because": ""}
    if not active:
        values = {"off_since": now, "off_because": reason}
    for name, value in (values | {"active": active, "quiet_until": None}).items():
        setattr(row, name, value)
    sign(row, actor=actor, reason=reason)
    row.save()
