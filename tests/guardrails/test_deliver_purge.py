"""What everybody has received is deleted after a while; what is still to be told never is."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from guardrails.actions.webhooks import purge_delivered as purging
from guardrails.actions.webhooks.purge_delivered import purge_delivered
from guardrails.actions.webhooks.replay_deliveries import replay_deliveries
from guardrails.models import AuditRecord, Delivery, DeliveryState, OutboxMessage
from guardrails.queries import purged_events
from tests.guardrails.builders import NOON, a_policy
from tests.guardrails.delivering import an_endpoint, happens, tend, the_delivery
from tests.guardrails.receiver import answers

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=90)


def test_what_arrived_is_kept_for_so_many_days_and_its_record_for_ever(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    tend()
    assert purge_delivered(LATER - timedelta(seconds=1)) == 0
    assert the_delivery().state == "delivered"
    assert purge_delivered(LATER) == 1
    assert not Delivery.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert AuditRecord.objects.filter(kind="exception.granted").count() == 1


def test_how_long_is_a_setting_and_none_is_for_ever(receiver, settings):
    an_endpoint(receiver.url)
    happens("exception.granted")
    tend()
    settings.DELIVERED_KEPT_DAYS = 0
    assert purge_delivered(NOON + timedelta(days=3650)) == 0
    settings.DELIVERED_KEPT_DAYS = 7
    assert purge_delivered(NOON + timedelta(days=7)) == 1


def test_what_was_not_fanned_out_is_kept(receiver):
    happens("exception.granted")
    assert purge_delivered(LATER) == 0
    an_endpoint(receiver.url)
    assert tend(LATER) == 1


@pytest.mark.parametrize("state", [DeliveryState.DUE, DeliveryState.DEAD])
def test_what_one_of_several_has_not_received_is_kept_whole(state, receiver):
    an_endpoint(receiver.url)
    behind, _ = an_endpoint(receiver.url)
    happens("exception.granted")
    tend()
    Delivery.objects.filter(endpoint=behind).update(state=state, delivered_at=None)
    assert purge_delivered(LATER) == 0
    assert Delivery.objects.count() == 2


def test_what_was_sent_again_lately_is_kept_as_long_again(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    tend()
    replay_deliveries(deliveries=[the_delivery().pk], now=LATER)
    assert purge_delivered(LATER) == 0
    assert tend(LATER) == 1
    assert purge_delivered(LATER + timedelta(days=89)) == 0
    assert purge_delivered(LATER + timedelta(days=90)) == 1


def test_what_nobody_wanted_goes_after_the_same_time():
    happens("exception.granted")
    tend()
    assert [purge_delivered(LATER - timedelta(seconds=1)), purge_delivered(LATER)] == [0, 1]


def test_it_is_done_in_small_parts_and_what_is_stuck_is_no_obstacle(receiver, monkeypatch):
    monkeypatch.setattr(purging, "MOST", 2)
    an_endpoint(receiver.url)
    stuck = [happens("exception.granted", f"exc_{number}") for number in range(3)]
    receiver.behave = [answers(500)]
    tend(rounds=3)
    Delivery.objects.update(state=DeliveryState.DEAD)
    receiver.behave = [answers(204)]
    for number in range(3, 8):
        happens("exception.granted", f"exc_{number}")
    tend(rounds=2)
    assert [purge_delivered(LATER) for _ in range(4)] == [2, 2, 1, 0]
    assert [message.event_id for message in OutboxMessage.objects.all()] == stuck


def test_a_replay_says_of_how_much_it_cannot_be(receiver, capsys):
    mine, other = a_policy("mine"), a_policy("other")
    an_endpoint(receiver.url, mine, name="Payments", kinds=["exception"])
    gone = happens("exception.granted", "exc_1", mine)
    happens("freeze.begun", "frz_1", mine)
    happens("exception.granted", "exc_2", other)
    tend()
    assert purge_delivered(LATER) == 3
    kept = happens("exception.granted", "exc_3", mine, now=LATER)
    tend(LATER)

    with pytest.raises(CommandError) as told:
        call_command("replay_webhooks", "--endpoint", "Payments", "--since", "2026-06-01")
    assert capsys.readouterr().out == "1 to be sent again.\n"
    assert told.value.returncode == 3
    assert str(told.value).startswith(
        f"1 cannot be sent again: {gone}. They happened from 2026-06-15 12:00 UTC to 2026-06-15 12:00 UTC. "
        "What everybody has received is deleted after 90 days (DELIVERED_KEPT_DAYS), now what had arrived before 20"
    )
    call_command("replay_webhooks", "--endpoint", "Payments", "--since", "2026-09-01")
    with pytest.raises(CommandError, match=f"1 cannot be sent again: {gone}"):
        call_command("replay_webhooks", "--endpoint", "Payments", gone, kept)
    with pytest.raises(CommandError, match="There is no event evt_nothing"):
        call_command("replay_webhooks", "--endpoint", "Payments", kept, "evt_nothing")


def test_of_a_long_period_the_first_that_are_gone_are_named(receiver, monkeypatch):
    monkeypatch.setattr(purged_events, "MOST_NAMED", 2)
    endpoint, _ = an_endpoint(receiver.url)
    told = [happens("exception.granted", f"exc_{day}", now=NOON + timedelta(days=day)) for day in range(3)]
    tend(rounds=3)
    assert purge_delivered(LATER) == 3
    gone = purged_events.purged_events(endpoint=endpoint, since=NOON)
    assert gone == purged_events.Purged(
        number=3, first_at=NOON, last_at=NOON + timedelta(days=2), events=tuple(told[:2])
    )
    assert purged_events.purged_events(endpoint=endpoint, since=LATER) is None


def test_housekeeping_does_it(settings, receiver, capsys):
    settings.DELIVERED_KEPT_DAYS = 1
    an_endpoint(receiver.url)
    happens("exception.granted", now=NOON - timedelta(days=2))
    call_command("tend", "--once")
    assert "purge_delivered: 0" in capsys.readouterr().out
    OutboxMessage.objects.update(fanned_out_at=NOON - timedelta(days=400))
    Delivery.objects.update(delivered_at=NOON - timedelta(days=400), state="delivered")
    call_command("tend", "--once")
    assert "purge_delivered: 1" in capsys.readouterr().out
