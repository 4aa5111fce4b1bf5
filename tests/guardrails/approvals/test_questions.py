"""An approver asks back; meanwhile no time runs, but not for ever."""

from datetime import timedelta
from typing import Any

import pytest

from guardrails.actions.approvals.approval_faults import MayNotVoteError, NoQuestionError
from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.read_approvals import inbox, read_approval
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.exception_json import exception_json
from guardrails.ledger import verify
from guardrails.models import Agent, ApprovalRequest, ApprovalSeat, AuditRecord, BudgetWindow
from policies.models import Policy
from tests.guardrails.approving import (
    FRIDAY_EVENING,
    MONDAY_NINE,
    OFFICE,
    ask_for,
    client_of,
    say,
    seats,
    someone,
    state_of,
)
from tests.guardrails.builders import NOON

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
BY_SAM: dict[str, Any] = {"agent": "a_supervisor", "text": "Which parcel?"}
BY_ANA: dict[str, Any] = {"agent": "ana", "text": "The blue one."}


def kinds() -> list[str]:
    """What happened to approvals, in order."""
    return list(AuditRecord.objects.filter(kind__startswith="approval").values_list("kind", flat=True).order_by("pk"))


def seat(request: ApprovalRequest, position: int = 0) -> ApprovalSeat:
    return ApprovalSeat.objects.get(request=request, position=position)


