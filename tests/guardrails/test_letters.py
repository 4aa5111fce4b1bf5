"""An e-mail tells a person who said what about how much, by their names, and leads to the page they may open."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guardrails.actions.approvals.vote_on_approval import Say
from guardrails.actions.caller import Caller
from guardrails.models import Agent, ApprovalRequest, Assignment, AuditRecord
from guardrails.outbox.letter import letter
from policies.models import Policy, Role
from tests.guardrails.approving import ask_for, client_of, say, someone
from tests.guardrails.delivering import tend

SAM, ANA = "sam@example.com", "ana@example.com"


@pytest.fixture
def leads(shop: Policy) -> Caller:
    """Sam, a supervisor with a login of the approvers, and what acts for him."""
    sam = someone(shop, "sam", "supervisor", user=User.objects.create_user("sam", SAM, is_staff=True))
    assert sam.user
    sam.user.groups.add(Group.objects.get(name="approver"))
    return client_of(sam)


@pytest.fixture
def request_(shop: Policy, help_desk: Caller, leads: Caller) -> ApprovalRequest:
    """Ana, who has an address and no rights in the admin, asks for thirty euros."""
    ana = Agent.objects.get(code="ana")
    Agent.objects.filter(pk=ana.pk).update(name="Ana Weber", user=User.objects.create_user("ana", ANA, is_staff=True))
    Assignment.objects.get_or_create(
        agent=ana, policy=shop, defaults={"role": Role.objects.get(policy=shop, code="frontline")}
    )
    return ask_for(help_desk, note="Her son is ill.")


def sent(mailoutbox: list[EmailMessage], to: str) -> EmailMessage:
    """The last e-mail to an address."""
    tend(rounds=3)
    found = [mail for mail in mailoutbox if mail.to == [to]][-1]
    for hidden in ("store_credit", "late_delivery", "C-1", "Her son is ill", "+00:00", "None"):
        assert hidden not in f"{found.subject}\n{found.body}"
    return found


def test_who_is_asked_reads_names_and_local_times_and_is_led_to_the_request(request_, mailoutbox, settings):
    settings.PUBLIC_URL = "https://guardrails.example.org"
    asked = sent(mailoutbox, SAM)
    assert asked.subject == "Approval needed: Store credit of 30.00 EUR (Shop Europe)"
    assert "Who asks: Ana Weber" in asked.body
    assert "Why: Late delivery" in asked.body
    assert "Answer by: Mon 15 Jun 2026" in asked.body
    page = f"https://guardrails.example.org/admin/guardrails/approvalrequest/{request_.pk}/change/"
    assert f"Page: {page}\n" in asked.body


def test_nobody_is_led_to_a_page_that_they_may_not_open(leads, request_, mailoutbox, settings):
    settings.PUBLIC_URL = "https://guardrails.example.org"
    say(leads, Say.DECLINE, request_, agent="sam", text="It came in time.")
    assert "https://" not in sent(mailoutbox, ANA).body


def test_without_an_address_of_its_own_there_are_no_links(request_, mailoutbox):
    assert "http" not in sent(mailoutbox, SAM).body


@pytest.mark.parametrize(
    ("what", "said", "words"),
    [
        (Say.ASK, {"text": "Which parcel is it?"}, ["Sam (Supervisor) wants", '"Which parcel is it?"']),
        (Say.DECLINE, {"text": "It came in time."}, ['Sam (Supervisor) says: "It came in time."']),
        (
            Say.APPROVE,
            {"amount": "28.00", "text": "That is enough."},
            ["approved, for 28.00 EUR; you had asked for 30.00 EUR", "give it to the customer now", "That is enough."],
        ),
        (
            Say.COUNTER,
            {"remedy": "store_credit", "amount": "20.00", "text": "Take this.", "to_customer": "Here are 20 euros."},
            ["Take this.", "Proposed: Store credit, 20.00 EUR.", "Here are 20 euros.", "asked for: Store credit, 30"],
        ),
    ],
)  # fmt: skip
def test_who_asked_reads_the_words_of_the_answer(leads, request_, mailoutbox, what, said: dict[str, Any], words):
    say(leads, what, request_, agent="sam", **said)
    body = sent(mailoutbox, ANA).body
    for each in words:
        assert each in body


def test_what_was_given_with_the_yes_is_not_to_be_given_again(help_desk, leads, request_, mailoutbox):
    ApprovalRequest.objects.filter(pk=request_.pk).update(when_approved="grant")
    say(leads, Say.APPROVE, request_, agent="sam")
    body = sent(mailoutbox, ANA).body
    assert "it is given with that yes" in body
    assert "You can give it" not in body


def test_the_answer_to_a_question_is_told_to_who_asked_it(help_desk, leads, request_, mailoutbox):
    say(leads, Say.ASK, request_, agent="sam", text="Which parcel is it?")
    say(help_desk, Say.ANSWER, request_, agent="ana", text="The blue one.")
    assert 'Ana Weber (Frontline agent) has answered what was asked: "The blue one."' in sent(mailoutbox, SAM).body


def test_an_e_mail_looks_a_request_up_once(request_):
    asked = AuditRecord.objects.select_related("policy").get(kind="exception.awaiting_approval")
    with CaptureQueriesContext(connection) as queries:
        letter(asked, "sam@example.com")
    assert sum("guardrails_approvalrequest" in each["sql"] for each in queries) == 1
