"""A follow-up goes from hand to hand with all that was noted; whoever may not know of it cannot tell it from none."""

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.actions.follow_ups.follow_up_faults import (
    InvalidRecipientError,
    UnknownFollowUpError,
)
from guardrails.models import Agent, AuditRecord, FollowUp
from policies.models import Policy
from tests.guardrails.afterwards import DUE, GOOD, an_agent, caller_for, finish, hand_on
from tests.guardrails.asking import grant

pytestmark = pytest.mark.django_db


def test_it_is_handed_on_with_all_that_was_noted(help_desk: Caller, owed: FollowUp, shop: Policy) -> None:
    an_agent(shop, "ben")
    hand_on(help_desk, owed, to_agent="ben")
    ben = caller_for(Agent.objects.get(code="ben"), like=help_desk)
    answer = hand_on(ben, owed, to_role="supervisor")
    assert answer["owner"] == {"agent": None, "role": "supervisor"}
    assert answer["due_at"] == DUE.isoformat()
    assert [(step["by"], step["from"]["agent"], step["to"]["role"]) for step in answer["handed_on"]] == [
        ("ana", "ana", "frontline"),
        ("ben", "ben", "supervisor"),
    ]
    assert {step["note"] for step in answer["handed_on"]} == {"I am away from tomorrow."}
    assert AuditRecord.objects.filter(kind="follow_up.handed_on", subject_id=owed.pk).count() == 2


@pytest.mark.parametrize(
    ("to", "path"),
    [
        ({}, "/to_agent"),
        ({"to_agent": "ben", "to_role": "supervisor"}, "/to_agent"),
        ({"to_agent": "nobody"}, "/to_agent"),
        ({"to_agent": "gone"}, "/to_agent"),
        ({"to_role": "king"}, "/to_role"),
        # What was promised to a customer stays with people.
        ({"to_agent": "bot"}, "/to_agent"),
        ({"to_role": "supervisor"}, "/to_role"),
    ],
)
def test_it_is_handed_to_somebody_who_is_there(
    help_desk: Caller, owed: FollowUp, shop: Policy, to: dict[str, str], path: str
) -> None:
    an_agent(shop, "bot", role="supervisor", kind="ai")
    gone = an_agent(shop, "gone")
    gone.active = False
    gone.save()
    with pytest.raises(InvalidRecipientError) as refused:
        hand_on(help_desk, owed, **to)
    assert [fault.path for fault in refused.value.errors] == [path]
    owed.refresh_from_db()
    assert (owed.owner, owed.handed_on) == (Agent.objects.get(code="ana"), [])


MAY = {
    # who (team, role): may they see to it, while Ana owns it; while every supervisor does; once it is overdue?
    "a colleague": ("care", "frontline", (True, True, True)),
    "another team": ("outlet", "frontline", (False, False, False)),
    "a supervisor": ("outlet", "supervisor", (False, True, True)),
}


@pytest.mark.parametrize("who", MAY)
def test_who_may_see_to_it(help_desk: Caller, shop: Policy, who: str) -> None:
    team, role, may = MAY[who]
    an_agent(shop, "sofia", team="elsewhere", role="supervisor")
    caller = caller_for(an_agent(shop, "zoe", team=team, role=role), like=help_desk)
    for at, (allowed, given) in enumerate(zip(may, ("owner", "role", "overdue"), strict=True)):
        number = grant(help_desk, amount="5.00", key=f"{who} {given}").answer["exception"]
        owed = FollowUp.objects.get(exception=number)
        if given == "role":
            hand_on(help_desk, owed, key=f"{given}", to_role="supervisor")
        if given == "overdue":
            escalate_follow_ups(DUE)
        if allowed:
            assert finish(caller, owed, key=f"done {at}", agent="zoe")["state"] == "done"
        else:
            for agent in ("zoe", None, "ana"):
                with pytest.raises(UnknownFollowUpError):
                    finish(caller, owed, key=f"done {at}", agent=agent)
                with pytest.raises(UnknownFollowUpError):
                    hand_on(caller, owed, key=f"on {at}", to_role="frontline", agent=agent)


def test_a_stranger_cannot_tell_it_from_none(help_desk: Caller, owed: FollowUp, shop: Policy) -> None:
    zoe = caller_for(an_agent(shop, "zoe", team="outlet"), like=help_desk)
    told = []
    for follow_up in (owed.pk, "fup_00000000000000000000000000"):
        with pytest.raises(UnknownFollowUpError) as refused:
            finish_follow_up(caller=zoe, request=FinishRequest(follow_up=follow_up, told=GOOD), key="k", now=DUE)
        told.append(refused.value.detail.replace(follow_up, "X"))
    assert told[0] == told[1]
