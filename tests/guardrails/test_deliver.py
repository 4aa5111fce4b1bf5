"""What happens is told to those who want to know: at least once, in order, and so that repeats can be ignored."""

from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from standardwebhooks import Webhook, WebhookVerificationError

from guardrails.actions.webhooks.deliver_messages import LEASE, claim, deliver_messages, send, settle
from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.actions.webhooks.replay_deliveries import replay_deliveries, replay_messages
from guardrails.actions.webhooks.webhook_endpoint_secret import OVERLAP, rotate_secret
from guardrails.audit import Subject, record
from guardrails.models import Delivery, DeliveryState, OutboxMessage, WebhookEndpoint
from guardrails.outbox import network
from guardrails.outbox.retries import GIVEN_UP_AFTER
from guardrails.queries.due_deliveries import due_deliveries
from tests.guardrails.asking import grant
from tests.guardrails.builders import NOON, a_policy
from tests.guardrails.delivering import an_endpoint, happens, tend
from tests.guardrails.receiver import answers, closes

SOON = NOON + timedelta(seconds=6)


def the_delivery() -> Delivery:
    return Delivery.objects.get()


def test_a_grant_is_told_to_an_endpoint_in_an_envelope(help_desk, shop, receiver):
    an_endpoint(receiver.url)
    told = grant(help_desk, amount="5.00").answer

    assert tend(rounds=2) >= 1

    granted = next(each for each in receiver.received if each.event["type"] == "exception.granted")
    event = granted.event
    assert event["id"] == granted.id
    assert event["id"].startswith("evt_")
    assert event["subject"] == {"type": "exception", "id": told["exception"]}
    assert (event["policy"], event["at"]) == ("shop_eu", NOON.isoformat())
    assert event["data"]["amount"] == {"amount": "5.00", "currency": "EUR"}
    assert event["data"]["customer"] == "C-1"
    assert granted.path == "/hooks?of=guardrails"
    assert granted.headers["host"] == f"127.0.0.1:{receiver.port}"


def test_nothing_that_only_agents_may_know_leaves(help_desk, receiver):
    an_endpoint(receiver.url)
    grant(help_desk, amount="5.00", note="Her son is ill.")

    tend(rounds=2)

    bodies = b"".join(each.body for each in receiver.received)
    for hidden in (b"Her son is ill", b"order_total", b"82.50", b"remaining", b"guidance", b'"say"', b"may give up to"):
        assert hidden not in bodies


def test_a_publication_is_told(shop, receiver):
    an_endpoint(receiver.url)
    tend()
    event = receiver.received[0].event
    assert event["type"] == "policy.published"
    assert event["data"]["version"]["number"] == 1


@pytest.mark.django_db
def test_the_signature_is_the_one_of_standard_webhooks(receiver):
    _, secret = an_endpoint(receiver.url)
    happens("exception.granted")
    tend()

    one = receiver.received[0]
    with time_machine.travel(NOON, tick=False):
        assert Webhook(secret).verify(one.body, one.headers)["type"] == "exception.granted"
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(one.body + b" ", one.headers)
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False), pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(one.body, one.headers)


@pytest.mark.django_db
def test_while_a_secret_is_replaced_both_verify(receiver):
    endpoint, old = an_endpoint(receiver.url)
    endpoint, new = rotate_secret(endpoint=endpoint, actor=None, reason="yearly", now=NOON)
    happens("exception.granted")
    tend()
    after = NOON + OVERLAP
    happens("exception.voided")
    tend(after)

    during, later = receiver.received
    with time_machine.travel(NOON, tick=False):
        assert Webhook(old).verify(during.body, during.headers)
        assert Webhook(new).verify(during.body, during.headers)
    with time_machine.travel(after, tick=False):
        assert Webhook(new).verify(later.body, later.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(later.body, later.headers)


@pytest.mark.django_db
def test_a_secret_is_neither_in_the_database_nor_in_the_history(receiver):
    endpoint, secret = an_endpoint(receiver.url)
    stored = WebhookEndpoint.objects.values().get()
    assert secret not in str(stored)
    assert secret[6:] not in str(stored)
    assert not {"secret", "previous_secret"} & set(endpoint.history.values().first() or {})


@pytest.mark.django_db
def test_no_event_without_what_happened(receiver):
    an_endpoint(receiver.url)
    with transaction.atomic():
        happens("exception.granted")
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_what_concerns_nobody_outside_is_not_told():
    record(kind="token.issued", subject=Subject(type="token", id="tok_1"), body={}, actor="x", now=NOON)
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        ([], ["exception.granted", "exception.voided", "freeze.begun"]),
        (["exception"], ["exception.granted", "exception.voided"]),
        (["exception.voided", "freeze"], ["exception.voided", "freeze.begun"]),
        (["budget"], []),
    ],
)
def test_an_endpoint_hears_of_the_kinds_that_it_chose(kinds, told, receiver):
    an_endpoint(receiver.url, kinds=kinds)
    for kind in ("exception.granted", "exception.voided", "freeze.begun"):
        happens(kind, subject=kind)
    tend()
    assert receiver.types() == told


