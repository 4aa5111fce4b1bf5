"""A case is handed over with all that was said, and a person takes it up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine

from guardrails.actions.work_items.escalate_work_items import escalate_work_items
from guardrails.models import Agent, Scope
from policies.models import Policy
from tests.guardrails.afterwards import a_tall_ladder
from tests.guardrails.builders import NOON
from tests.guardrails_api.afterwards.doing import SAID, take
from tests.guardrails_api.conftest import Api, an_agent
from tests.guardrails_api.questions import LATE
from tests.guardrails_api.test_bad_input import problem
from tests.guardrails_api.test_openapi import fits


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


def test_what_nobody_took_care_of_in_time_comes_up_to_the_next_role(
    desk: Api, shop: Policy, shop_document: dict[str, Any], new_token: Callable[..., Api], noon: time_machine.Traveller
) -> None:
    a_tall_ladder(shop, shop_document)
    decision = desk.post("offers/", LATE).json()["decision"]
    item = desk.post("hand-overs/", {"decision": decision}, Idempotency_Key="over").json()["work_item"]
    clara = new_token("clara", [Scope.EXCEPTIONS], agents=[Agent.objects.get(code="clara")])
    problem(clara.get(f"work-items/{item}/"), 404, "not_found")
    noon.move_to(NOON + timedelta(hours=4), tick=False)
    escalate_work_items(NOON + timedelta(hours=4))
    page = clara.get("work-items/", escalated_to="care_lead", overdue="true").json()
    fits("WorkItemPage", page)
    assert [(each["work_item"], each["escalated_to"]) for each in page["results"]] == [(item, "care_lead")]
    one = clara.get(f"work-items/{item}/").json()
    fits("WorkItemDetail", one)
    assert ([each["role"] for each in one["escalations"]], one["next_escalation"]["role"]) == (
        ["care_lead"],
        "director",
    )
    assert take(clara, item, "claim", agent="clara").json()["claimed_by"] == "clara"
