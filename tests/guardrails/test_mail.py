"""People are told by e-mail what waits for them, in a few plain lines without the customer's personal facts."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from guardrails.models import Agent, Assignment, Delivery, StandIn, Team
from guardrails.queries.mail_recipients import RECIPIENTS
from policies.models import Policy, PolicyScope, Role
from tests.guardrails.asking import grant
from tests.guardrails.builders import NOON, a_policy, an_agent
from tests.guardrails.delivering import happens, tend

UNTIL = "2026-06-15T16:00:00+02:00"
EXCEPTION: dict[str, Any] = {
    "exception": "exc_1",
    "agent": {"id": "ana"},
    "remedy": "store_credit",
    "reason": "late_delivery",
    "case": "K-1",
    "customer": "C-1",
    "amount": {"amount": "40.00", "currency": "EUR"},
    "approval": {"until": UNTIL, "question_until": UNTIL},
    "asks": ["supervisor"],
    "expires_at": UNTIL,
    "note": "Her son is ill.",
}
ANSWERS: dict[str, dict[str, Any]] = {
    "budget.threshold": {
        "budget": "week",
        "name": "Week",
        "scope": "customer",
        "key": "C-1",
        "percent": 50,
        "measure": "count",
        "taken": 5,
        "limit": 10,
        "remaining": 5,
        "resets_at": UNTIL,
    },
    "follow_up.overdue": {
        "follow_up": "fup_1",
        "what": "Call them",
        "due_at": UNTIL,
        "case": "K-1",
        "customer": "C-1",
        "owner": {"agent": "ana", "role": "frontline"},
        "escalated_to": "supervisor",
    },
    "follow_up.escalated": {
        "follow_up": "fup_1",
        "what": "Call them",
        "due_at": UNTIL,
        "case": "K-1",
        "customer": "C-1",
        "owner": {"agent": "ana", "role": "frontline"},
        "escalated_to": "supervisor",
    },
    "work_item.opened": {
        "work_item": "wrk_1",
        "for": {"role": "supervisor", "name": "Supervisor"},
        "from": {"agent": "ana"},
        "reason": "late_delivery",
        "due_at": UNTIL,
        "case": "K-1",
        "customer": "C-1",
    },
    "work_item.overdue": {
        "work_item": "wrk_1",
        "for": {"role": "supervisor", "name": "Supervisor"},
        "from": {"agent": "ana"},
        "reason": "late_delivery",
        "claimed_by": None,
        "escalated_to": "supervisor",
        "due_at": UNTIL,
        "case": "K-1",
        "customer": "C-1",
    },
    "work_item.escalated": {
        "work_item": "wrk_1",
        "for": {"role": "supervisor", "name": "Supervisor"},
        "from": {"agent": "ana"},
        "reason": "late_delivery",
        "claimed_by": None,
        "escalated_to": "supervisor",
        "due_at": UNTIL,
        "case": "K-1",
        "customer": "C-1",
    },
}
TO_ANA = {"approval.asked", "exception.approved", "exception.declined", "exception.countered", "exception.timed_out"}
TO_ANA |= {"settlement.failed", "settlement.bounced"}


def somebody(policy: Policy, code: str, role: str = "supervisor", **changes: Any) -> Agent:
    """An agent with a login and an e-mail address."""
    team, _ = Team.objects.get_or_create(code="care", defaults={"name": "Care"})
    user = User.objects.create_user(code, f"{code}@example.com")
    agent, _ = Agent.objects.get_or_create(code=code, defaults={"name": code.title(), "team": team})
    Agent.objects.filter(pk=agent.pk).update(user=user, **changes)
    Assignment.objects.get_or_create(
        agent=agent, policy=policy, defaults={"role": Role.objects.get(policy=policy, code=role)}
    )
    return agent


@pytest.fixture
def people(shop: Policy, ana: Agent) -> None:
    """Ana, two supervisors, and others who are not to be told."""
    somebody(shop, "ana", "frontline")
    somebody(shop, "sam")
    somebody(shop, "sue")
    somebody(shop, "left", active=False)
    somebody(shop, "ben", "frontline")
    limited = somebody(shop, "limited")
    PolicyScope.objects.create(user=User.objects.get(username=limited.code)).policies.add(a_policy("other"))
    without = an_agent("without")
    Assignment.objects.create(agent=without, policy=shop, role=Role.objects.get(policy=shop, code="supervisor"))


@pytest.mark.parametrize("kind", sorted(set(RECIPIENTS) - {"webhook.gone"}))
def test_each_kind_is_told_in_words_of_its_own(kind, shop, people, mailoutbox):
    shop.budget_watchers.create(email="mia@example.com")
    event = happens(kind, "exc_1", shop, **ANSWERS.get(kind, EXCEPTION))
    tend(rounds=2)

    told = {address for mail in mailoutbox for address in mail.to}
    if kind == "budget.threshold":
        assert told == {"mia@example.com"}
    elif kind in TO_ANA:
        assert told == {"ana@example.com"}
    elif kind == "follow_up.overdue":
        assert told == {"ana@example.com", "sam@example.com", "sue@example.com"}
    else:
        assert told == {"sam@example.com", "sue@example.com"}
    for mail in mailoutbox:
        assert len(mail.to) == 1
        assert mail.subject.endswith("(Shop Europe)")
        assert event in mail.body
        for hidden in ("C-1", "Her son is ill", "None", "{{", "http"):
            assert hidden not in mail.subject + mail.body
    assert mailoutbox[0].extra_headers["Message-ID"] == f"<{event}@guardrails>"


def test_a_request_for_approval_mails_those_who_are_asked(help_desk, people, mailoutbox):
    grant(help_desk, amount="40.00")
    tend(rounds=3)
    asked = [mail for mail in mailoutbox if mail.subject.startswith("Approval needed")]
    assert {mail.to[0] for mail in asked} == {"sam@example.com", "sue@example.com"}
    assert "Store credit, 40.00 EUR" in asked[0].body


def test_when_something_is_due_is_said_on_the_policys_clocks(shop, people, mailoutbox):
    happens("work_item.opened", "wrk_1", shop, **ANSWERS["work_item.opened"] | {"due_at": "2026-06-15T14:00:00+00:00"})
    tend()
    assert "Answer by: Mon 15 Jun 2026, 16:00 (Europe/Berlin)" in mailoutbox[0].body


def test_who_asks_is_not_asked(shop, people, mailoutbox):
    happens("exception.awaiting_approval", "exc_1", shop, **EXCEPTION | {"agent": {"id": "sam"}})
    tend()
    assert [mail.to for mail in mailoutbox] == [["sue@example.com"]]


def test_who_stands_in_is_told_as_well_and_only_then(shop, people, mailoutbox):
    kim = somebody(shop, "kim", "frontline")
    absent = Agent.objects.get(code="sam")
    StandIn.objects.create(absent=absent, stand_in=kim, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    happens("approval.reminded", "exc_1", shop, **EXCEPTION)
    tend()
    assert {mail.to[0] for mail in mailoutbox} == {"sam@example.com", "sue@example.com", "kim@example.com"}
    StandIn.objects.update(ends_at=NOON, starts_at=NOON - timedelta(hours=1))
    mailoutbox.clear()
    happens("approval.reminded", "exc_1", shop, **EXCEPTION)
    tend()
    assert {mail.to[0] for mail in mailoutbox} == {"sam@example.com", "sue@example.com"}


def test_a_mail_server_that_is_down_is_tried_again(shop, people, mailoutbox, monkeypatch):
    def down(*_: Any) -> int:
        raise ConnectionRefusedError("mail.example.com said: relay for sam@example.com denied")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", down)
        happens("exception.approved", "exc_1", shop, **EXCEPTION)
        assert tend() == 0
    failed = Delivery.objects.get()
    assert failed.last_error == "ConnectionRefusedError: the mail server did not take it."
    tend(failed.next_at)
    assert len(mailoutbox) == 1


def test_without_a_mail_server_nothing_piles_up(shop, people, settings):
    settings.MAIL_IS_SENT = False
    happens("exception.approved", "exc_1", shop, now=NOON, **EXCEPTION)
    tend()
    assert not Delivery.objects.exists()


def test_of_a_proposal_the_answer_to_the_request_tells(shop, people, mailoutbox):
    happens("exception.countered", "exc_1", shop, **EXCEPTION)
    happens("exception.approved", "exc_2", shop, **EXCEPTION | {"exception": "exc_2", "arises_from": "exc_1"})
    tend(rounds=2)
    assert [mail.subject for mail in mailoutbox] == [
        "Another proposal for your request: Store credit of 40.00 EUR (Shop Europe)"
    ]
