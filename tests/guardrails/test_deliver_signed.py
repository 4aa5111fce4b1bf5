"""What is told is signed, as Standard Webhooks says, with a secret that nobody else can read."""

from datetime import timedelta

import pytest
import time_machine
from standardwebhooks import Webhook, WebhookVerificationError

from guardrails.actions.webhooks.webhook_endpoint_secret import OVERLAP, rotate_secret
from guardrails.models import Delivery, WebhookEndpoint
from tests.guardrails.builders import NOON
from tests.guardrails.delivering import an_endpoint, happens, tend


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
def test_secrets_outlive_the_key_that_they_were_stored_under(receiver, settings):
    an_endpoint(receiver.url)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"
    happens("exception.granted", "exc_1")
    assert tend() == 1
    settings.SECRET_KEY_FALLBACKS = []
    happens("exception.granted", "exc_2")
    assert tend() == 0
    assert "It could not be sent (InvalidToken)" in Delivery.objects.get(state="due").last_error
