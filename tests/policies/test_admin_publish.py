"""A manager publishes from the policy's page, having seen what changes and what is wrong."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from policies.actions.publish_policy import publish_policy
from policies.models import Policy, PolicyVersion, Rule
from tests.policies.forms import fields_of, submit

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def desk(shop: Policy, manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


def address(name: str, policy: Policy) -> str:
    return reverse(f"admin:policies_policy_{name}", args=[policy.pk])


def test_a_coherent_draft_becomes_the_next_version(desk: Client, shop: Policy, manager: User) -> None:
    assert "Coherent, never published." in desk.get(address("change", shop)).content.decode()
    response = submit(desk, address("publish", shop), answers={"note": "Credits for late parcels"})
    assert response.status_code == 302
    version = PolicyVersion.objects.get()
    assert (version.number, version.note, version.published_by) == (1, "Credits for late parcels", manager)
    page = desk.get(address("change", shop)).content.decode()
    assert "The same as version 1." in page
    assert version.hash in page
    assert "Published version 1: Credits for late parcels" in desk.get(address("timeline", shop)).content.decode()


def test_the_page_says_what_publishing_changes(desk: Client, shop: Policy) -> None:
    publish_policy(policy=shop, actor=None, note="", now=NOW)
    rule = Rule.objects.get(code="late_credit")
    submit(
        desk, reverse("admin:policies_rule_change", args=[rule.pk]), answers={"suggest": "9.50", "change_reason": "x"}
    )
    shop.budget_set.get(code="late_year").delete()
    page = desk.get(address("publish", shop)).content.decode()
    assert "Differs from version 1: 2 differences." in page
    assert "late_credit" in page
    assert "late_year" in page


def test_the_page_shows_a_changed_rule_before_and_after_in_words(desk: Client, shop: Policy) -> None:
    publish_policy(policy=shop, actor=None, note="", now=NOW)
    rule = Rule.objects.get(code="late_credit")
    changed = {"alone_limit": "12.00", "approval-0-limit": "22.00", "approval-0-answer_within": "PT1H"}
    submit(desk, reverse("admin:policies_rule_change", args=[rule.pk]), answers={**changed, "change_reason": "x"})
    Rule.objects.get(code="no_refund_late").delete()
    told = desk.get(address("publish", shop)).context["changes"]
    details = {
        (difference.code, detail.name): (detail.before, detail.after) for difference, found in told for detail in found
    }
    before, after = details["late_credit", "sentence"]
    assert "€10.00" in before
    assert "€12.00" in after
    before, after = details["late_credit", "approval ladder"]
    assert before.startswith("up to €20.00: Supervisor, within PT2H; up to €25.00: Finance, then Supervisor")
    assert after.startswith("up to €22.00: Supervisor, within PT1H; up to €25.00: Finance, then Supervisor")
    assert details["late_credit", "alone"] == ('{"up_to": "10"}', '{"up_to": "12"}')
    assert details["no_refund_late", "sentence"][0]
    assert details["no_refund_late", "sentence"][1] == ""


def test_an_incoherent_draft_lists_every_fault_with_a_link_to_its_row(desk: Client, shop: Policy) -> None:
    rule = Rule.objects.get(code="late_credit")
    condition = rule.conditions.all()[0]
    condition.fact = "nothing"
    condition.save()
    shop.role_set.filter(code="ai_assistant").update(escalates_to=None)
    shop.handover_name = ""
    shop.save()
    response = desk.get(address("publish", shop))
    page = response.content.decode()
    assert "Not coherent" in page
    assert reverse("admin:policies_rule_change", args=[rule.pk]) in page
    assert "/rules/0/when/0/fact" in page
    assert "is not a fact of this policy" in page
    assert reverse("admin:policies_policy_change", args=[shop.pk]) in page
    assert desk.post(address("publish", shop), {"note": "Anyway"}).status_code == 200
    assert not PolicyVersion.objects.exists()


def test_saving_a_row_warns_while_the_draft_is_not_coherent(desk: Client, shop: Policy) -> None:
    condition = Rule.objects.get(code="late_credit").conditions.all()[0]
    condition.fact = "nothing"
    condition.save()
    reason = reverse("admin:policies_reason_change", args=[shop.reason_set.all()[0].pk])
    response = desk.post(reason, fields_of(desk, reason) | {"change_reason": "x"}, follow=True)
    page = response.content.decode()
    assert "is not coherent yet: 1 fault to mend" in page
    assert address("publish", shop) in page


def test_a_note_is_asked_for(desk: Client, shop: Policy) -> None:
    assert submit(desk, address("publish", shop), answers={"note": " "}).status_code == 200
    assert not PolicyVersion.objects.exists()


def test_a_draft_edited_since_the_page_was_opened_is_shown_again_first(desk: Client, shop: Policy) -> None:
    seen = fields_of(desk, address("publish", shop))
    shop.budget_set.get(code="late_year").delete()
    response = desk.post(address("publish", shop), seen | {"note": "Go"})
    assert "edited since you opened this page" in response.content.decode()
    assert not PolicyVersion.objects.exists()
    assert submit(desk, address("publish", shop), answers={"note": "Go"}).status_code == 302


def test_the_export_is_the_same_file_as_the_command_writes(desk: Client, shop: Policy) -> None:
    out = StringIO()
    call_command("policy", "export", "shop_eu", stdout=out)
    response = desk.get(address("export_yaml", shop))
    assert response.content.decode() == out.getvalue()
    assert response["Content-Disposition"] == 'attachment; filename="shop_eu.yaml"'


def test_the_timeline_has_inline_rows_too_with_who_and_why(desk: Client, shop: Policy) -> None:
    rule = reverse("admin:policies_rule_change", args=[Rule.objects.get(code="late_credit").pk])
    submit(desk, rule, answers={"conditions-0-value": "4", "change_reason": "Two days were too strict"})
    page = desk.get(address("timeline", shop)).content.decode()
    assert "Two days were too strict" in page
    assert "late_credit: days_late is at least 4" in page
    assert "by mina" in page


def test_what_clients_rely_on_is_fixed_once_published(desk: Client, shop: Policy) -> None:
    publish_policy(policy=shop, actor=None, note="", now=NOW)
    answers = {"currency": "USD", "code": "renamed", "change_reason": "x"}
    assert submit(desk, address("change", shop), answers=answers).status_code == 302
    shop.refresh_from_db()
    assert (shop.currency, shop.code) == ("EUR", "shop_eu")
