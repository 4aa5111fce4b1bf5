"""What a receiver asks for is done: to be left alone for a while, or to be told nothing more."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from guardrails.actions.webhooks.deliver_messages import REST, claim, deliver_messages, send, settle
from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.actions.webhooks.switch_endpoint import switch_endpoint
from guardrails.models import AuditRecord, Delivery, WebhookEndpoint
from guardrails.outbox import network
from guardrails.outbox.post import GONE, SECONDS
from guardrails.outbox.retries import GIVEN_UP_AFTER, LONGEST, next_attempt
from guardrails.queries.due_deliveries import due_deliveries
from policies.models import PolicyScope
from tests.guardrails.builders import NOON, a_policy
from tests.guardrails.delivering import SOON, an_endpoint, happens, tend, the_delivery
from tests.guardrails.receiver import Behaviour, answers

pytestmark = pytest.mark.django_db
OWN = timedelta(seconds=5)


def busy(status: int, asked: str) -> Behaviour:
    """Asks for time."""
    headers: dict[str, Any] = {"retry-after": asked}
    return answers(status, **headers)


@pytest.mark.parametrize(
    ("status", "asked", "wait"),
    [
        (429, "120", timedelta(seconds=120)),
        (503, "120", timedelta(seconds=120)),
        (503, "Mon, 15 Jun 2026 12:05:00 GMT", timedelta(minutes=5)),
        (429, "Mon, 15 Jun 2026 14:05:00 +0200", timedelta(minutes=5)),
        (429, "1", OWN),
        (429, "Mon, 15 Jun 2026 11:00:00 GMT", OWN),
        (429, "9" * 40, LONGEST),
        (503, "Fri, 15 Jun 2446 12:00:00 GMT", LONGEST),
        (429, "soon", OWN),
        (429, "-120", OWN),
        (429, "1.5", OWN),
        (429, "٣", OWN),
        (500, "120", OWN),
        (404, "120", OWN),
    ],
)
def test_a_receiver_that_asks_for_time_gets_it_but_for_what_is_too_short_or_too_long(status, asked, wait, receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    receiver.behave = [busy(status, asked), answers(204)]

    assert tend() == 0
    assert the_delivery().next_at == NOON + wait
    assert tend(NOON + wait - timedelta(milliseconds=1)) == 0
    assert tend(NOON + wait) == 1


def test_while_it_wants_to_be_left_alone_it_is_told_of_nothing_else_either(receiver):
    endpoint, _ = an_endpoint(receiver.url)
    for number in range(3):
        happens("exception.granted", f"exc_{number}")
    receiver.behave = [busy(429, "60"), answers(204)]

    tend(rounds=3)
    happens("exception.granted", "exc_3")
    tend(NOON + timedelta(seconds=59), rounds=3)
    assert len(receiver.received) == 1
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).quiet_until == NOON + timedelta(seconds=60)
    assert tend(NOON + timedelta(seconds=60), rounds=3) == 4


def test_one_that_does_not_answer_takes_the_time_of_the_others_once_a_minute(receiver, monkeypatch):
    an_endpoint(receiver.url, name="Hangs", kinds=["exception"])
    an_endpoint(receiver.url, name="Other", kinds=["freeze"])
    for number in range(3):
        happens("exception.granted", f"exc_{number}")
    never = count(step=2 * SECONDS)
    with monkeypatch.context() as patch:
        patch.setattr(network, "monotonic", lambda: float(next(never)))
        tend()
    assert Delivery.objects.filter(last_error__startswith="It did not answer").count() == 1

    happens("freeze.begun", "frz_1")
    tend(NOON + REST - timedelta(seconds=1), rounds=3)
    assert receiver.types() == ["freeze.begun"]
    assert tend(NOON + REST) == 3


def test_others_are_told_meanwhile(receiver):
    an_endpoint(receiver.url, name="Busy")
    an_endpoint(receiver.url, name="Idle")
    happens("exception.granted")
    receiver.behave = [busy(429, "60"), answers(204)]
    assert tend() == 1


def test_the_wait_begins_when_it_answered_however_long_those_before_it_took(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted")
    fan_out_messages(NOON)
    receiver.behave = [busy(429, "60")]
    minutes = count(step=60)
    deliver_messages(NOON, jitter=lambda: 0.0, stopwatch=lambda: float(next(minutes)))
    assert the_delivery().next_at == NOON + timedelta(seconds=120)


def test_no_attempt_is_lost_by_asking():
    last = NOON + GIVEN_UP_AFTER
    now = last - timedelta(hours=6)
    asked = timedelta(hours=6, minutes=1)
    assert next_attempt(attempts=20, due_since=NOON, now=now, jitter=0.0, asked=asked) == last
    assert next_attempt(attempts=20, due_since=NOON, now=now + timedelta(1), jitter=0.0, asked=asked) is None


def test_a_receiver_that_is_gone_is_told_nothing_more_until_it_is_switched_on(receiver):
    endpoint, _ = an_endpoint(receiver.url)
    events = [happens("exception.held"), happens("exception.granted"), happens("freeze.begun", "frz_1")]
    receiver.behave = [answers(410), answers(204)]

    assert tend(rounds=3) == 0
    happens("exception.reversed")
    tend(SOON, rounds=3)
    assert len(receiver.received) == 1
    off = WebhookEndpoint.objects.get(pk=endpoint.pk)
    assert (off.active, off.off_since, off.off_because) == (False, NOON, GONE)
    assert set(Delivery.objects.values_list("state", "last_error")) == {("dead", GONE)}

    assert switch_endpoint(endpoint=off, active=True, actor=None, reason="Was mended", replay=True, now=SOON) == 3
    on = WebhookEndpoint.objects.get(pk=endpoint.pk)
    assert (on.active, on.off_since, on.off_because) == (True, None, "")
    assert tend(SOON, rounds=3) == 3
    assert sorted(receiver.ids()[1:]) == sorted(events)


def test_that_it_is_gone_is_in_its_history_and_in_the_audit_log_once(receiver):
    endpoint, _ = an_endpoint(receiver.url)
    for number in range(3):
        happens("exception.granted", f"exc_{number}")
    receiver.behave = [answers(410)]
    tend(rounds=3)
    latest = endpoint.history.latest()
    assert (latest.active, latest.history_change_reason, latest.history_user) == (False, GONE, None)
    one = AuditRecord.objects.get(kind="webhook.gone")
    assert (one.subject_id, one.actor, one.at) == (str(endpoint.pk), "system", NOON)
    assert '"given_up":3' in one.body


def test_no_endpoint_is_told_of_endpoints(receiver):
    an_endpoint(receiver.url, name="Gone", kinds=["freeze"])
    an_endpoint(receiver.url, name="Other")
    happens("freeze.begun")
    receiver.behave = [answers(410), answers(204)]
    tend(rounds=3)
    assert receiver.types() == ["freeze.begun", "freeze.begun"]


def test_an_address_that_was_changed_meanwhile_is_not_switched_off(receiver):
    endpoint, _ = an_endpoint(receiver.url)
    happens("exception.granted")
    fan_out_messages(NOON)
    found = due_deliveries(NOON).select_related("endpoint").get()
    claim(found, now=NOON)
    receiver.behave = [answers(410)]
    attempt = send(found, now=NOON)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url="https://new.example.com/")
    assert settle(found, attempt, now=NOON, jitter=0.0)
    assert WebhookEndpoint.objects.get(pk=endpoint.pk).active
    assert (the_delivery().state, the_delivery().next_at) == ("due", NOON + OWN)


def test_what_another_worker_is_sending_at_that_moment_still_counts(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted", "exc_1")
    happens("exception.granted", "exc_2")
    fan_out_messages(NOON)
    mine, yours = due_deliveries(NOON).select_related("endpoint")
    claim(mine, now=NOON)
    claim(yours, now=NOON)
    receiver.behave = [answers(204), answers(410)]
    arrived, gone = send(yours, now=NOON), send(mine, now=NOON)
    assert settle(mine, gone, now=NOON, jitter=0.0)
    assert settle(yours, arrived, now=NOON, jitter=0.0)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["dead", "delivered"]


def test_what_another_worker_was_answered_with_gone_too_is_given_up_as_well(receiver):
    an_endpoint(receiver.url)
    happens("exception.granted", "exc_1")
    happens("exception.granted", "exc_2")
    fan_out_messages(NOON)
    both = list(due_deliveries(NOON).select_related("endpoint"))
    receiver.behave = [answers(410)]
    for each in both:
        claim(each, now=NOON)
    for each in both:
        assert settle(each, send(each, now=NOON), now=NOON, jitter=0.0)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"dead"}
    assert AuditRecord.objects.filter(kind="webhook.gone").count() == 1


def test_who_keeps_the_endpoint_hears_of_it_by_mail_and_nobody_else(receiver, mailoutbox):
    mine, other = a_policy("mine"), a_policy("other")
    people = {name: User.objects.create_user(name, f"{name}@example.com") for name in ("mia", "max", "ada", "left")}
    for name in ("mia", "max", "left"):
        people[name].groups.add(Group.objects.get(name="manager"))
    people["ada"].groups.add(Group.objects.get(name="auditor"))
    User.objects.filter(username="left").update(is_active=False)
    PolicyScope.objects.create(user=people["max"]).policies.add(other)
    an_endpoint(receiver.url, mine, name="Payments")
    happens("exception.granted", "exc_1", mine)
    receiver.behave = [answers(410)]

    tend(rounds=3)
    assert [mail.to for mail in mailoutbox] == [["mia@example.com"]]
    assert mailoutbox[0].subject == "Payments is switched off: it wants to be told nothing more"
    assert "since 15 June 2026, 12:00 UTC" in mailoutbox[0].body
    assert "Given up: 1" in mailoutbox[0].body
    assert receiver.url not in mailoutbox[0].body


def test_switching_it_to_what_it_is_already_writes_nothing(receiver):
    endpoint, _ = an_endpoint(receiver.url)
    assert switch_endpoint(endpoint=endpoint, active=True, actor=None, reason="Twice", replay=True, now=NOON) == 0
    assert not AuditRecord.objects.exists()
    assert endpoint.history.count() == 1
