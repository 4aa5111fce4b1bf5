"""Somebody above says yes as well: they sit in their own seat, and never in the way of those below."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from guardrails.actions.approvals.approval_faults import MayNotVoteError
from guardrails.actions.approvals.read_approvals import inbox
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import Agent, ApprovalRequest, AuditRecord, StandIn
from guardrails.queries.mail_recipients import mail_recipients
from policies.models import Policy
from tests.guardrails.approving import ask_for, refusal, say, seats, someone
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)

BOTH = {"all_of": ["supervisor", "manager"], "answer_within": "PT2H"}
IN_TURN = {**BOTH, "in_sequence": True}


def awaits(code: str) -> list[list[str]]:
    """The seats in somebody's inbox."""
    page = inbox(agents=Agent.objects.filter(code=code), policy=None, after=None, limit=9, now=NOON)
    return [each["seat"]["roles"] for each in page.results]


@pytest.mark.policy(step=BOTH)
def test_whose_own_role_is_named_sits_there_and_the_junior_still_can(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert say(leads, Say.APPROVE, request, agent="a_manager")["asks"] == ["supervisor"]
    assert seats(request) == [(["supervisor"], "open"), (["manager"], "approved")]
    assert say(leads, Say.APPROVE, request, agent="a_supervisor")["state"] == "approved"


@pytest.mark.policy(step={"all_of": ["manager", "supervisor"]})
@pytest.mark.parametrize("last", ["a_manager", "a_supervisor"])
def test_who_is_above_all_leaves_the_lower_seat_where_that_can_be_taken_by_more(
    help_desk: Caller, leads: Caller, last: str
) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_director")
    assert sorted(seats(request)) == [(["manager"], "approved"), (["supervisor"], "open")]
    assert say(leads, Say.APPROVE, request, agent=last)["state"] == "approved"


@pytest.mark.policy(step=IN_TURN)
def test_in_sequence_the_superior_waits_for_their_own_seat(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    for what in (Say.APPROVE, Say.CLAIM):
        assert refusal(leads, what, request, agent="a_manager") == "not_yet"
    with pytest.raises(MayNotVoteError, match=r"Supervisor is asked first\. Manager is asked after that\."):
        say(leads, Say.APPROVE, request, agent="a_manager")
    assert awaits("a_manager") == []
    assert say(leads, Say.APPROVE, request, agent="a_supervisor")["asks"] == ["manager"]
    assert awaits("a_manager") == [["manager"]]
    assert say(leads, Say.APPROVE, request, agent="a_manager")["state"] == "approved"


@pytest.mark.policy(step=IN_TURN)
@pytest.mark.parametrize("what", [Say.DECLINE, Say.ASK])
def test_in_sequence_the_superior_need_not_wait_to_say_no_or_to_ask(
    help_desk: Caller, leads: Caller, what: Say
) -> None:
    assert say(leads, what, ask_for(help_desk), agent="a_manager", text="Why again?")


@pytest.mark.policy(step=IN_TURN)
def test_in_sequence_who_is_above_both_may_begin(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert say(leads, Say.APPROVE, request, agent="a_director")["asks"] == ["manager"]
    assert say(leads, Say.APPROVE, request, agent="a_manager")["state"] == "approved"


@pytest.mark.policy(step=BOTH)
def test_who_has_agreed_is_asked_no_more(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    mia = Agent.objects.get(code="a_manager")
    kim = someone(shop, "kim", "supervisor")
    StandIn.objects.create(absent=mia, stand_in=kim, starts_at=NOON, ends_at=NOON + HOUR)
    request = ask_for(help_desk)
    assert awaits("a_manager") == [["supervisor"], ["manager"]]
    say(leads, Say.APPROVE, request, agent="a_manager")
    assert awaits("a_manager") == []
    assert awaits("a_supervisor") == awaits("kim") == [["supervisor"]]


@pytest.mark.policy(step={"all_of": ["supervisor", "manager"]})
def test_who_has_agreed_gets_no_more_mail(help_desk: Caller, leads: Caller, people: dict[str, Agent]) -> None:
    for agent in people.values():
        agent.user = User.objects.create_user(agent.code, f"{agent.code}@example.org")
        agent.save()
    request = ask_for(help_desk)
    record = AuditRecord.objects.get(kind="exception.awaiting_approval")
    assert mail_recipients(record) == ["a_manager@example.org", "a_supervisor@example.org"]
    say(leads, Say.APPROVE, request, agent="a_manager")
    # As if it had come up to them meanwhile.
    told = json.loads(record.body)["answer"] | {"request": request.pk, "asks": ["supervisor", "manager"]}
    reminded = AuditRecord(kind="approval.reminded", policy_id=record.policy_id, at=NOON)
    reminded.body = json.dumps({"answer": told})
    assert mail_recipients(reminded) == ["a_supervisor@example.org"]


@pytest.mark.policy(step=BOTH)
def test_a_superior_sees_no_way_to_agree_twice(help_desk: Caller, leads: Caller) -> None:
    request: ApprovalRequest = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_manager")
    assert refusal(leads, Say.APPROVE, request, agent="a_manager") == "second_seat"
