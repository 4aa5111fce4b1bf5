"""Somebody is away, and somebody else speaks for them, from when until when it was said."""

from datetime import timedelta

import pytest

from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import Agent, CareException, StandIn
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
        with pytest.raises(Exception, match="There is no request"):
            say(client_of(kim), Say.APPROVE, request, agent="kim", now=at)
        return
    answer = say(client_of(kim), Say.APPROVE, request, agent="kim", now=at)
    assert (answer["vote"]["for_agent"], answer["vote"]["role"]) == ("a_supervisor", "supervisor")


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
