"""Several must agree; some are away; and time passes only while somebody is there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from guardrails.actions.approvals.approval_faults import ClaimedError, MayNotVoteError
from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.actions.faults import NotOfferedError
from guardrails.ledger import verify
from guardrails.models import (
    Agent,
    ApprovalRequest,
    ApprovalSeat,
    AuditRecord,
    BudgetWindow,
    CareException,
    StandIn,
    WhenApproved,
)
from policies.models import Policy
from tests.guardrails.approving import ask_for, client_of, say, someone, state_of
from tests.guardrails.asking import LATE, ask
from tests.guardrails.builders import NOON

FRIDAY_EVENING = datetime(2026, 6, 19, 15, 30, tzinfo=UTC)
"""Half past five in Berlin; the office closes at six."""
MONDAY_NINE = datetime(2026, 6, 22, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def shop_document(shop_document: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """The shop with a manager and a director above the supervisor, finance beside them, and what a test marks."""
    roles = shop_document["roles"]
    roles[1]["escalates_to"] = "manager"
    roles += [
        {"code": "manager", "name": "Manager", "escalates_to": "director"},
        {"code": "director", "name": "Director"},
        {"code": "finance", "name": "Finance"},
    ]
    marker = request.node.get_closest_marker("policy")
    late = next(rule for rule in shop_document["rules"] if rule["code"] == "late_credit")
    said = dict(marker.kwargs) if marker else {}
    if "step" in said:
        late["approval"] = [said.pop("step")]
    if "approvals" in said:
        shop_document["approvals"] = said.pop("approvals")
    for code, changes in said.items():
        next(each for each in shop_document["budgets"] if each["code"] == code).update(changes)
    return shop_document


@pytest.fixture
def people(shop: Policy) -> dict[str, Agent]:
    """Somebody of every role, by its code."""
    return {role: someone(shop, f"a_{role}", role) for role in ("supervisor", "manager", "director", "finance")}


@pytest.fixture
def leads(people: dict[str, Agent]) -> Caller:
    """The tool of all of them."""
    return client_of(*people.values())


def refusal(caller: Caller, what: Say, request: ApprovalRequest, **said: Any) -> str:
    with pytest.raises(MayNotVoteError) as refused:
        say(caller, what, request, **said)
    return refused.value.name


def seats(request: ApprovalRequest) -> list[tuple[list[str], str]]:
    return [(seat.roles, seat.state) for seat in ApprovalSeat.objects.filter(request=request)]


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"]})
def test_all_of_them_must_agree_and_the_least_counts(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    first = say(leads, Say.APPROVE, request, agent="a_finance", amount="28.00")
    assert (first["state"], first["asks"]) == ("awaiting_approval", ["supervisor"])
    assert refusal(leads, Say.APPROVE, request, agent="a_finance") == "second_seat"
    last = say(leads, Say.APPROVE, request, agent="a_supervisor", amount="29.00")
    assert (last["state"], last["amount"]["amount"]) == ("approved", "28.00")
    kinds = AuditRecord.objects.filter(kind__startswith="approval").values_list("kind", flat=True)
    assert list(kinds) == ["approval.voted"]


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"]})
def test_one_no_is_enough(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_finance")
    assert say(leads, Say.DECLINE, request, agent="a_supervisor", text="No.")["state"] == "declined"


@pytest.mark.policy(step={"all_of": ["supervisor", "manager"]})
def test_one_person_never_sits_on_two_seats(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    say(leads, Say.APPROVE, request, agent="a_manager")
    assert refusal(leads, Say.APPROVE, request, agent="a_manager") == "second_seat"
    Agent.objects.filter(code="a_manager").update(person="p-1")
    someone(shop, "twin", "director", person="P-1")
    assert refusal(client_of(Agent.objects.get(code="twin")), Say.APPROVE, request, agent="twin") == "second_seat"
    assert say(leads, Say.APPROVE, request, agent="a_director")["state"] == "approved"


@pytest.mark.policy(step={"all_of": ["supervisor", "finance"], "in_sequence": True, "answer_within": "PT2H"})
def test_in_sequence_the_next_is_asked_when_the_one_before_has_agreed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert seats(request) == [(["supervisor"], "open"), (["finance"], "waiting")]
    assert refusal(leads, Say.APPROVE, request, agent="a_finance") == "not_asked"
    answer = say(leads, Say.APPROVE, request, agent="a_supervisor", now=NOON + HOUR)
    assert (answer["asks"], answer["approval"]["until"]) == (["finance"], (NOON + 3 * HOUR).isoformat())
    assert say(leads, Say.APPROVE, request, agent="a_finance")["state"] == "approved"


@pytest.mark.policy(step={"any_of": ["supervisor", "finance"]})
def test_any_of_them_is_enough(help_desk: Caller, leads: Caller) -> None:
    assert say(leads, Say.APPROVE, ask_for(help_desk), agent="a_finance")["state"] == "approved"


def test_who_has_taken_it_up_has_it_until_they_put_it_back(shop: Policy, help_desk: Caller, leads: Caller) -> None:
    sue = someone(shop, "sue", "supervisor")
    request, other = ask_for(help_desk), client_of(sue)
    assert say(leads, Say.CLAIM, request, agent="a_supervisor")["claimed_by"] == "a_supervisor"
    for what in (Say.CLAIM, Say.APPROVE):
        with pytest.raises(ClaimedError):
            say(other, what, request, agent="sue")
    say(leads, Say.RELEASE, request, agent="a_supervisor")
    assert say(other, Say.CLAIM, request, agent="sue")["claimed_by"] == "sue"
    assert say(leads, Say.APPROVE, request, agent="a_manager")["state"] == "approved"


def test_a_question_stops_the_clock_and_the_answer_lets_it_run_on(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    asked = say(leads, Say.ASK, request, agent="a_supervisor", text="Which parcel?", now=NOON + HOUR)
    assert asked["approval"]["question"]["text"] == "Which parcel?"
    assert chase_approvals(NOON + 24 * HOUR) == 0
    answered = say(help_desk, Say.ANSWER, request, agent="ana", text="The blue one.", now=NOON + 24 * HOUR)
    assert answered["approval"]["until"] == (NOON + 25 * HOUR).isoformat()
    assert answered["asks"] == ["supervisor"]


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


OFFICE = {
    "answer_within": "PT1H",
    "remind_before": "PT15M",
    "hours": {key: ["09:00-18:00"] for key in ("monday", "tuesday", "wednesday", "thursday", "friday")},
}


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
    someone(shop, "dee", "director")
    request = ask_for(help_desk)
    chase_approvals(NOON + 3 * HOUR)
    assert seats(request) == [(["director"], "open")]


@pytest.mark.policy(approvals={"reserve": "on_request"})
def test_reserved_with_the_request_the_money_is_there_and_a_no_gives_it_back(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert BudgetWindow.objects.get(budget="agent_week").held == 3000
    assert list(verify()) == []
    answer = say(leads, Say.APPROVE, request, agent="a_supervisor", amount="26.00")
    assert answer["state"] == "approved"
    assert BudgetWindow.objects.get(budget="agent_week").held == 2600
    assert list(verify()) == []
    other = ask_for(help_desk, "30.00", case="K-9", customer="C-9")
    say(leads, Say.DECLINE, other, agent="a_supervisor", text="No.")
    assert BudgetWindow.objects.get(budget="agent_week").held == 2600


@pytest.mark.policy(approvals={"reserve": "on_request"}, case_money={"limit": "30.00"})
def test_what_was_reserved_does_not_stand_in_its_own_way(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert say(leads, Say.APPROVE, request, agent="a_supervisor")["state"] == "approved"


def test_reserved_with_the_yes_it_cannot_overspend(help_desk: Caller, leads: Caller) -> None:
    first, second = ask_for(help_desk), ask_for(help_desk)
    say(leads, Say.APPROVE, first, agent="a_supervisor")
    with pytest.raises(Exception, match="more than can be agreed to now") as refused:
        say(leads, Say.APPROVE, second, agent="a_supervisor")
    assert not isinstance(refused.value, AssertionError)
    assert BudgetWindow.objects.get(budget="case_money").held == 3000
    assert say(leads, Say.APPROVE, second, agent="a_supervisor", amount="20.00")["state"] == "approved"


@pytest.mark.policy(agent_week={"limit": "20.00", "beyond": {"by": "finance"}})
def test_beyond_a_budget_those_who_may_go_beyond_it_agree_and_its_limit_gives_way(
    help_desk: Caller, leads: Caller
) -> None:
    request = ask_for(help_desk)
    assert request.extends == ["agent_week"]
    assert seats(request) == [(["finance"], "open"), (["supervisor"], "open")]
    say(leads, Say.APPROVE, request, agent="a_finance")
    assert say(leads, Say.APPROVE, request, agent="a_supervisor")["state"] == "approved"
    window = BudgetWindow.objects.get(budget="agent_week")
    assert (window.held, window.limit) == (3000, 3000)
    assert list(verify()) == []
    assert ask(help_desk, replace(LATE, case="K-7"))["offers"][0]["alone"] is False


@pytest.mark.policy(agent_week={"limit": "40.00", "beyond": {"by": "finance"}})
def test_a_budget_that_ran_out_meanwhile_needs_its_own_yes(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    assert request.extends == []
    other = ask_for(help_desk, case="K-2", customer="C-2")
    say(leads, Say.APPROVE, other, agent="a_supervisor")
    with pytest.raises(NotOfferedError, match="who may go beyond was not asked"):
        say(leads, Say.APPROVE, request, agent="a_supervisor")


def test_granted_at_once_where_that_was_asked_for(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk, when_approved=WhenApproved.GRANT)
    answer = say(leads, Say.APPROVE, request, agent="a_supervisor", key="once")
    assert (answer["state"], answer["settlement"]["state"]) == ("granted", "pending")
    assert say(leads, Say.APPROVE, request, agent="a_supervisor", key="once") == answer
    assert BudgetWindow.objects.get(budget="agent_week").spent == 3000
    assert list(verify()) == []


def test_an_approver_proposes_something_else(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    answer = say(
        leads, Say.COUNTER, request, agent="a_supervisor", remedy="store_credit", amount="20.00", text="Take this."
    )
    assert answer["state"] == "countered"
    made = CareException.objects.get(pk=answer["proposal"]["exception"])
    assert (made.state, made.amount_minor, made.arises_from_id) == ("approved", 2000, request.exception_id)
    assert BudgetWindow.objects.get(budget="agent_week").held == 2000
    assert list(verify()) == []


def test_what_is_not_offered_cannot_be_proposed(help_desk: Caller, leads: Caller) -> None:
    request = ask_for(help_desk)
    with pytest.raises(NotOfferedError):
        say(leads, Say.COUNTER, request, agent="a_supervisor", remedy="refund", text="All of it.")
    assert state_of(request) == "awaiting_approval"
