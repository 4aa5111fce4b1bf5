"""One page tells an auditor why an exception was allowed, and lets them check it."""

import json
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from guardrails.models import AuditRecord, CareException, Decision
from policies.actions.publish_policy import publish_policy
from policies.models import Budget, PolicyVersion, Rule
from policies.models.tracking import sign
from policies.triggers import lifted
from tests.guardrails.builders import an_exception
from tests.guardrails_admin.conftest import Market, grant, page


def text_of(client: Client, row: CareException | Decision | AuditRecord) -> str:
    """A page's text, with every run of white space as one space."""
    answer = client.get(page(type(row), "change", row.pk))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def auditor(login: Callable[..., Client]) -> Client:
    return login("auditor")


def test_the_page_tells_the_whole_story(shop: Market, auditor: Client) -> None:
    text, exception = text_of(auditor, shop.exception), shop.exception
    version = exception.version
    for part in (
        exception.pk, "€12.50 Store credit", "Late delivery", "C-shop_eu", "K-shop_eu", "over chat",
        "A note of Shop Europe", "Europe/Berlin",
        # why: the rule, its condition and what it met, the version
        "store credit for late delivery if days late is at least 2 days", "late_credit",
        "Days late is at least 2 days", "3 days", f">{version.number}</a>", version.hash, "The first of Shop Europe",
        # what was known, in words, and from where
        "Order total", "€82.50", "a system", "the caller&#x27;s word", "personal", "Credits this year",
        "our own records",
        # what was answered
        "€1.00 to €25.00, €12.50 suggested", "up to €40.00 with the yes of Supervisor", "taken",
        # budgets before and after
        "Agent week", "agent ana", "€0.00 → <strong>€12.50</strong> of €200.00", "case K-shop_eu",
        # who, through which client, and when what happened
        "Ana", "Frontline agent", "Team of Shop Europe", "Desk of Shop Europe", f"client:{shop.token.pk}", "agent:ana",
        exception.decision_id, AuditRecord.objects.get(subject_id=exception.pk).pk,
        "Decided again: same answer",
    ):  # fmt: skip
        assert part in text, part


def test_the_rows_behind_it_tell_what_changed_by_whom_and_why(shop: Market, login: Callable[..., Client]) -> None:
    mina = login("manager").get("/admin/").wsgi_request.user
    rule = Rule.objects.get(policy=shop.policy, code="late_credit")
    rule.suggest = "15.00"
    sign(rule, actor=mina, reason="Customers waited longer this winter")
    rule.save()
    budget = Budget.objects.get(policy=shop.policy, code="agent_week")
    budget.limit = "250.00"
    sign(budget, actor=mina, reason="More to give")
    budget.save()
    text = text_of(login("auditor"), shop.exception)
    assert "<strong>Rule late_credit</strong> changed" in text
    assert "the_manager" in text
    assert "Customers waited longer this winter" in text
    assert "<del>12.50</del> → <ins>15.00</ins>" in text
    assert "<del>200.00</del> → <ins>250.00</ins>" in text
    assert text.count("after version 1") == 2
    assert "Budget customer_year" not in text


def test_what_was_decided_stays_under_its_version(shop: Market, auditor: Client) -> None:
    rule = Rule.objects.get(policy=shop.policy, code="late_credit")
    rule.suggest = "15.00"
    rule.save()
    publish_policy(policy=shop.policy, actor=None, note="More", now=timezone.now())
    text = text_of(auditor, shop.exception)
    assert "(now 2)" in text
    assert "€12.50 suggested" in text
    assert "Decided again: same answer" in text
    later = grant(shop.token, shop.policy, shop.agent, case="K-2")
    assert "€15.00 suggested" in text_of(auditor, later)


def test_an_exception_that_waits_says_so_and_takes_no_budget(shop: Market, auditor: Client) -> None:
    row = grant(shop.token, shop.policy, shop.agent, amount="30.00", case="K-2")
    text = text_of(auditor, row)
    assert "Awaiting approval" in text
    assert "None is taken while it awaits approval" in text
    assert "Recorded; awaits approval" in text


def test_a_record_that_was_tampered_with_is_told(shop: Market, auditor: Client) -> None:
    record = AuditRecord.objects.get(subject_id=shop.exception.pk)
    body = json.loads(record.body)
    body["question"]["facts"]["days_late"] = 9
    with lifted(connection):
        AuditRecord.objects.filter(pk=record.pk).update(body=json.dumps(body))
    assert "Decided again: not the same answer" in text_of(auditor, shop.exception)
    assert "The digest is not that of the body" in text_of(auditor, AuditRecord.objects.get(pk=record.pk))


def test_an_exception_without_a_record_is_told(shop: Market, auditor: Client) -> None:
    row = an_exception(shop.policy, version=shop.policy.current_version, remedy="store_credit")
    assert "There is no audit record of it" in text_of(auditor, row)


def test_audit_records_are_for_auditors_alone(shop: Market, login: Callable[..., Client]) -> None:
    record = AuditRecord.objects.get(subject_id=shop.exception.pk)
    for who in ("manager", "approver"):
        text = text_of(login(who), shop.exception)
        assert "Why it was allowed" in text
        assert record.pk not in text
        assert "agent:ana" not in text


def test_a_decision_tells_the_question_and_the_answer(shop: Market, auditor: Client) -> None:
    text = text_of(auditor, shop.exception.decision)
    for part in ("Days late", "3 days", "€82.50", "Store credit", "Not offered:", "Supervisor", "Decided again: same",
                 f"{shop.exception.pk}/change/", "€12.50 store credit", "Desk of Shop Europe"):  # fmt: skip
        assert part in text, part


def test_an_audit_record_tells_its_body_and_that_it_is_intact(shop: Market, auditor: Client) -> None:
    record = AuditRecord.objects.get(subject_id=shop.exception.pk)
    text = text_of(auditor, record)
    assert "The digest is that of the body" in text
    assert record.digest in text
    assert "&quot;answer_digest&quot;" in text
    assert PolicyVersion.objects.get(policy=shop.policy).hash in text


def test_times_are_those_of_the_policy(shop: Market, auditor: Client) -> None:
    at = timezone.now() + timedelta(minutes=5)
    row = grant(shop.token, shop.policy, shop.agent, case="K-3", now=at)
    local = at.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"{local:%H:%M}" in text_of(auditor, row)
