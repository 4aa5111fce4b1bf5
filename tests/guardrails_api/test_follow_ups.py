"""The loop is closed over the API: what is owed, how it turned out, and who takes a case up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.models import Agent, FollowUp, Outcome, Scope, WorkItem
from policies.models import Policy, PolicyScope
from tests.guardrails.builders import NOON
from tests.guardrails_api.conftest import Api, Response, an_agent
from tests.guardrails_api.questions import LATE, late
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_exceptions import grant
from tests.guardrails_api.test_openapi import fits

DUE = NOON + timedelta(days=2)
REACHED = {"reached": True, "satisfied": 5, "words": "All is well."}
NOTHING = "fup_00000000000000000000000000"


@pytest.fixture
def granted(desk: Api) -> dict[str, Any]:
    """A store credit that Ana gave; she owes a follow-up."""
    return grant(desk, "first")


@pytest.fixture
def owed(granted: dict[str, Any]) -> str:
    """The follow-up that Ana owes."""
    return FollowUp.objects.get(exception=granted["exception"]).pk


@pytest.fixture
def survey(new_token: Callable[..., Api], ana: Agent) -> Api:
    """A survey tool that asks Ana's customers."""
    return new_token("survey", [Scope.OUTCOMES], agents=[ana])


@pytest.fixture
def sofia(new_token: Callable[..., Api], shop: Policy) -> Api:
    """A supervisor of another team."""
    return new_token("sofia", [Scope.EXCEPTIONS], agents=[an_agent(shop, "sofia", team="desk", role="supervisor")])


def done(api: Api, follow_up: str, *, key: str = "done", **changes: Any) -> Response:
    return api.post(f"follow-ups/{follow_up}/done/", {**REACHED, **changes}, Idempotency_Key=key)


def hand_on(api: Api, follow_up: str, *, key: str = "on", **changes: Any) -> Response:
    body = {"to_role": "supervisor", "note": "Please call after six.", **changes}
    return api.post(f"follow-ups/{follow_up}/hand-on/", body, Idempotency_Key=key)


def test_an_agent_finds_what_they_owe_and_reads_all_about_it(desk: Api, granted: dict[str, Any], owed: str) -> None:
    page = desk.get("follow-ups/", agent="ana", state="open").json()
    fits("FollowUpPage", page)
    assert [each["follow_up"] for each in page["results"]] == [owed]
    assert page["results"][0]["owner"] == {"agent": "ana", "role": "frontline"}
    one = desk.get(f"follow-ups/{owed}/").json()
    fits("FollowUpDetail", one)
    assert one["about"]["exception"] == granted["exception"]
    assert one["say"] == granted["say"]
    assert (one["case_history"], one["outcomes"], one["contacted_again"]) == ([], [], None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, True),
        ({"agent": "ana"}, True),
        ({"agent": "ben"}, False),
        ({"role": "frontline"}, True),
        ({"policy": "shop_eu"}, True),
        ({"customer": "C-20417"}, True),
        ({"case": "K-2"}, False),
        ({"state": "done"}, False),
        ({"overdue": "true"}, False),
        ({"overdue": "false"}, True),
        ({"due_before": "2026-06-17"}, False),
        ({"due_before": "2026-06-18"}, True),
    ],
)
def test_the_list_is_narrowed_down(desk: Api, owed: str, query: dict[str, str], found: bool) -> None:
    assert bool(desk.get("follow-ups/", **query).json()["results"]) is found


def test_what_is_due_first_comes_first_page_by_page(desk: Api, noon: time_machine.Traveller) -> None:
    for day in range(3):
        noon.move_to(NOON + timedelta(days=day), tick=False)
        grant(desk, f"key {day}", late(case=f"K-{day}", customer=f"C-{day}"))
    first = desk.get("follow-ups/", limit=2).json()
    assert [each["case"] for each in first["results"]] == ["K-0", "K-1"]
    second = desk.get(first["next"].removeprefix("/api/v1/")).json()
    assert ([each["case"] for each in second["results"]], second["next"]) == (["K-2"], None)
    problem(desk.get("follow-ups/", cursor="nowhere"), 422, "invalid_request")
    noon.move_to(DUE, tick=False)
    assert [each["case"] for each in desk.get("follow-ups/", overdue="true").json()["results"]] == ["K-0"]


