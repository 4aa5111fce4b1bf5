"""What is promised to a customer for afterwards is written down, is done once, and ends when it is taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from guardrails.actions.caller import Caller
from guardrails.actions.faults import KeyConflictError, MissingKeyError, MissingScopeError
from guardrails.actions.follow_ups.cancel_follow_ups import cancel_follow_ups
from guardrails.actions.follow_ups.follow_up_faults import (
    FollowUpClosedError,
)
from guardrails.actions.follow_ups.outcome_values import Told
from guardrails.models import Agent, AuditRecord, FollowUp, FollowUpState, Outcome, Scope
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.afterwards import DUE, GOOD, finish, hand_on
from tests.guardrails.asking import DAMAGED, ask, grant
from tests.guardrails.builders import NOON

pytestmark = pytest.mark.django_db


def test_what_a_remedy_owes_is_written_down_when_it_is_granted(owed: FollowUp, ana: Agent) -> None:
    assert (owed.what, owed.due_at, owed.owner, owed.role) == ("Check that the parcel arrived", DUE, ana, "frontline")
    assert (owed.state, owed.customer, owed.case) == (FollowUpState.OPEN, "C-1", "K-1")
    assert owed.exception.follow_up_what == owed.what


def test_a_policy_says_which_role_owes_it(help_desk: Caller, shop: Policy, shop_document: dict[str, Any]) -> None:
    named_role = {"after": "PT4H", "what": "Call her", "by": "supervisor"}
    rules = [
        each | ({"follow_up": named_role} if each["code"] == "late_credit" else {}) for each in shop_document["rules"]
    ]
    import_policy(document={**shop_document, "rules": rules}, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=shop.pk), actor=None, note="by a role", now=NOON)
    row = FollowUp.objects.get(exception=grant(help_desk, amount="5.00").answer["exception"])
    assert (row.what, row.owner, row.role, row.due_at) == ("Call her", None, "supervisor", NOON + timedelta(hours=4))


def test_what_awaits_approval_or_owes_nothing_has_none(help_desk: Caller) -> None:
    grant(help_desk, amount="30.00")
    grant(help_desk, "replacement", request=DAMAGED)
    assert not FollowUp.objects.exists()


def test_the_next_question_says_what_is_still_owed(help_desk: Caller, owed: FollowUp) -> None:
    def open_ones() -> int:
        return int(ask(help_desk)["context"]["customer"]["open_follow_ups"])

    assert open_ones() == 1
    finish(help_desk, owed)
    assert open_ones() == 0


def test_a_follow_up_is_done_with_how_it_turned_out(help_desk: Caller, owed: FollowUp) -> None:
    answer = finish(help_desk, owed)
    assert (answer["state"], answer["closed_at"], answer["overdue"]) == ("done", DUE.isoformat(), False)
    assert answer["outcome"]["satisfied"] == 5
    kept = Outcome.objects.get()
    assert (kept.follow_up, kept.exception, kept.case) == (owed, owed.exception, "K-1")
    assert (kept.source, kept.words, kept.recommend, kept.stayed) == ("agent", GOOD.words, 9, "stayed")
    record = AuditRecord.objects.get(kind="follow_up.done")
    assert (record.subject_id, record.on_behalf_of) == (owed.pk, "agent:ana")
    assert "words" not in answer["outcome"]


def test_it_is_done_once(help_desk: Caller, owed: FollowUp) -> None:
    first = finish(help_desk, owed)
    assert finish(help_desk, owed) == first
    with pytest.raises(KeyConflictError):
        finish(help_desk, owed, told=Told(reached=False))
    with pytest.raises(FollowUpClosedError, match="done already"):
        finish(help_desk, owed, key="again")
    with pytest.raises(FollowUpClosedError):
        hand_on(help_desk, owed, to_role="supervisor")
    assert Outcome.objects.count() == 1


def test_what_was_taken_back_is_owed_no_longer(help_desk: Caller, owed: FollowUp) -> None:
    assert cancel_follow_ups(owed.exception_id, NOON) == 1
    assert cancel_follow_ups(owed.exception_id, NOON) == 0
    owed.refresh_from_db()
    assert (owed.state, owed.closed_at) == (FollowUpState.CANCELLED, NOON)
    with pytest.raises(FollowUpClosedError, match="taken back"):
        finish(help_desk, owed)
    assert ask(help_desk)["context"]["customer"]["open_follow_ups"] == 0


def test_a_token_needs_the_scope_and_a_key(help_desk: Caller, owed: FollowUp) -> None:
    only_offers = Caller(client=help_desk.client, scopes=frozenset([Scope.OFFERS]))
    with pytest.raises(MissingScopeError):
        finish(only_offers, owed)
    with pytest.raises(MissingScopeError):
        hand_on(only_offers, owed, to_role="supervisor")
    with pytest.raises(MissingKeyError):
        finish(help_desk, owed, key="")


@pytest.mark.parametrize(
    "change",
    [
        {"state": "forgotten"},
        {"state": "done"},
        {"closed_at": NOON},
        {"what": ""},
        {"role": ""},
        {"escalated_to": "supervisor"},
    ],
)
def test_the_database_keeps_follow_ups_right(owed: FollowUp, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.filter(pk=owed.pk).update(**change)
