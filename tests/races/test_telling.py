"""Many processes deliver at once, and some die in the middle: nothing is lost, and each story is told in order."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from guardrails.actions.webhooks.deliver_messages import LEASE
from guardrails.models import AuditRecord, Delivery, DeliveryState, OutboxMessage, WebhookEndpoint
from guardrails.outbox.post import GONE
from tests.guardrails.builders import NOON
from tests.guardrails.delivering import an_endpoint, happens
from tests.guardrails.receiver import Receiver, answers, serving
from tests.races.racing import race
from tests.races.telling import tell, tidy

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]
STORY = ("exception.held", "exception.granted", "settlement.sent", "settlement.confirmed", "exception.reversed")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with serving() as found:
        yield found


def test_nothing_is_lost_and_each_story_is_told_in_order(db: None, receiver: Receiver, crowd: int) -> None:
    an_endpoint(receiver.url)
    told = [happens(kind, f"exc_{number}") for kind in STORY for number in range(12)]
    deaths = crowd // 4

    race(tell, [(NOON, 3, lane < deaths) for lane in range(crowd)])
    later = NOON + LEASE
    while Delivery.objects.filter(state=DeliveryState.DUE).exists():
        race(tell, [(later, 6, False)] * (crowd // 2))

    assert not OutboxMessage.objects.filter(fanned_out_at=None).exists()
    assert Delivery.objects.count() == len(told)
    arrived = Counter(receiver.ids())
    assert set(arrived) == set(told)
    assert sum(arrived.values()) - len(told) <= deaths
    first: dict[str, list[Any]] = defaultdict(list)
    for one in receiver.received:
        story = first[one.event["subject"]["id"]]
        if one.event["type"] not in story:
            story.append(one.event["type"])
    assert {tuple(story) for story in first.values()} == {STORY}


def test_what_a_gone_receiver_did_not_take_is_given_up_once_by_however_many(db: None, receiver: Receiver) -> None:
    """While one worker is told 410 and switches the endpoint off, the others send, and are told it as well."""
    an_endpoint(receiver.url)
    receiver.behave = [answers(204)] * 5 + [answers(410)]
    for number in range(24):
        happens("exception.granted", f"exc_{number}")
    race(tell, [(NOON, 2, False)] * 6)
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.active, endpoint.off_because) == (False, GONE)
    states = Counter(Delivery.objects.values_list("state", flat=True))
    assert states == {DeliveryState.DELIVERED: 5, DeliveryState.DEAD: 19}
    assert AuditRecord.objects.filter(kind="webhook.gone").count() == 1


def test_a_message_is_deleted_whole_or_sent_again_whole(db: None, receiver: Receiver) -> None:
    endpoint, _ = an_endpoint(receiver.url)
    for number in range(20):
        happens("exception.granted", f"exc_{number}")
    race(tell, [(NOON, 1, False)])
    later = NOON + timedelta(days=90)
    Delivery.objects.filter(message__number__in=OutboxMessage.objects.values("number")[:5]).update(
        delivered_at=later - timedelta(days=1)
    )
    done = race(tidy, [(later, 2, None), (later, 2, endpoint.pk)] * 3)
    left = OutboxMessage.objects.count()
    assert sum(done[::2]) == 20 - left
    assert Delivery.objects.filter(state=DeliveryState.DUE).count() == Delivery.objects.count() == left >= 5
    assert sum(done[1::2]) == left