def test_it_is_handed_on_and_done(desk: Api, sofia: Api, owed: str, granted: dict[str, Any]) -> None:
    handed = hand_on(desk, owed)
    fits("FollowUpAnswer", handed.json())
    assert handed.json()["owner"] == {"agent": None, "role": "supervisor"}
    assert hand_on(desk, owed)["Idempotency-Replayed"] == "true"
    assert sofia.get("follow-ups/").json()["results"][0]["handed_on"][0]["note"] == "Please call after six."
    answer = done(sofia, owed, agent="sofia")
    fits("FollowUpDone", answer.json())
    assert done(sofia, owed, agent="sofia").json() == answer.json()
    problem(done(sofia, owed, agent="sofia", key="again"), 409, "follow_up_closed")
    one = desk.get(f"exceptions/{granted['exception']}/").json()
    fits("ExceptionDetail", one)
    assert [(each["state"], each["owner"]["role"]) for each in one["follow_ups"]] == [("done", "supervisor")]
    assert [(each["satisfied"], each["words"]) for each in one["outcomes"]] == [(5, "All is well.")]


def test_a_repeated_contact_shows_without_anybody_typing_it(
    desk: Api, granted: dict[str, Any], noon: time_machine.Traveller
) -> None:
    noon.move_to(NOON + timedelta(days=1), tick=False)
    desk.post("offers/", LATE)
    one = desk.get(f"exceptions/{granted['exception']}/").json()
    fits("ExceptionDetail", one)
    assert one["contacted_again"] is True
    assert [(each["on"], each["agent"], each["channel"]) for each in one["repeat_contacts"]] == [
        ("2026-06-16", "ana", "chat")
    ]


def test_what_is_overdue_reaches_the_next_role(desk: Api, sofia: Api, owed: str) -> None:
    problem(sofia.get(f"follow-ups/{owed}/"), 404, "not_found")
    escalate_follow_ups(DUE)
    found = sofia.get("follow-ups/", escalated_to="supervisor").json()["results"]
    assert [(each["follow_up"], each["owner"]["agent"]) for each in found] == [(owed, "ana")]


@pytest.mark.parametrize(
    ("changes", "pointer", "valid"),
    [
        ({"reached": None}, "/reached", "true or false"),
        ({"satisfied": 6}, "/satisfied", "from 1 to 5"),
        ({"effort": 0}, "/effort", "from 1 to 7"),
        ({"recommend": "9"}, "/recommend", "from 0 to 10"),
        ({"stayed": "gone"}, "/stayed", "stayed, left"),
        ({"again": True}, "/again", "contacted_again"),
    ],
)
def test_a_wrong_answer_is_named_with_what_would_be_valid(
    desk: Api, owed: str, changes: dict[str, Any], pointer: str, valid: str
) -> None:
    errors = problem(done(desk, owed, **changes), 422, "invalid_request")["errors"]
    assert [each["pointer"] for each in errors] == [pointer]
    assert valid in errors[0]["detail"]
    assert FollowUp.objects.get(pk=owed).state == "open"


TOLD = {"id": "S-1", "satisfied": 4, "words": "It came."}


def test_a_survey_tells_how_it_turned_out(survey: Api, desk: Api, granted: dict[str, Any]) -> None:
    body = {**TOLD, "exception": granted["exception"]}
    fits("OutcomeBody", body)
    answer = survey.post("outcomes/", body)
    assert answer.status_code == 201
    fits("OutcomeAnswer", answer.json())
    again = survey.post("outcomes/", body)
    assert (again.status_code, again["Idempotency-Replayed"], again.json()) == (201, "true", answer.json())
    problem(survey.post("outcomes/", {**body, "satisfied": 1}), 409, "outcome_conflict")
    case = survey.post("outcomes/", {"id": "S-2", "policy": "shop_eu", "case": "K-881", "recommend": 0})
    assert case.status_code == 201
    told = desk.get(f"exceptions/{granted['exception']}/").json()["outcomes"]
    assert [(each["id"], each["exception"], each["words"]) for each in told] == [
        ("S-1", granted["exception"], "It came."),
        ("S-2", None, None),
    ]


