"""Time passes only while somebody is there; whoever does not answer is passed over."""

from datetime import timedelta

import pytest

from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import Agent, ApprovalSeat, AuditRecord
from policies.models import Policy
from tests.guardrails.approving import (
    FRIDAY_EVENING,
    MONDAY_NINE,
    OFFICE,
    ask_for,
    refusal,
    say,
    seats,
    someone,
    state_of,
)
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)


@pytest.mark.policy(approvals=OFFICE, step={"any_of": ["supervisor"]})
def test_the_approver_is_away_from_friday_evening(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk, now=FRIDAY_EVENING)
    assert request.due_at == MONDAY_NINE + HOUR / 2
    for hours in (1, 24, 48, 60):
        assert chase_approvals(FRIDAY_EVENING + hours * HOUR) == 0
    assert chase_approvals(MONDAY_NINE + timedelta(minutes=15)) == 1
    assert chase_approvals(MONDAY_NINE + timedelta(minutes=16)) == 0
    assert chase_approvals(MONDAY_NINE + HOUR / 2) == 1
    assert seats(request) == [(["manager"], "open")]
    request.refresh_from_db()
    assert request.due_at == MONDAY_NINE + HOUR / 2 + HOUR
    assert refusal(leads, Say.APPROVE, request, agent="a_supervisor", now=MONDAY_NINE + HOUR) == "not_asked"
    answer = say(leads, Say.APPROVE, request, agent="a_manager", now=MONDAY_NINE + HOUR)
    assert answer["state"] == "approved"
    kinds = AuditRecord.objects.filter(kind__startswith="approval").order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["approval.reminded", "approval.escalated"]


def test_a_late_yes_is_a_yes_until_the_next_role_is_asked(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    late = NOON + 3 * HOUR
    assert say(leads, Say.APPROVE, request, agent="a_supervisor", now=late)["state"] == "approved"


def test_where_nobody_answers_it_times_out_and_can_be_asked_at_the_same_level(
    help_desk: Caller, people: dict[str, Agent]
) -> None:
    request = ask_for(help_desk)
    for _ in range(3):
        chase_approvals(NOON + 48 * HOUR)
        ApprovalSeat.objects.filter(request=request).update(due_at=NOON)
    assert state_of(request) == "timed_out"
    request.refresh_from_db()
    assert request.state == "timed_out"
    assert seats(ask_for(help_desk, now=NOON + 49 * HOUR)) == [(["supervisor"], "open")]


def test_a_level_without_people_is_passed_over(shop: Policy, help_desk: Caller) -> None:
    someone(shop, "sam", "supervisor")
    someone(shop, "dee", "director")
    request = ask_for(help_desk)
    chase_approvals(NOON + 3 * HOUR)
    assert seats(request) == [(["director"], "open")]
