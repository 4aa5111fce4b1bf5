"""Deliver messages: try what is due, at least once each, in order for one subject and receiver.

A worker claims a delivery by a conditional update, sends it outside of any transaction, and then says what became of
it. A worker that dies in between leaves a claim that runs out: the delivery is then tried again.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from random import random
from time import monotonic
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q

from guardrails.actions.settlements.settle_exception import count_as_sent
from guardrails.actions.webhooks.switch_endpoint import switch_off_gone
from guardrails.models import Delivery, DeliveryState, WebhookEndpoint
from guardrails.models.delivery import LONGEST_ERROR
from guardrails.outbox.envelope import envelope
from guardrails.outbox.mail import mail
from guardrails.outbox.post import Attempt, post
from guardrails.outbox.retries import asked_wait, next_attempt
from guardrails.outbox.signature import signed_headers
from guardrails.queries.due_deliveries import due_deliveries

MOST = 20
"""How many are tried in one go: with the time that each receiver has, the last one's timestamp is still fresh."""
LEASE = timedelta(minutes=10)
"""How long a worker has a delivery to itself: longer than one go can take."""
REST = timedelta(minutes=1)
"""How long a receiver that did not answer in time is left alone, so that it does not take the time of all others."""

_Receiver = tuple[int | None, str]
"""An endpoint, or an e-mail address."""

logger = structlog.get_logger(__name__)


def deliver_messages(
    now: datetime, *, jitter: Callable[[], float] = random, stopwatch: Callable[[], float] = monotonic
) -> int:
    """Try what is due; give how many were delivered.

    A receiver that fails is left alone for the rest of this go: however much waits for it, it takes one place. The
    time that the others took counts: who asks to be left alone for a minute means from its answer on.
    """
    delivered, failing, began = 0, set[_Receiver](), stopwatch()
    for found in _in_turn(now, failing):
        if not claim(found, now=now):
            continue
        attempt = send(found, now=now)
        settle(found, attempt, now=now + timedelta(seconds=stopwatch() - began), jitter=jitter())
        delivered += not attempt.error
        if attempt.error:
            failing.add((found.endpoint_id, found.address))
    return delivered


def _in_turn(now: datetime, failing: Collection[_Receiver]) -> Iterator[Delivery]:
    """Give at most MOST of what is due, looking again without those that began to fail meanwhile."""
    left, seen = MOST, set[int]()
    while left:
        due = due_deliveries(now, without=failing).exclude(pk__in=seen).select_related("endpoint")[:left]
        before = len(seen)
        for found in due:
            if (found.endpoint_id, found.address) not in failing:
                seen.add(found.pk)
                yield found
        if len(seen) == before:
            return
        left -= len(seen) - before


def claim(delivery: Delivery, *, now: datetime) -> bool:
    """Take it, unless somebody else has since it was read; attempts and end of the claim then tell it from others."""
    unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
    mine = Delivery.objects.filter(unclaimed, pk=delivery.pk, state=DeliveryState.DUE, attempts=delivery.attempts)
    if not mine.update(claimed_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    delivery.attempts, delivery.claimed_until = delivery.attempts + 1, now + LEASE
    return True


def send(delivery: Delivery, *, now: datetime) -> Attempt:
    """Send it, in the words of its record."""
    loaded = Delivery.objects.select_related("message__record__policy", "endpoint").get(pk=delivery.pk)
    try:
        if loaded.endpoint is None:
            return mail(message=loaded.message, address=loaded.address)
        body = envelope(loaded.message)
        secrets = loaded.endpoint.secrets(now)
        headers = signed_headers(event=loaded.message.event_id, body=body, secrets=secrets, now=now)
        return post(url=loaded.endpoint.url, headers=headers, body=body.encode())
    except Exception as error:
        # One that cannot even be made must not stop those behind it for ever.
        logger.exception("delivery_failed", delivery=delivery.pk)
        return Attempt(error=f"It could not be sent ({type(error).__name__}); the log says why.")


def settle(delivery: Delivery, attempt: Attempt, *, now: datetime, jitter: float) -> bool:
    """Note what became of the attempt; not where the claim ran out and another worker has it since."""
    asked = asked_wait(attempt.retry_after, now=now)
    values = _outcome(delivery, attempt, asked, now, jitter)
    with transaction.atomic():
        mine = Delivery.objects.filter(
            pk=delivery.pk,
            state=DeliveryState.DUE,
            attempts=delivery.attempts,
            claimed_until=delivery.claimed_until,
        )
        if not mine.update(**values):
            return False
        if not attempt.error:
            count_as_sent(delivery, now=now)
        elif attempt.gone:
            switch_off_gone(delivery, now=now)
        elif (asked or attempt.late) and delivery.endpoint:
            _leave_alone(delivery.endpoint, until=now + (asked or REST))
    return True


def _outcome(delivery: Delivery, attempt: Attempt, asked: timedelta, now: datetime, jitter: float) -> dict[str, Any]:
    values: dict[str, Any] = {"claimed_until": None, "last_status": attempt.status}
    values["last_error"] = attempt.error.replace("\0", "")[:LONGEST_ERROR]
    if not attempt.error:
        return values | {"state": DeliveryState.DELIVERED, "delivered_at": now}
    again = next_attempt(attempts=delivery.attempts, due_since=delivery.due_since, now=now, jitter=jitter, asked=asked)
    return values | ({"next_at": again} if again else {"state": DeliveryState.DEAD})


def _leave_alone(endpoint: WebhookEndpoint, *, until: datetime) -> None:
    """Send the whole endpoint nothing before then: what is the matter with it concerns us, not this one event."""
    sooner = Q(quiet_until=None) | Q(quiet_until__lt=until)
    WebhookEndpoint.objects.filter(sooner, pk=endpoint.pk).update(quiet_until=until)