@pytest.mark.parametrize(
    ("changes", "pointer", "valid"),
    [
        ({"satisfied": 0}, "/satisfied", "from 1 to 5"),
        ({"satisfied": 6}, "/satisfied", "from 1 to 5"),
        ({"satisfied": "4"}, "/satisfied", "from 1 to 5"),
        ({"effort": 8}, "/effort", "from 1 to 7"),
        ({"recommend": 11}, "/recommend", "from 0 to 10"),
        ({"stayed": "maybe"}, "/stayed", "stayed, left"),
        ({"root_cause": "Bad luck"}, "/root_cause", "lower snake case"),
        ({"id": ""}, "/id", "1 to 128"),
        ({"mood": 3}, "/mood", "satisfied"),
    ],
)
def test_what_is_told_wrongly_is_named_with_what_would_be_valid(
    survey: Api, granted: dict[str, Any], changes: dict[str, Any], pointer: str, valid: str
) -> None:
    response = survey.post("outcomes/", {**TOLD, "exception": granted["exception"], **changes})
    errors = problem(response, 422, "invalid_request")["errors"]
    assert [each["pointer"] for each in errors] == [pointer]
    assert valid in errors[0]["detail"]
    assert not Outcome.objects.exists()


def test_an_outcome_is_about_something_known(survey: Api, new_token: Callable[..., Api], shop: Policy) -> None:
    problem(survey.post("outcomes/", TOLD), 422, "invalid_outcome")
    problem(survey.post("outcomes/", {**TOLD, "exception": "exc_none"}), 404, "unknown_exception")
    problem(survey.post("outcomes/", {**TOLD, "policy": "shop_eu", "case": "K-0"}), 404, "unknown_case")
    problem(survey.post("outcomes/", {"id": "S-1", "exception": "exc_none"}), 422, "invalid_outcome")


SAID = [{"by": "customer", "text": "My husband died on Sunday."}, {"by": "robin", "text": "I am so sorry."}]


@pytest.fixture
def handed_over(bot: Api, sofia: Api) -> str:
    """What an AI agent handed over."""
    decision = bot.post("offers/", late(agent="bot")).json()["decision"]
    body = {"decision": decision, "note": "She wants to keep the number.", "said": SAID}
    fits("HandOverBody", body)
    answer = bot.post("hand-overs/", body, Idempotency_Key="over")
    assert answer.status_code == 201, answer.content
    fits("WorkItemAnswer", answer.json())
    assert answer["Location"] == f"/api/v1/work-items/{answer.json()['work_item']}/"
    return str(answer.json()["work_item"])


def take(api: Api, item: str, what: str, **body: Any) -> Response:
    return api.post(f"work-items/{item}/{what}/", {"agent": "sofia", **body}, Idempotency_Key=f"{what} {body}")


def test_whoever_takes_a_case_up_knows_all_that_was_said(sofia: Api, handed_over: str, bot: Api) -> None:
    page = sofia.get("work-items/", state="open", role="supervisor").json()
    fits("WorkItemPage", page)
    assert [each["work_item"] for each in page["results"]] == [handed_over]
    assert take(sofia, handed_over, "claim").json()["claimed_by"] == "sofia"
    one = sofia.get(f"work-items/{handed_over}/").json()
    fits("WorkItemDetail", one)
    assert (one["said"], one["note"]) == (SAID, "She wants to keep the number.")
    assert one["facts"]["days_late"] == 3
    assert one["answer"]["offers"][0]["remedy"] == "store_credit"
    assert take(sofia, handed_over, "release").json()["state"] == "open"
    problem(take(sofia, handed_over, "done", outcome="Settled."), 409, "work_item_state")
    assert sofia.post(f"work-items/{handed_over}/claim/", {"agent": "sofia"}, Idempotency_Key="2").status_code == 200
    assert take(sofia, handed_over, "done", outcome="Settled.").json()["outcome"] == {"text": "Settled."}
    assert bot.get(f"work-items/{handed_over}/").json()["state"] == "done"
    assert sofia.get("work-items/", state="open").json()["results"] == []


def test_one_text_can_be_all_that_was_said(desk: Api, sofia: Api) -> None:
    decision = desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "said": "She called twice."}
    item = desk.post("hand-overs/", body, Idempotency_Key="over").json()["work_item"]
    assert desk.get(f"work-items/{item}/").json()["said"] == [{"by": "agent", "text": "She called twice."}]


def test_an_ai_takes_nothing_up(handed_over: str, new_token: Callable[..., Api], shop: Policy, bot: Api) -> None:
    robot = an_agent(shop, "robot", team="desk", role="supervisor", kind="ai")
    other = new_token("robot", [Scope.EXCEPTIONS], agent=robot)
    for api in (other, bot):
        refused = api.post(f"work-items/{handed_over}/claim/", {}, Idempotency_Key="claim")
        problem(refused, 403, "not_the_receiver")


