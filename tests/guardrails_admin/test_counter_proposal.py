"""An approver proposes something else on a page that says what is possible."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.models import ApprovalRequest, CareException, Vote
from tests.guardrails_admin.conftest import Market, client_of, page, user_of
from tests.guardrails_admin.test_approvals import an_approver

WORDS = {"text": "Quicker than mending it.", "say": "You get a new one today."}


def repair_asked_for(shop: Market) -> ApprovalRequest:
    """A repair of what arrived broken, which somebody has to agree to."""
    caller = Caller(client=shop.token.pk, name="", scopes=frozenset(shop.token.scopes), request_id="req-1")
    asked = OffersRequest(
        policy=shop.policy.code, reason="damaged", agent=shop.agent.code, channel="chat", customer="C-31", case="K-31",
        facts={"damaged": True}, verified=[],
    )  # fmt: skip
    now = timezone.now()
    decision = ask_offers(caller=caller, request=asked, now=now)["decision"]
    wanted = GrantRequest(decision=decision, remedy="repair", note="It came in pieces.")
    answer = grant_exception(caller=caller, request=wanted, key="repair", now=now).answer
    return ApprovalRequest.objects.get(exception=answer["exception"])


@pytest.fixture
def asked(shop: Market) -> ApprovalRequest:
    return repair_asked_for(shop)


@pytest.fixture
def sam(shop: Market) -> Client:
    """The browser of a supervisor."""
    return client_of(an_approver(shop))


def propose(client: Client, request: ApprovalRequest, **said: Any) -> Any:
    address = page(ApprovalRequest, "say", request.pk, "counter")
    key = client.get(address).context["form"].initial["key"]
    return client.post(address, {"key": key, **WORDS, **said})


def test_the_page_says_what_is_possible_and_how_far(sam: Client, asked: ApprovalRequest) -> None:
    assert "Propose something else…" in sam.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    form = sam.get(page(ApprovalRequest, "say", asked.pk, "counter")).context["form"]
    shown = {option["code"]: (option["span"], [each.label for each in option["fields"]]) for option in form.options()}
    assert shown == {
        "repair": ("", []),
        "replacement": ("", []),
        "discount": ("1% to 20%", ["How much (percent)", "Months (up to 6 months)"]),
    }
    assert [option["code"] for option in form.options() if option["asked"]] == ["repair"]


def test_what_is_proposed_is_approved_with_words_for_both(sam: Client, asked: ApprovalRequest) -> None:
    said = {"remedy": "discount", "number-discount": "15", "term-discount-months": "3"}
    assert propose(sam, asked, **said).status_code == 302
    made = CareException.objects.get(arises_from=asked.exception_id)
    assert (made.state, made.remedy, made.quantity, made.terms) == ("approved", "discount", 15, {"months": "3"})
    vote = Vote.objects.get()
    assert (vote.text, vote.say) == (WORDS["text"], WORDS["say"])
    shown = sam.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    assert "Something else instead" in shown
    assert "15% discount" in shown
    assert WORDS["say"] in shown


def test_what_is_given_or_not_needs_no_amount(sam: Client, asked: ApprovalRequest) -> None:
    assert propose(sam, asked, remedy="replacement").status_code == 302
    assert CareException.objects.get(remedy="replacement").state == "approved"


@pytest.mark.parametrize(
    ("said", "field", "message"),
    [
        ({}, "remedy", "Choose what to propose."),
        ({"remedy": "store_credit"}, "remedy", "Select a valid choice"),
        ({"remedy": "replacement", "text": ""}, "text", "This field is required"),
        ({"remedy": "replacement", "text": " "}, "text", "This field is required"),
        ({"remedy": "discount"}, "number-discount", "Is missing; it must be from 1 to 20"),
        ({"remedy": "discount", "number-discount": "99"}, "number-discount", "Must be from 1 to 20"),
        ({"remedy": "discount", "number-discount": "lots"}, "number-discount", "Is not a number"),
        (
            {"remedy": "discount", "number-discount": "15", "term-discount-months": "9"},
            "term-discount-months",
            "Must be above 0 and at most 6",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    sam: Client, asked: ApprovalRequest, said: dict[str, Any], field: str, message: str
) -> None:
    response = propose(sam, asked, **said)
    assert response.status_code == 200
    assert message in response.context["form"].errors[field][0]
    assert message in response.content.decode()
    assert not Vote.objects.exists()


@pytest.mark.parametrize("who", ["auditor", "manager", "superuser", "agent", "stranger"])
def test_others_can_propose_nothing(asked: ApprovalRequest, who: str) -> None:
    client = client_of(user_of(who))
    address = page(ApprovalRequest, "say", asked.pk, "counter")
    response = client.get(address)
    if response.status_code == 200:
        assert "Nothing that is offered now is within your reach" in response.content.decode()
    said = client.post(address, {"key": "key", "remedy": "replacement", **WORDS})
    assert said.status_code in (200, 302, 403)
    assert not Vote.objects.exists()
    assert not CareException.objects.filter(remedy="replacement").exists()