def test_a_question_stops_the_clock_and_the_answer_lets_it_run_on(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    asked = say(leads, Say.ASK, request, **BY_SAM, now=NOON + HOUR)
    assert asked["approval"]["question"]["text"] == "Which parcel?"
    assert asked["approval"]["question_until"] == (NOON + 3 * HOUR).isoformat()
    assert asked["approval"]["until"] == (NOON + 4 * HOUR).isoformat()
    assert chase_approvals(NOON + 3 * HOUR - MINUTE) == 0
    answered = say(help_desk, Say.ANSWER, request, **BY_ANA, now=NOON + 2 * HOUR)
    assert answered["approval"]["until"] == (NOON + 3 * HOUR).isoformat()
    assert (answered["approval"]["question"], answered["approval"]["question_until"]) == (None, None)
    assert answered["asks"] == ["supervisor"]


@pytest.mark.policy(approvals=OFFICE, step={"any_of": ["supervisor"]})
def test_without_an_answer_the_clock_runs_on_by_itself_in_business_hours(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk, now=FRIDAY_EVENING)
    asked = say(leads, Say.ASK, request, **BY_SAM, now=FRIDAY_EVENING + 15 * MINUTE)
    over = MONDAY_NINE + 45 * MINUTE
    assert asked["approval"]["question_until"] == over.isoformat()
    assert asked["approval"]["until"] == (over + 45 * MINUTE).isoformat()
    assert chase_approvals(over - MINUTE) == 0
    assert chase_approvals(over) == 1
    assert chase_approvals(over) == 0
    assert chase_approvals(over + 30 * MINUTE) == 1
    assert chase_approvals(over + 45 * MINUTE) == 1
    assert seats(request) == [(["manager"], "open")]
    assert kinds() == ["approval.asked", "approval.question_over", "approval.reminded", "approval.escalated"]
    record = AuditRecord.objects.get(kind="approval.question_over")
    assert (record.actor, record.at) == ("system", over)


def test_one_late_look_does_all_that_was_due(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.ASK, request, **BY_SAM, now=NOON + HOUR)
    assert chase_approvals(NOON + 24 * HOUR) == 2
    assert kinds() == ["approval.asked", "approval.question_over", "approval.escalated"]
    assert seats(request) == [(["manager"], "open")]


@pytest.mark.policy(approvals={"reserve": "on_request"})
def test_what_was_set_aside_comes_back_although_nobody_ever_answers(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.ASK, request, **BY_SAM)
    for days in range(1, 5):
        chase_approvals(NOON + days * 24 * HOUR)
    assert state_of(request) == "timed_out"
    assert BudgetWindow.objects.get(budget="agent_week").held == 0
    assert list(verify()) == []


def test_reading_tells_that_its_time_is_over_although_nobody_has_noticed(
    help_desk: Caller, leads: Caller, people: dict[str, Agent]
) -> None:
    request = ask_for(help_desk)
    say(leads, Say.ASK, request, **BY_SAM, now=NOON + HOUR)
    told = {}
    for hours in (2, 3, 4):
        request = ApprovalRequest.objects.select_related("exception__decision").get(pk=request.pk)
        now = NOON + hours * HOUR
        whole = read_approval(request, now=now)
        approvers = Agent.objects.filter(pk=people["supervisor"].pk)
        (line,) = inbox(agents=approvers, policy=None, after=None, limit=9, now=now).results
        approval = exception_json(request.exception, now=now)["approval"]
        assert whole["state"] == line["state"] == approval["state"] == whole["exception"]["approval"]["state"]
        assert approval["question"]["text"] == "Which parcel?"
        told[hours] = (whole["state"], whole["paused_at"] is None, whole["seats"][0]["overdue"])
    assert told == {2: ("question", False, False), 3: ("open", True, False), 4: ("open", True, True)}
    assert kinds() == ["approval.asked"]


def test_a_late_answer_is_still_told_and_gives_no_more_time(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.ASK, request, **BY_SAM, now=NOON + HOUR)
    answered = say(help_desk, Say.ANSWER, request, **BY_ANA, now=NOON + 3 * HOUR + MINUTE)
    assert (answered["approval"]["state"], answered["approval"]["question"]) == ("open", None)
    assert answered["approval"]["until"] == (NOON + 4 * HOUR).isoformat()
    assert kinds() == ["approval.asked", "approval.question_over", "approval.answered"]
    with pytest.raises(NoQuestionError):
        say(help_desk, Say.ANSWER, request, **BY_ANA, now=NOON + 3 * HOUR + MINUTE)


def test_a_question_of_somebody_else_has_its_own_time_and_nobody_loses_theirs(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.ASK, request, **BY_SAM, now=NOON + HOUR)
    again = say(leads, Say.ASK, request, agent="a_manager", text="And when?", now=NOON + 2 * HOUR)
    assert again["approval"]["question_until"] == (NOON + 4 * HOUR).isoformat()
    assert seat(request).due_at == NOON + 5 * HOUR
    answered = say(help_desk, Say.ANSWER, request, **BY_ANA, now=NOON + 3 * HOUR)
    assert answered["approval"]["until"] == (NOON + 4 * HOUR).isoformat()


def test_who_asks_on_and_on_stops_the_clock_once(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.ASK, request, **BY_SAM, now=NOON + HOUR)
    while_it_is_open = say(leads, Say.ASK, request, **BY_SAM, now=NOON + 2 * HOUR)["approval"]
    assert (while_it_is_open["state"], while_it_is_open["question_until"]) == (
        "question",
        (NOON + 3 * HOUR).isoformat(),
    )
    say(help_desk, Say.ANSWER, request, **BY_ANA, now=NOON + 2 * HOUR)
    # Under whatever account, and whoever says it for them.
    Agent.objects.filter(code="a_supervisor").update(person="p-1")
    twin = client_of(someone(shop, "twin", "supervisor", person="P-1"))
    third = say(twin, Say.ASK, request, agent="twin", text="Which street?", now=NOON + 2 * HOUR)["approval"]
    assert (third["state"], third["question"]["text"], third["question_until"]) == ("open", "Which street?", None)
    assert (third["waits_for"], third["until"]) == ("approvers", (NOON + 3 * HOUR).isoformat())
    assert say(help_desk, Say.ANSWER, request, **BY_ANA, now=NOON + 2 * HOUR)["approval"]["question"] is None
    chase_approvals(NOON + 3 * HOUR)
    assert seats(request) == [(["manager"], "open")]


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"], "in_sequence": True, "answer_within": "PT2H"})
def test_whoever_is_asked_next_while_a_question_is_open_loses_nothing_either(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.ASK, request, **BY_SAM)
    say(leads, Say.APPROVE, request, agent="a_supervisor", now=NOON + HOUR)
    assert seat(request, 1).due_at == NOON + 4 * HOUR
    say(help_desk, Say.ANSWER, request, **BY_ANA, now=NOON + HOUR)
    assert seat(request, 1).due_at == NOON + 3 * HOUR


@pytest.mark.parametrize("what", [Say.APPROVE, Say.DECLINE])
def test_while_it_is_open_and_after_it_can_be_decided(help_desk: Caller, leads: Caller, what: Say) -> None:
    said = {"agent": "a_supervisor", "text": "I know enough."}
    for number, hours in enumerate((1, 5)):
        request = ask_for(help_desk, case=f"K-{number}", customer=f"C-{number}")
        say(leads, Say.ASK, request, **BY_SAM)
        say(leads, what, request, **said, now=NOON + hours * HOUR)
        request.refresh_from_db()
        assert (request.paused_at, request.question_due_at) == (None, None)


def test_nobody_answers_their_own_question(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    near = someone(shop, "near", "supervisor", team=Agent.objects.get(code="ana").team.code)
    say(client_of(near), Say.ASK, request, agent="near", text="Which parcel?")
    with pytest.raises(MayNotVoteError, match="Whoever asks back") as refused:
        say(client_of(near), Say.ANSWER, request, agent="near", text="The blue one.")
    assert refused.value.name == "own_question"
    assert say(help_desk, Say.ANSWER, request, **BY_ANA)["vote"]["verdict"] == "answer"


def test_who_answers_is_recorded_in_their_own_role(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    team = Agent.objects.get(code="ana").team.code
    for number, role in enumerate(("supervisor", "frontline", "")):
        request = ask_for(help_desk, case=f"K-{number}", customer=f"C-{number}")
        say(leads, Say.ASK, request, **BY_SAM)
        near = someone(shop, f"near_{number}", role, team=team)
        told = say(client_of(near), Say.ANSWER, request, agent=near.code, text="The blue one.")["vote"]
        assert (told["agent"], told["role"]) == (near.code, role)


def test_a_question_from_before_questions_had_a_time_ends_too(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    before = seat(request)
    say(leads, Say.ASK, request, **BY_SAM, now=NOON + HOUR)
    ApprovalRequest.objects.update(question_due_at=None, due_at=request.due_at)
    ApprovalSeat.objects.update(due_at=before.due_at, remind_at=before.remind_at)
    assert chase_approvals(NOON + 3 * HOUR - MINUTE) == 0
    assert chase_approvals(NOON + 3 * HOUR) == 1
    assert seat(request).due_at == NOON + 4 * HOUR