def test_a_stranger_sees_nothing_of_it(stranger: Api, owed: str, handed_over: str, desk: Api) -> None:
    decision = desk.post("offers/", LATE).json()["decision"]
    for address in (f"follow-ups/{owed}/", f"follow-ups/{NOTHING}/", f"work-items/{handed_over}/", "work-items/x/"):
        problem(stranger.get(address), 404, "not_found")
    assert stranger.get("follow-ups/").json() == {"results": [], "next": None}
    assert stranger.get("work-items/").json() == {"results": [], "next": None}
    for follow_up in (owed, NOTHING):
        for agent in ({}, {"agent": "ana"}, {"agent": "zoe"}):
            problem(done(stranger, follow_up, **agent), 404, "unknown_follow_up")
            problem(hand_on(stranger, follow_up, **agent), 404, "unknown_follow_up")
    for item in (handed_over, "wrk_00000000000000000000000000"):
        for what, more in (("claim", {}), ("release", {}), ("done", {"outcome": "Mine."})):
            for taker in ("sofia", "zoe"):
                body = {"agent": taker, **more}
                problem(
                    stranger.post(f"work-items/{item}/{what}/", body, Idempotency_Key="k"), 404, "unknown_work_item"
                )
    for asked in (decision, "dec_00000000000000000000000000"):
        problem(stranger.post("hand-overs/", {"decision": asked}, Idempotency_Key="k"), 404, "unknown_decision")
    assert WorkItem.objects.get().state == "open"


def test_a_token_needs_the_scope(new_token: Callable[..., Api], ana: Agent, owed: str, handed_over: str) -> None:
    calls: dict[str, tuple[Callable[[Api], Response], set[Scope]]] = {
        "list": (lambda api: api.get("follow-ups/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "one": (lambda api: api.get(f"follow-ups/{owed}/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "hand on": (lambda api: hand_on(api, owed), {Scope.EXCEPTIONS}),
        "done": (lambda api: done(api, owed), {Scope.EXCEPTIONS}),
        "outcome": (lambda api: api.post("outcomes/", {**TOLD, "case": "K-1", "policy": "x"}), {Scope.OUTCOMES}),
        "over": (
            lambda api: api.post("hand-overs/", {"decision": "dec_0"}, Idempotency_Key="k"),
            {Scope.OFFERS, Scope.EXCEPTIONS},
        ),
        "items": (lambda api: api.get("work-items/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "item": (lambda api: api.get(f"work-items/{handed_over}/"), {Scope.EXCEPTIONS, Scope.AUDIT}),
        "claim": (lambda api: take(api, handed_over, "claim"), {Scope.EXCEPTIONS}),
        "release": (lambda api: take(api, handed_over, "release"), {Scope.EXCEPTIONS}),
        "end": (lambda api: take(api, handed_over, "done", outcome="x"), {Scope.EXCEPTIONS}),
    }
    for name, (call, enough) in calls.items():
        for scope in Scope:
            response = call(new_token(f"{name} {scope}", [scope], agents=[ana]))
            refused = response.status_code == 403 and response.json()["code"] == "missing_scope"
            assert refused is (scope not in enough), (name, scope)


def test_an_auditor_reads_all_within_their_policies(auditor: Api, owed: str, handed_over: str, shop: Policy) -> None:
    assert len(auditor.get("follow-ups/").json()["results"]) == 1
    assert auditor.get(f"work-items/{handed_over}/").status_code == 200
    other = Policy.objects.create(code="other", currency="EUR", time_zone="UTC")
    PolicyScope.objects.create(user=auditor.row.user).policies.set([other])
    assert auditor.get("follow-ups/").json()["results"] == []
    problem(auditor.get(f"follow-ups/{owed}/"), 404, "not_found")
    problem(auditor.get(f"work-items/{handed_over}/"), 404, "not_found")


def test_every_write_needs_a_key(desk: Api, owed: str) -> None:
    for path, body in (
        (f"follow-ups/{owed}/done/", REACHED),
        (f"follow-ups/{owed}/hand-on/", {"to_role": "supervisor", "note": "x"}),
        ("hand-overs/", {"decision": "dec_0"}),
        ("work-items/wrk_0/claim/", {}),
    ):
        problem(desk.post(path, body), 400, "idempotency_key_missing")
