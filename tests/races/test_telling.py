"""Many processes deliver at once, and some die in the middle: nothing is lost, and each story is told in order."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from guardrails.actions.webhooks.deliver_messages import LEASE
from guardrails.models import Delivery, DeliveryState, OutboxMessage
from tests.guardrails.builders import NOON
from tests.guardrails.delivering import an_endpoint, happens
from tests.guardrails.receiver import Receiver, serving
from tests.races.racing import race
from tests.races.telling import tell

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
