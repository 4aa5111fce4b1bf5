"""Two decide at the same moment: one of them does, and nothing is set aside twice."""

from collections import Counter
from datetime import timedelta

import pytest

from guardrails.actions.caller import Caller
from guardrails.ledger import verify
from guardrails.models import AuditRecord, BudgetWindow, CareException, Vote
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, someone
from tests.guardrails.builders import NOON
from tests.races.approval_lanes import either, late, vote
from tests.races.racing import race

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


def test_several_approve_at_once_and_it_is_approved_once(shop: Policy, help_desk: Caller, crowd: int) -> None:
    people = [someone(shop, f"lead_{at}", "supervisor") for at in range(crowd)]
    leads = client_of(*people)
    request = ask_for(help_desk)
    found = Counter(race(vote, [(leads, "approve", request.pk, each.code, NOON) for each in people]))
    assert found["approved"] == 1
    assert set(found) <= {"approved", "wrong_state"}
    assert Vote.objects.count() == 1
    assert AuditRecord.objects.filter(kind="exception.approved").count() == 1
    assert BudgetWindow.objects.get(budget="agent_week").held == 3000
    assert list(verify()) == []


def test_a_yes_and_a_no_at_once_are_one_of_them(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(someone(shop, "sam", "supervisor"), someone(shop, "sue", "supervisor"))
    for at in range(4):
        request = ask_for(help_desk, "26.00", case=f"K-{at}", customer=f"C-{at}")
        found = race(vote, [(leads, "approve", request.pk, "sam", NOON), (leads, "decline", request.pk, "sue", NOON)])
        assert sorted(found) in (["approved", "wrong_state"], ["declined", "wrong_state"])
    assert list(verify()) == []


def test_approved_and_voided_at_once_holds_or_is_void_and_the_ledger_agrees(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(someone(shop, "sam", "supervisor"))
    for at in range(4):
        request = ask_for(help_desk, "26.00", case=f"K-{at}", customer=f"C-{at}")
        race(either, [("vote", leads, request.pk), ("void", help_desk, request.exception_id)])
        # A yes that came first is voided after it, one that came second is refused.
        assert CareException.objects.get(pk=request.exception_id).state == "voided"
    assert not BudgetWindow.objects.exclude(held=0).exists()
    assert list(verify()) == []


def test_one_seat_is_taken_up_by_one_of_many(shop: Policy, help_desk: Caller, crowd: int) -> None:
    people = [someone(shop, f"lead_{at}", "supervisor") for at in range(crowd)]
    request = ask_for(help_desk)
    leads = client_of(*people)
    found = Counter(race(vote, [(leads, "claim", request.pk, each.code, NOON) for each in people]))
    assert found == {"awaiting_approval": 1, "claimed": crowd - 1}


def test_approved_and_raised_at_once_is_never_more_than_was_agreed_to(shop: Policy, help_desk: Caller) -> None:
    leads = client_of(someone(shop, "sam", "supervisor"))
    for at in range(4):
        request = ask_for(help_desk, "26.00", case=f"K-{at}", customer=f"C-{at}")
        race(either, [("vote", leads, request.pk), ("change", help_desk, request.exception_id)])
        row = CareException.objects.get(pk=request.exception_id)
        # Whoever was first: the raised amount awaits a yes of its own.
        assert (row.state, row.amount_minor) == ("awaiting_approval", 3000)
    assert list(verify()) == []


def test_a_question_ends_once_whoever_notices_and_is_answered_once(shop: Policy, help_desk: Caller, crowd: int) -> None:
    leads = client_of(someone(shop, "sam", "supervisor"))
    request = ask_for(help_desk)
    vote(leads, "ask", request.pk, "sam", NOON)
    over = NOON + timedelta(hours=2)
    lanes = [("chase" if at % 2 else "answer", help_desk, request.pk, over) for at in range(crowd)]
    found = Counter(race(late, lanes))
    assert found["answered"] == 1
    assert found["no_question"] == crowd // 2 - 1
    assert AuditRecord.objects.filter(kind="approval.question_over").count() == 1
    request.refresh_from_db()
    assert (request.state, request.due_at) == ("open", over + timedelta(hours=2))
