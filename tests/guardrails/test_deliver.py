"""What happens is told to those who want to know, in words that they may know."""

import pytest
from django.core.management import call_command
from django.db import transaction

from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.audit import Subject, record
from guardrails.models import Delivery, OutboxMessage, WebhookEndpoint
from tests.guardrails.asking import grant
from tests.guardrails.builders import NOON, a_policy
from tests.guardrails.delivering import an_endpoint, happens, tend


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
def test_tend_does_it_all_once(receiver, capsys):
    an_endpoint(receiver.url)
    happens("exception.granted")
    call_command("tend", "--once")
    assert "fan_out_messages: 1, deliver_messages: 1" in capsys.readouterr().out
    assert len(receiver.received) == 1
