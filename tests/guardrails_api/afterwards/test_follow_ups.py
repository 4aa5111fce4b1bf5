"""The loop is closed over the API: what is owed, to whom it is handed on, how it turned out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from guardrails.actions.follow_ups.escalate_follow_ups import escalate_follow_ups
from guardrails.models import Agent, FollowUp, Scope
from policies.models import Policy
from tests.guardrails.afterwards import a_tall_ladder
from tests.guardrails.builders import NOON
from tests.guardrails_api.afterwards.doing import DUE, done, hand_on
from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import LATE, late
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_exceptions import grant
from tests.guardrails_api.test_openapi import fits


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


def test_whoever_was_told_finds_it_after_it_went_further_up(
    desk: Api, owed: str, shop: Policy, shop_document: dict[str, Any], new_token: Callable[..., Api]
) -> None:
    a_tall_ladder(shop, shop_document)
    sofia = new_token("sofia", [Scope.EXCEPTIONS], agents=[Agent.objects.get(code="sofia")])
    for hours in (0, 4):
        escalate_follow_ups(DUE + timedelta(hours=hours))
    for role in ("supervisor", "care_lead"):
        found = sofia.get("follow-ups/", escalated_to=role).json()["results"]
        assert [(each["follow_up"], each["escalated_to"]) for each in found] == [(owed, "care_lead")]
    assert sofia.get("follow-ups/", escalated_to="director").json()["results"] == []
    one = sofia.get(f"follow-ups/{owed}/").json()
    fits("FollowUpDetail", one)
    assert [each["role"] for each in one["escalations"]] == ["supervisor", "care_lead"]
    assert one["next_escalation"]["role"] == "director"


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
