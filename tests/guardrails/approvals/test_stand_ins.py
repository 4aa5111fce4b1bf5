"""Somebody is away, and somebody else speaks for them, from when until when it was said."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from guardrails.actions.approvals.approval_faults import ClaimedError, UnknownApprovalError
from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.read_approvals import inbox
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import Agent, AuditRecord, CareException, StandIn
from guardrails.queries.mail_recipients import mail_recipients
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, refusal, say, someone
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)


@pytest.mark.parametrize("edge", ["before", "from", "to", "ended"])
def test_a_stand_in_may_vote_from_until(shop: Policy, help_desk: Caller, people: dict[str, Agent], edge: str) -> None:
    kim = someone(shop, "kim", "frontline", team="outlet")
    StandIn.objects.create(absent=people["supervisor"], stand_in=kim, starts_at=NOON, ends_at=NOON + HOUR)
    request = ask_for(help_desk, now=NOON - HOUR)
    now = {"before": -1, "from": 0, "to": 3599, "ended": 3600}[edge]
    at = NOON + timedelta(seconds=now)
    if edge in ("before", "ended"):
        with pytest.raises(UnknownApprovalError):
            say(client_of(kim), Say.APPROVE, request, agent="kim", now=at)
        return
    answer = say(client_of(kim), Say.APPROVE, request, agent="kim", now=at)
    assert (answer["vote"]["for_agent"], answer["vote"]["role"]) == ("a_supervisor", "supervisor")


@pytest.mark.parametrize("gone", [{"active": False}, {"kind": "ai"}])
def test_for_somebody_who_left_nobody_stands_in(
    shop: Policy, help_desk: Caller, people: dict[str, Agent], gone: dict[str, object]
) -> None:
    kim = someone(shop, "kim", "frontline", team="outlet")
    StandIn.objects.create(absent=people["supervisor"], stand_in=kim, starts_at=NOON, ends_at=NOON + HOUR)
    request = ask_for(help_desk)
    Agent.objects.filter(code="a_supervisor").update(**gone)
    with pytest.raises(UnknownApprovalError):
        say(client_of(kim), Say.APPROVE, request, agent="kim")


def test_whoever_asked_is_never_a_stand_in_for_the_approver(help_desk: Caller, people: dict[str, Agent]) -> None:
    ana = Agent.objects.get(code="ana")
    StandIn.objects.create(absent=people["supervisor"], stand_in=ana, starts_at=NOON, ends_at=NOON + HOUR)
    request = ask_for(help_desk)
    assert refusal(client_of(ana), Say.APPROVE, request, agent="ana") == "own_request"


def test_a_stand_in_has_no_more_say_than_whom_they_stand_in_for(
    shop: Policy, help_desk: Caller, people: dict[str, Agent]
) -> None:
    request = ask_for(help_desk)
    CareException.objects.filter(pk=request.exception_id).update(agent=people["supervisor"])
    kim = someone(shop, "kim", team="care")
    StandIn.objects.create(absent=people["supervisor"], stand_in=kim, starts_at=NOON, ends_at=NOON + HOUR)
    assert refusal(client_of(kim), Say.APPROVE, request, agent="kim") == "own_request"


def test_reminders_and_escalations_reach_stand_ins_who_may_vote_then(
    shop: Policy, help_desk: Caller, people: dict[str, Agent]
) -> None:
    stand_ins = {}
    for role in ("supervisor", "manager"):
        user = User.objects.create_user(role, f"{role}@example.com")
        stand_ins[role] = someone(shop, f"for_{role}", "frontline", team="outlet", user=user)
        away = {"absent": people[role], "starts_at": NOON + HOUR, "ends_at": NOON + 9 * HOUR}
        StandIn.objects.create(stand_in=stand_ins[role], **away)
    request = ask_for(help_desk)
    chase_approvals(NOON + 2 * HOUR - timedelta(minutes=30))
    chase_approvals(NOON + 2 * HOUR)
    told = {record.kind: mail_recipients(record) for record in AuditRecord.objects.filter(kind__startswith="approval")}
    assert told["approval.reminded"] == ["supervisor@example.com"]
    assert told["approval.escalated"] == ["manager@example.com"]
    later = NOON + 3 * HOUR
    mine = Agent.objects.filter(code="for_manager")
    (line,) = inbox(agents=mine, policy=None, after=None, limit=9, now=later).results
    assert line["for"] == [{"agent": "for_manager", "role": "manager", "for_agent": "a_manager"}]
    answer = say(client_of(stand_ins["manager"]), Say.APPROVE, request, agent="for_manager", now=later)
    assert (answer["state"], answer["vote"]["for_agent"]) == ("approved", "a_manager")


def test_what_the_absent_one_had_taken_up_their_stand_in_goes_on_with(
    shop: Policy, help_desk: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    request = ask_for(help_desk)
    say(leads, Say.CLAIM, request, agent="a_supervisor")
    kim, lou = someone(shop, "kim", "frontline", team="outlet"), someone(shop, "lou", "supervisor")
    StandIn.objects.create(absent=people["supervisor"], stand_in=kim, starts_at=NOON, ends_at=NOON + HOUR)
    with pytest.raises(ClaimedError):
        say(client_of(lou), Say.APPROVE, request, agent="lou")
    assert say(client_of(kim), Say.APPROVE, request, agent="kim")["state"] == "approved"
