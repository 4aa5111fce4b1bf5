"""What was given up, or lost by a receiver, is sent again on request, as long as it is kept."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from guardrails.actions.webhooks.replay_deliveries import replay_deliveries, replay_messages
from guardrails.models import Delivery, DeliveryState
from tests.guardrails.builders import NOON, a_policy
from tests.guardrails.delivering import SOON, an_endpoint, happens, tend, the_delivery


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
@pytest.mark.parametrize("which", [["--dead"], ["--endpoint", "Payments"]])
def test_an_event_that_is_none_is_named(which, capsys):
    an_endpoint("https://pay.example.com", name="Payments")
    with pytest.raises(CommandError, match="There is no event evt_zzz"):
        call_command("replay_webhooks", *which, "evt_zzz")


@pytest.mark.django_db
def test_it_says_that_an_endpoint_is_switched_off(capsys):
    an_endpoint("https://pay.example.com", name="Payments", active=False)
    call_command("replay_webhooks", "--endpoint", "Payments", "--since", "2026-06-01")
    assert "Payments is switched off" in capsys.readouterr().err
