"""Approvals over the API: an inbox, everything that an approver needs, and votes."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import time_machine

from guardrails.api.approvals_answer import AmendedAnswer, ApprovalAnswer, VotedAnswer, WaitingPage
from guardrails.api.exception_detail_answer import ExceptionDetail
from guardrails.api.exceptions_answer import GrantAnswer
from guardrails.models import Agent, Scope
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy
from tests.guardrails.builders import NOON
from tests.guardrails_api.conftest import Api, an_agent
from tests.guardrails_api.questions import LATE

EVERY = [Scope.OFFERS, Scope.EXCEPTIONS, Scope.APPROVALS]


@pytest.fixture
def leads(new_token: Callable[..., Api], shop: Policy) -> Api:
    """The tool of the supervisor Sam."""
    return new_token("leads", [Scope.APPROVALS], agents=[an_agent(shop, "sam", team="leads", role="supervisor")])


def requested(desk: Api, **given: Any) -> dict[str, Any]:
    """A grant beyond what may be given alone."""
    decision = desk.post("offers/", LATE).json()["decision"]
    body = {"decision": decision, "remedy": "store_credit", "amount": "30.00", **given}
    response = desk.post("exceptions/", body, Idempotency_Key=f"ask {decision}")
    assert response.status_code == 202, response.content
    answer: dict[str, Any] = response.json()
    msgspec.convert(answer, GrantAnswer, strict=True)
    return answer


def said(api: Api, request: str, what: str, key: str = "", **body: Any) -> Any:
    return api.post(f"approvals/{request}/{what}/", body, Idempotency_Key=key or f"{what} {request} {body}")


def test_a_request_awaits_the_supervisor_and_is_approved(desk: Api, leads: Api) -> None:
    asked = requested(desk, note="Third delay.", told="I have asked.")
    assert asked["asks"] == ["supervisor"]
    assert [offer["remedy"] for offer in asked["meanwhile"]] == ["store_credit"]
    page = leads.get("approvals/").json()
    msgspec.convert(page, WaitingPage)
    waiting = page["results"][0]
    assert (waiting["request"], waiting["amount"]["amount"], waiting["says"], waiting["seat"]["overdue"]) == (
        asked["approval"]["request"], "30.00", "Third delay.", False,
    )  # fmt: skip
    assert waiting["for"] == [{"agent": "sam", "role": "supervisor", "for_agent": None}]
    whole = leads.get(f"approvals/{waiting['request']}/").json()
    msgspec.convert(whole, ApprovalAnswer)
    assert whole["told"] == "I have asked."
    assert [offer["remedy"] for offer in whole["offered"]] == ["store_credit"]
    assert whole["earlier_no"] is None
    assert [fact["fact"] for fact in whole["facts"] if fact["used"]] == ["days_late"]
    assert whole["now"]["offer"]["budgets"][0]["remaining"] == "200.00"
    response = said(leads, waiting["request"], "approve", agent="sam", amount="28.00", text="Fine.")
    assert response.status_code == 200, response.content
    msgspec.convert(response.json(), VotedAnswer)
    assert (response.json()["state"], response.json()["amount"]["amount"]) == ("approved", "28.00")
    assert leads.get("approvals/").json()["results"] == []
    seen = desk.get(f"exceptions/{asked['exception']}/").json()
    msgspec.convert(seen, ExceptionDetail)
    assert seen["approval"]["outcome"]["verdict"] == "approve_less"


def test_asked_again_the_request_shows_the_earlier_no(
    desk: Api, leads: Api, shop_document: dict[str, Any], shop: Policy
) -> None:
    roles = shop_document["roles"]
    roles[1]["escalates_to"] = "manager"
    changed = shop_document | {"roles": [*roles, {"code": "manager", "name": "Manager"}]}
    policy = import_policy(document=changed, actor=None, reason="test")
    publish_policy(policy=policy, actor=None, note="second", now=NOON)
    an_agent(shop, "mia", team="leads", role="manager")
    first = requested(desk)["approval"]["request"]
    said(leads, first, "decline", agent="sam", text="Twice is enough.")
    again = requested(desk, amount="40.00")["approval"]
    whole = desk.get(f"approvals/{again['request']}/").json()
    msgspec.convert(whole, ApprovalAnswer)
    assert whole["earlier_no"] == again["earlier_no"]
    assert (whole["earlier_no"]["text"], whole["seats"][0]["roles"]) == ("Twice is enough.", ["manager"])


def test_the_inbox_comes_in_pages(desk: Api, leads: Api) -> None:
    asked = [requested(desk)["approval"]["request"] for _ in range(3)]
    first = leads.get("approvals/", limit="2").json()
    rest = leads.client.get(first["next"], headers=leads.headers).json()
    assert [each["request"] for each in first["results"] + rest["results"]] == asked
    assert rest["next"] is None
    assert leads.get("approvals/", cursor="nonsense").status_code == 422
    assert leads.get("approvals/", agent="ana").json()["results"] == []


def test_what_is_overdue_says_so_whoever_has_noticed(desk: Api, leads: Api, noon: time_machine.Traveller) -> None:
    requested(desk)
    noon.shift(2 * 3600)
    assert leads.get("approvals/").json()["results"][0]["seat"]["overdue"] is True


def test_while_it_awaits_approval_the_exception_says_what_can_be_offered(desk: Api) -> None:
    asked = requested(desk)
    seen = desk.get(f"exceptions/{asked['exception']}/").json()
    assert [(offer["remedy"], offer["amount"]["max"]) for offer in seen["meanwhile"]] == [("store_credit", "25.00")]


@pytest.mark.parametrize("what", ["approve", "decline", "counter", "ask", "answer", "claim", "release"])
def test_a_stranger_finds_nothing(
    desk: Api, leads: Api, shop: Policy, new_token: Callable[..., Api], what: str
) -> None:
    request = requested(desk)["approval"]["request"]
    stranger = new_token("outlet", EVERY, agents=[an_agent(shop, "zoe", team="outlet")])
    assert stranger.get("approvals/").json()["results"] == []
    assert stranger.get(f"approvals/{request}/").status_code == 404
    body = {"text": "Hm?"} if what in ("decline", "ask", "answer") else {}
    body |= {"text": "Hm?", "remedy": "refund"} if what == "counter" else {}
    for agent in ("zoe", "sam", "ana"):
        assert said(stranger, request, what, agent=agent, **body).status_code == 404
        assert said(stranger, "apr_01", what, agent=agent, **body).status_code == 404


def test_whoever_asked_may_read_the_request_and_answer_but_not_decide(desk: Api, leads: Api) -> None:
    request = requested(desk)["approval"]["request"]
    assert desk.get(f"approvals/{request}/").status_code == 200
    assert said(desk, request, "approve", agent="ana").status_code == 403
    said(leads, request, "ask", agent="sam", text="Was it their third?")
    assert desk.get(f"approvals/{request}/").json()["state"] == "question"
    assert said(desk, request, "answer", agent="ana", text="Yes.").json()["approval"]["question"] is None
    history = desk.get(f"approvals/{request}/").json()["history"]
    assert [(each["verdict"], each["agent"]) for each in history] == [("ask", "sam"), ("answer", "ana")]


def test_a_vote_without_a_key_changes_nothing_and_one_sent_twice_counts_once(desk: Api, leads: Api) -> None:
    request = requested(desk)["approval"]["request"]
    assert leads.post(f"approvals/{request}/approve/", {"agent": "sam"}).status_code == 400
    first = said(leads, request, "approve", key="once", agent="sam")
    again = said(leads, request, "approve", key="once", agent="sam")
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    other = said(leads, request, "decline", key="once", agent="sam", text="No.")
    assert (other.status_code, other.json()["type"]) == (409, "/docs/reference/problems/#idempotency_key_conflict")


def test_a_no_without_a_reason_is_refused_by_field(desk: Api, leads: Api, ana: Agent) -> None:
    request = requested(desk)["approval"]["request"]
    answer = said(leads, request, "decline", agent="sam")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/text")


BODIES: dict[str, dict[str, Any]] = {
    "approvals/{0}/approve/": {},
    "approvals/{0}/decline/": {"text": "No."},
    "approvals/{0}/counter/": {"text": "Hm.", "remedy": "refund"},
    "approvals/{0}/ask/": {"text": "Why?"},
    "approvals/{0}/claim/": {},
    "approvals/{0}/release/": {},
    "approvals/{0}/answer/": {"text": "So."},
    "exceptions/{1}/amend/": {"note": "Hm."},
}


@pytest.mark.parametrize("address", BODIES)
def test_without_a_token_or_its_scope_nobody_comes_in(
    desk: Api, leads: Api, new_token: Callable[..., Api], ana: Agent, address: str
) -> None:
    asked = requested(desk)
    path = address.format(asked["approval"]["request"], asked["exception"])
    body = {"agent": "ana", **BODIES[address]}
    allowed = {
        "approvals/{0}/answer/": (Scope.APPROVALS, Scope.EXCEPTIONS),
        "exceptions/{1}/amend/": (Scope.EXCEPTIONS,),
    }
    others = [scope for scope in Scope if scope not in allowed.get(address, (Scope.APPROVALS,))]
    assert Api().post(path, body, Idempotency_Key="none").status_code == 401
    refused = new_token("others", others, agents=[ana]).post(path, body, Idempotency_Key="others")
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")


def test_only_those_with_the_scope_read_what_awaits_them(
    desk: Api, auditor: Api, bot: Api, new_token: Callable[..., Api], ana: Agent
) -> None:
    request = requested(desk)["approval"]["request"]
    assert Api().get("approvals/").status_code == 401
    assert desk.get("approvals/").status_code == 403
    assert auditor.get("approvals/").status_code == 403
    assert auditor.get(f"approvals/{request}/").status_code == 200
    assert new_token("facts", [Scope.FACTS], agents=[ana]).get(f"approvals/{request}/").status_code == 403
    assert Api().get(f"approvals/{request}/").status_code == 401


def test_an_amendment_over_the_api(desk: Api, leads: Api, new_token: Callable[..., Api], shop: Policy) -> None:
    asked = requested(desk)
    path = f"exceptions/{asked['exception']}/amend/"
    stranger = new_token("outlet", EVERY, agents=[an_agent(shop, "zoe", team="outlet")])
    for agent in ("zoe", "ana", None):
        answer = stranger.post(path, {"agent": agent, "amount": "35.00"}, Idempotency_Key=f"stranger {agent}")
        assert answer.status_code == 404
    response = desk.post(path, {"amount": "35.00", "told": "A little more."}, Idempotency_Key="more")
    assert response.status_code == 200, response.content
    msgspec.convert(response.json(), AmendedAnswer)
    assert (response.json()["asked_anew"], response.json()["asks"]) == (True, ["supervisor"])
    assert said(leads, asked["approval"]["request"], "approve", agent="sam").json()["code"] == "approval_closed"
    assert desk.post(path, {"amount": "99.00"}, Idempotency_Key="much more").status_code == 422


def test_a_question_says_until_when_it_stops_the_clock_and_then_stops_it_no_more(
    desk: Api, leads: Api, noon: time_machine.Traveller
) -> None:
    asked = requested(desk)
    request = asked["approval"]["request"]
    answer = said(leads, request, "ask", agent="sam", text="Was it their third?").json()
    msgspec.convert(answer, VotedAnswer)
    assert answer["approval"]["question_until"] == "2026-06-15T14:00:00+00:00"
    noon.shift(2 * 3600)
    whole = desk.get(f"approvals/{request}/").json()
    msgspec.convert(whole, ApprovalAnswer)
    assert (whole["state"], whole["paused_at"], whole["question_due_at"]) == ("open", None, None)
    assert whole["due_at"] == "2026-06-15T16:00:00+00:00"
    seen = desk.get(f"exceptions/{asked['exception']}/").json()["approval"]
    assert (seen["state"], seen["question"]["text"]) == ("open", "Was it their third?")
    (line,) = leads.get("approvals/").json()["results"]
    assert (line["state"], line["question_due_at"], line["seat"]["overdue"]) == ("open", None, False)
    answered = said(desk, request, "answer", agent="ana", text="Yes.").json()
    assert answered["approval"]["question"] is None


def test_a_proposal_comes_with_what_the_customer_may_be_told(desk: Api, leads: Api) -> None:
    request = requested(desk)["approval"]["request"]
    body = {"remedy": "store_credit", "amount": "20.00", "text": "Take this.", "say": "Here are 20 euros for you."}
    answer = said(leads, request, "counter", agent="sam", **body).json()
    msgspec.convert(answer, VotedAnswer)
    assert answer["approval"]["outcome"]["say"] == body["say"]
    seen = desk.get(f"exceptions/{answer['proposal']['exception']}/").json()
    msgspec.convert(seen, ExceptionDetail)
    assert seen["approval"]["outcome"]["say"] == body["say"]
    granted = desk.post(f"exceptions/{seen['exception']}/grant/", {"amount": "20.00"}, Idempotency_Key="take it")
    assert granted.json()["say"] == body["say"]
