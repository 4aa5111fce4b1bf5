"""What did not arrive is sent again: at least once, in order, and by one worker at a time."""

from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from guardrails.actions.webhooks import deliver_messages as delivering
from guardrails.actions.webhooks.deliver_messages import LEASE, claim, deliver_messages, send, settle
from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.models import Delivery, DeliveryState, WebhookEndpoint
from guardrails.outbox import network
from guardrails.outbox.retries import GIVEN_UP_AFTER
from guardrails.queries.due_deliveries import due_deliveries
from tests.guardrails.builders import NOON
from tests.guardrails.delivering import SOON, an_endpoint, happens, tend, the_delivery
from tests.guardrails.receiver import answers, closes, serving


@pytest.mark.django_db
def test_a_receiver_that_answers_500_is_asked_again_later(receiver):
    an_endpoint(receiver.url)
    event = happens("exception.granted")
    receiver.behave = [answers(500, b"secret stack trace"), answers(200)]

    assert tend() == 0
    failed = the_delivery()
    assert (failed.state, failed.last_status, failed.last_error) == ("due", 500, "It answered 500.")
    assert tend(NOON + timedelta(seconds=4)) == 0
    assert tend(SOON) == 1

    assert receiver.ids() == [event, event]
    assert receiver.received[0].body == receiver.received[1].body
    assert (the_delivery().state, the_delivery().attempts) == ("delivered", 2)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status, receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    receiver.behave = [answers(status, Location=f"http://127.0.0.1:{receiver.port}/elsewhere")]
    tend()
    assert [each.path for each in receiver.received] == ["/hooks?of=guardrails"]
    assert the_delivery().last_error == f"It answered {status}. Redirects are not followed."


@pytest.mark.django_db
def test_a_receiver_that_dies_after_receiving_gets_it_again_with_the_same_id(receiver):
    an_endpoint(receiver.url)
    event = happens("exception.granted")
    receiver.behave = [closes, answers(200)]
    assert tend() == 0
    assert the_delivery().last_error.startswith("RemoteProtocolError")
    assert tend(SOON) == 1
    assert receiver.ids() == [event, event]


@pytest.mark.django_db
def test_a_receiver_that_is_down_gets_it_when_it_is_back(receiver):
    endpoint, _ = an_endpoint("http://127.0.0.1:1/")
    event = happens("exception.granted")
    assert tend() == 0
    assert the_delivery().last_error.startswith("ConnectError")
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=receiver.url)
    assert tend(SOON) == 1
    assert receiver.ids() == [event]


@pytest.mark.django_db
def test_a_receiver_that_is_slow_is_left_in_time(receiver, monkeypatch):
    seconds = count(step=2)
    monkeypatch.setattr(network, "monotonic", lambda: float(next(seconds)))

    def drips(handler: Any) -> None:
        """One byte after the other, each of them in time for a time-out of single reads."""
        with suppress(OSError):
            while True:
                handler.wfile.write(b"H")

    an_endpoint(receiver.url)
    happens("exception.granted")
    receiver.behave = [drips]
    assert tend() == 0
    assert the_delivery().last_error == "It did not answer within 10 seconds."


@pytest.mark.django_db
def test_a_receiver_that_fails_does_not_keep_others_waiting(receiver):
    an_endpoint("http://127.0.0.1:1/")
    an_endpoint(receiver.url)
    for number in range(3):
        happens("exception.granted", f"exc_{number}")
    assert tend() == 3


@pytest.mark.django_db
def test_however_much_waits_for_one_that_fails_the_others_are_told_as_fast(receiver, monkeypatch):
    monkeypatch.setattr(delivering, "MOST", 4)
    with serving() as broken:
        broken.behave = [answers(500)]
        an_endpoint(broken.url, name="A, which fails")
        an_endpoint(receiver.url, name="B")
        told = [happens("exception.granted", f"exc_{number}") for number in range(12)]
        assert tend(rounds=4) == 12
    assert sorted(receiver.ids()) == sorted(told)
    assert len(broken.received) == 4


@pytest.mark.django_db
def test_events_of_one_exception_come_in_order_although_the_first_fails(receiver):
    an_endpoint(receiver.url)
    happens("exception.held", "exc_1")
    happens("exception.granted", "exc_1")
    happens("exception.held", "exc_2")
    receiver.behave = [answers(503), answers(200)]

    tend()
    assert receiver.types() == ["exception.held"]
    tend(rounds=3)
    assert [(each.event["subject"]["id"], each.event["type"]) for each in receiver.received[1:]] == [
        ("exc_2", "exception.held")
    ]
    tend(SOON, rounds=3)
    of_one = [each for each in receiver.received if each.event["subject"]["id"] == "exc_1"]
    assert [each.event["type"] for each in of_one] == ["exception.held", "exception.held", "exception.granted"]
    assert of_one[1].event["sequence"] < of_one[2].event["sequence"]


@pytest.mark.django_db
def test_the_next_event_comes_when_the_one_before_is_given_up(receiver):
    an_endpoint(receiver.url)
    happens("exception.held")
    happens("exception.granted")
    receiver.behave = [answers(500)]
    now, attempts = NOON, 0
    while Delivery.objects.filter(state=DeliveryState.DEAD).count() == 0:
        tend(now)
        attempts += 1
        first = Delivery.objects.earliest("message")
        now = first.next_at
    assert 15 <= attempts <= 20
    assert now - NOON <= GIVEN_UP_AFTER
    receiver.behave = [answers(200)]
    tend(now)
    assert receiver.types()[-1] == "exception.granted"


@pytest.mark.django_db
def test_two_workers_never_have_the_same_delivery(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    fan_out_messages(NOON)
    mine, yours = due_deliveries(NOON).get(), due_deliveries(NOON).get()
    assert [claim(mine, now=NOON), claim(yours, now=NOON)] == [True, False]
    assert not due_deliveries(NOON).exists()


@pytest.mark.django_db
def test_what_a_dead_worker_had_is_tried_again_and_its_late_word_counts_no_more(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    fan_out_messages(NOON)
    lost = due_deliveries(NOON).get()
    claim(lost, now=NOON)
    attempt = send(lost, now=NOON)

    later = NOON + LEASE
    receiver.behave = [answers(500)]
    assert deliver_messages(later, jitter=lambda: 0.0) == 0
    assert not settle(lost, attempt, now=later, jitter=0.0)
    assert the_delivery().state == "due"
    assert len(receiver.received) == 2
