"""An approver's page shows what stands around a request, and says why somebody may not answer it."""

import pytest

from guardrails.models import Agent, ApprovalRequest, CareException
from tests.guardrails_admin.conftest import Market, client_of, grant, page
from tests.guardrails_admin.test_approvals import an_approver, say

CUSTOMER = {"case": "K-30", "customer": "C-30"}


def request_of(row: CareException) -> ApprovalRequest:
    return ApprovalRequest.objects.get(exception=row)


@pytest.fixture
def asked(shop: Market) -> ApprovalRequest:
    """A request for thirty euros, in a case in which five were given before."""
    grant(shop.token, shop.policy, shop.agent, amount="5.00", note="Was late.", **CUSTOMER)
    return request_of(grant(shop.token, shop.policy, shop.agent, amount="30.00", **CUSTOMER))


def shown(shop: Market, asked: ApprovalRequest) -> str:
    client = client_of(an_approver(shop))
    return client.get(page(ApprovalRequest, "change", asked.pk)).content.decode()


def test_it_shows_what_was_given_before_and_what_can_be_given_meanwhile(shop: Market, asked: ApprovalRequest) -> None:
    html = shown(shop, asked)
    earlier = CareException.objects.get(note="Was late.")
    assert page(CareException, "change", earlier.pk) in html
    assert "€5.00 Store credit" in html
    assert "Was late." in html
    assert "in this case" in html
    assert "to this customer" in html
    assert "What the agent can give meanwhile" in html
    # The request itself is not its own history.
    assert "Awaiting approval <span" not in html


def test_it_names_the_other_requests_of_the_case(shop: Market, asked: ApprovalRequest) -> None:
    other = request_of(grant(shop.token, shop.policy, shop.agent, amount="28.00", **CUSTOMER))
    elsewhere = request_of(grant(shop.token, shop.policy, shop.agent, amount="27.00", case="K-31", customer="C-31"))
    html = shown(shop, asked)
    assert "This waits for a yes as well" in html
    assert page(ApprovalRequest, "change", other.pk) in html
    assert page(ApprovalRequest, "change", elsewhere.pk) not in html


def test_it_says_why_somebody_may_not_answer(shop: Market, asked: ApprovalRequest) -> None:
    user = an_approver(shop)
    Agent.objects.filter(user=user).update(person="both")
    Agent.objects.filter(pk=shop.agent.pk).update(person="both")
    html = client_of(user).get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    assert "You cannot answer this: Nobody approves their own request" in html
    assert "Approve…" not in html


def test_what_was_declined_is_not_shown_as_taken_nor_as_taken_up(shop: Market, asked: ApprovalRequest) -> None:
    client = client_of(an_approver(shop))
    say(client, asked, "claim")
    say(client, asked, "decline", text="No.")
    html = client.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    assert ">taken<" not in html
    assert "taken up by" not in html


def test_while_a_question_is_open_it_says_who_is_waited_for_and_no_time(shop: Market, asked: ApprovalRequest) -> None:
    client = client_of(an_approver(shop))
    say(client, asked, "ask", text="Which parcel?")
    html = client.get(page(ApprovalRequest, "change", asked.pk)).content.decode()
    assert f"waits for {shop.agent} or their team since" in html
    assert "an answer is due by" not in html