@pytest.mark.django_db
def test_an_endpoint_hears_of_its_policies_only(receiver):
    mine, other = a_policy("mine"), a_policy("other")
    an_endpoint(receiver.url, mine)
    happens("exception.granted", "exc_1", mine)
    happens("exception.granted", "exc_2", other)
    happens("freeze.begun", "frz_1", None)
    tend(rounds=2)
    assert [each.event["policy"] for each in receiver.received] == ["mine"]


@pytest.mark.django_db
def test_every_message_is_fanned_out_once(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    assert [fan_out_messages(NOON), fan_out_messages(NOON)] == [1, 0]
    assert Delivery.objects.count() == 1


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


@pytest.mark.django_db
def test_an_endpoint_that_is_switched_off_hears_nothing_until_it_is_on_again(receiver):
    endpoint, _ = an_endpoint(receiver.url)
    happens("exception.held")
    fan_out_messages(NOON)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(active=False)
    happens("exception.granted")
    assert tend() == 0
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(active=True)
    assert tend() == 1
    assert receiver.types() == ["exception.held"]


@pytest.mark.django_db
def test_what_was_given_up_is_replayed_with_its_id(receiver):
    an_endpoint(receiver.url)
    event = happens("exception.granted")
    tend()
    Delivery.objects.update(state=DeliveryState.DEAD, delivered_at=None, attempts=18)

    assert replay_deliveries(deliveries=[the_delivery().pk], now=SOON) == 1
    assert tend(SOON) == 1
    assert receiver.ids() == [event, event]
    assert replay_deliveries(deliveries=[], now=SOON) == 0


@pytest.mark.django_db
def test_a_period_is_replayed_to_an_endpoint_that_was_not_there_then(receiver):
    policy = a_policy("mine")
    happens("exception.granted", "exc_1", policy, now=NOON)
    inside = happens("exception.granted", "exc_2", policy, now=NOON + timedelta(hours=1))
    happens("exception.granted", "exc_3", policy, now=NOON + timedelta(hours=2))
    tend()
    endpoint, _ = an_endpoint(receiver.url, policy)

    hour, two = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    assert replay_messages(endpoint=endpoint, since=hour, until=two, now=SOON) == 1
    assert replay_messages(endpoint=endpoint, since=hour, until=two, now=SOON) == 0
    tend(SOON)
    assert replay_messages(endpoint=endpoint, events=[inside], now=SOON) == 1
    tend(SOON)
    assert receiver.ids() == [inside, inside]


@pytest.mark.django_db
def test_tend_does_it_all_once(receiver, capsys):
    an_endpoint(receiver.url)
    happens("exception.granted")
    call_command("tend", "--once")
    assert "fan_out_messages: 1, deliver_messages: 1" in capsys.readouterr().out
    assert len(receiver.received) == 1


@pytest.mark.django_db
def test_secrets_outlive_the_key_that_they_were_stored_under(receiver, settings):
    an_endpoint(receiver.url)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"
    happens("exception.granted", "exc_1")
    assert tend() == 1
    settings.SECRET_KEY_FALLBACKS = []
    happens("exception.granted", "exc_2")
    assert tend() == 0
    assert "It could not be sent (InvalidToken)" in Delivery.objects.get(state="due").last_error
