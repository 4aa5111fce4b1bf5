"""A grant counts as sent once the system that pays has received it, and a reversal takes the settlement back."""

import json

import pytest
from django.db import transaction

from guardrails.actions.acting import SYSTEM, Actor
from guardrails.actions.settlements.settle_exception import take_back_settlement
from guardrails.audit import Origin
from guardrails.models import AuditRecord, CareException, Settlement, State
from policies.models import Policy
from tests.guardrails.builders import NOON, a_policy, an_exception
from tests.guardrails.delivering import an_endpoint, happens, tend
from tests.guardrails.receiver import answers


@pytest.fixture
def policy(db: None) -> Policy:
    return a_policy()


def settled(row: CareException) -> str:
    return CareException.objects.values_list("settlement", flat=True).get(pk=row.pk)


def test_what_the_paying_system_has_received_counts_as_sent(policy, receiver):
    an_endpoint(receiver.url, policy, name="Payments", pays=True)
    row = an_exception(policy)
    receiver.behave = [answers(500), answers(200)]
    happens("exception.granted", row.pk, policy)
    tend()
    assert settled(row) == Settlement.PENDING
    tend(NOON.replace(second=10))
    assert settled(row) == Settlement.SENT
    record = AuditRecord.objects.get(kind="settlement.sent")
    assert (record.actor, json.loads(record.body)["note"]) == ("system", "Received by Payments.")


@pytest.mark.parametrize(
    ("endpoint", "kind", "before", "after"),
    [
        ({"pays": False}, "exception.granted", Settlement.PENDING, Settlement.PENDING),
        ({"pays": True}, "exception.held", Settlement.PENDING, Settlement.PENDING),
        # A delivery that comes late, or again, takes no failure back.
        ({"pays": True}, "exception.granted", Settlement.FAILED, Settlement.FAILED),
        ({"pays": True}, "exception.granted", Settlement.SENT, Settlement.SENT),
        ({"pays": True}, "exception.granted", Settlement.CONFIRMED, Settlement.CONFIRMED),
        ({"pays": True}, "exception.granted", Settlement.REVERSED, Settlement.REVERSED),
    ],
)
def test_nothing_else_does(endpoint, kind, before, after, policy, receiver):
    an_endpoint(receiver.url, policy, **endpoint)
    state = State.REVERSED if before == Settlement.REVERSED else State.GRANTED
    row = an_exception(policy, state=state, settlement=before)
    happens(kind, row.pk, policy)
    assert tend() == 1
    assert settled(row) == after


def test_a_reversal_takes_it_back_without_using_up_its_key(policy):
    row = an_exception(policy, settlement=Settlement.CONFIRMED, payer_reference="PAY-1")
    origin = Origin(client="tok_1", idempotency_key="key", request_digest="sha256:0")
    with transaction.atomic():
        take_back_settlement(exception=row, actor=Actor(actor="client:tok_1", origin=origin), now=NOON)
    assert settled(row) == row.settlement == Settlement.REVERSED
    record = AuditRecord.objects.get(kind="settlement.taken_back")
    assert (record.client, record.idempotency_key) == ("tok_1", "")


def test_what_was_taken_back_is_not_taken_back_twice(policy):
    row = an_exception(policy)
    with transaction.atomic():
        take_back_settlement(exception=row, actor=SYSTEM, now=NOON)
        take_back_settlement(exception=row, actor=SYSTEM, now=NOON)
    assert AuditRecord.objects.filter(kind="settlement.taken_back").count() == 1
