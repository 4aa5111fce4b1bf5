"""What an exception tells its agent of the yes that it needs: whose move it is, who said what, what may be said."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.read_approvals import inbox, read_approval
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.amend_exception import AmendRequest, amend_exception
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.models import Agent, ApprovalRequest, AuditRecord, CareException
from guardrails.models.canonical_json import canonical_text
from guardrails.outbox.envelope import told
from tests.guardrails.approving import FRIDAY_EVENING, OFFICE, ask_for, say
from tests.guardrails.asking import grant
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)
CONFIRM = "I would like to arrange this for you: store credit. A colleague has to confirm it; I will let you know"


def seen(request: ApprovalRequest, now: datetime = NOON) -> Any:
    """The approval of the request's exception, as it is read."""
    rows = CareException.objects.select_related("policy", "version", "agent")
    return exception_json(rows.get(pk=request.exception_id), now=now)["approval"]


@pytest.mark.policy(approvals=OFFICE, step={"any_of": ["supervisor"]})
def test_by_when_an_answer_is_due_is_said_in_the_customers_words(help_desk: Caller) -> None:
    answer = grant(help_desk, amount="30.00", told="I have asked.", now=FRIDAY_EVENING).answer
    assert answer["say"] == answer["approval"]["say"] == f"{CONFIRM} by Monday, 22 June, 09:30."
    request = ApprovalRequest.objects.get()
    approval = seen(request, FRIDAY_EVENING)
    assert approval == answer["approval"]
    assert (approval["told"], approval["asked_for"]) == (
        "I have asked.",
        {"amount": {"amount": "30.00", "currency": "EUR"}},
    )
    assert (approval["waits_for"], approval["left_after_answer"], approval["agreed"]) == ("approvers", None, [])
    # What is late is promised to nobody any more.
    assert seen(request, FRIDAY_EVENING + 72 * HOUR)["say"] == f"{CONFIRM}."


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"], "in_sequence": True})
def test_who_agreed_and_what_had_been_asked_for_is_told_and_no_time_while_others_come_after(
    help_desk: Caller, leads: Caller
) -> None:
    request = ask_for(help_desk, told="I have asked.")
    assert (seen(request)["say"], seen(request)["asked_later"]) == (f"{CONFIRM}.", ["finance"])
    first = say(leads, Say.APPROVE, request, agent="a_supervisor", amount="28.00", text="Less will do.")["approval"]
    assert first["say"].startswith(f"{CONFIRM} by ")
    assert first["asked_later"] == []
    say(leads, Say.APPROVE, request, agent="a_finance")
    approval = seen(request)
    assert [(each["agent"], each["verdict"], each["text"]) for each in approval["agreed"]] == [
        ("a_supervisor", "approve_less", "Less will do."),
        ("a_finance", "approve", ""),
    ]
    assert approval["outcome"]["agent"] == "a_finance"
    assert (approval["asked_for"]["amount"]["amount"], approval["told"]) == ("30.00", "I have asked.")
    assert (approval["waits_for"], "28.00" in approval["say"]) == (None, True)
    outside = " ".join(canonical_text(told(record)) for record in AuditRecord.objects.all())
    assert "28.00" in outside
    assert all(typed not in outside for typed in ("I have asked.", "Less will do.", "say", "told"))


def test_what_is_said_is_of_what_is_given_and_nothing_once_it_is_over(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_supervisor")
    less = AmendRequest(exception=request.exception_id, agent="ana", amount="29.00")
    amend_exception(caller=help_desk, request=less, key="less", now=NOON)
    assert "29.00" in seen(request)["say"]
    assert seen(request, NOON + 24 * 7 * HOUR)["say"] is None
    part = HeldRequest(exception=request.exception_id, agent="ana", amount="27.00")
    granted = grant_held(caller=help_desk, request=part, key="part", now=NOON).answer
    assert seen(request)["say"] == granted["say"] == granted["approval"]["say"]
    assert "27.00" in granted["say"]
    other = ask_for(help_desk, case="K-2")
    say(leads, Say.APPROVE, other, agent="a_supervisor")
    void_for_agent(caller=help_desk, exception=other.exception_id, agent="ana", reason="", key="void", now=NOON)
    assert seen(other)["say"] is None


def test_after_a_no_another_proposal_or_no_answer_the_agent_has_words_too(help_desk: Caller, leads: Caller) -> None:
    declined, countered, own, late = (ask_for(help_desk, case=f"K-{at}", customer=f"C-{at}") for at in range(4))
    say(leads, Say.DECLINE, declined, agent="a_supervisor", text="Twice is enough.")
    assert seen(declined)["say"] == (
        "I am sorry: I could not arrange this for you as I had hoped: store credit. Let me see what I can do instead."
    )
    less: dict[str, Any] = {"agent": "a_supervisor", "amount": "26.00", "text": "A little."}
    say(leads, Say.COUNTER, countered, **less)
    assert "26.00" in seen(countered)["say"]
    say(leads, Say.COUNTER, own, **less, to_customer="A little something.")
    assert seen(own)["say"] == "A little something."
    proposal = CareException.objects.select_related("policy", "version", "agent").get(arises_from=own.exception_id)
    assert (exception_json(proposal)["approval"] or {})["say"] == "A little something."
    for days in range(1, 5):
        chase_approvals(NOON + days * 24 * HOUR)
    assert seen(late)["say"] == (
        "I am sorry that this takes so long: store credit. "
        "It is not confirmed yet; let me see what I can do for you now."
    )


def test_a_question_says_whose_move_it_is_and_what_time_is_left_after_the_answer(
    help_desk: Caller, leads: Caller
) -> None:
    request = ask_for(help_desk)
    asked = say(leads, Say.ASK, request, agent="a_supervisor", text="Which parcel?", now=NOON + HOUR / 2)["approval"]
    assert (asked["waits_for"], asked["left_after_answer"], asked["asks"]) == ("requester", "PT1H30M", ["supervisor"])
    whole = read_approval(ApprovalRequest.objects.select_related("exception__decision").get(), now=NOON + HOUR)
    (line,) = inbox(
        agents=Agent.objects.filter(code="a_supervisor"), policy=None, after=None, limit=9, now=NOON
    ).results
    for each in (whole, line):
        assert (each["waits_for"], each["left_after_answer"]) == ("requester", "PT1H30M")
    over = seen(request, NOON + 3 * HOUR)
    assert (over["state"], over["waits_for"], over["left_after_answer"]) == ("open", "approvers", None)
    answered = say(help_desk, Say.ANSWER, request, agent="ana", text="The blue one.", now=NOON + HOUR)["approval"]
    assert (answered["waits_for"], answered["left_after_answer"]) == ("approvers", None)
