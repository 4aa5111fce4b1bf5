"""An approver asks back; meanwhile no time runs, but not for ever."""

from datetime import timedelta

from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from tests.guardrails.approving import ask_for, say
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)


def test_a_question_stops_the_clock_and_the_answer_lets_it_run_on(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    asked = say(leads, Say.ASK, request, agent="a_supervisor", text="Which parcel?", now=NOON + HOUR)
    assert asked["approval"]["question"]["text"] == "Which parcel?"
    assert chase_approvals(NOON + 24 * HOUR) == 0
    answered = say(help_desk, Say.ANSWER, request, agent="ana", text="The blue one.", now=NOON + 24 * HOUR)
    assert answered["approval"]["until"] == (NOON + 25 * HOUR).isoformat()
    assert answered["asks"] == ["supervisor"]
