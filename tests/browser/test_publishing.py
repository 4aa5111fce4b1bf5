"""A manager's main path in a real browser: a rule is read, changed wrongly, mended, saved and published."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect

from policies.actions.import_policy import import_policy
from policies.models import Policy, PolicyVersion, Rule
from policies.queries.yaml_document import load

SHOP = Path(__file__).parent.parent / "policies" / "shop.yaml"


@pytest.fixture
def shop(transactional_db: None) -> Policy:
    manager = User.objects.create_user("mina", password="a-long-secret", is_staff=True)
    manager.groups.add(Group.objects.get(name="manager"))
    return import_policy(document=load(SHOP.read_bytes()), actor=manager, reason="First draft")


def sign_in(page: Page, address: str) -> list[str]:
    refused: list[str] = []
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{address}/admin/login/")
    page.get_by_label("Username").fill("mina")
    page.get_by_label("Password").fill("a-long-secret")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    return refused


def test_a_manager_changes_a_rule_and_publishes_it(shop: Policy, live_server: Any, page: Page, tmp_path: Path) -> None:
    refused = sign_in(page, live_server.url)
    rule = Rule.objects.get(code="late_credit")
    page.goto(f"{live_server.url}/admin/policies/rule/{rule.pk}/change/")
    expect(page.get_by_text("A frontline agent or supervisor may give")).to_be_visible()

    page.locator("#id_conditions-0-value").fill("two")
    page.get_by_label("Reason for this change").fill("Two days is late enough")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("must be a whole number")).to_be_visible()
    page.screenshot(path=tmp_path / "fault.png", full_page=True)

    page.locator("#id_conditions-0-value").fill("3")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/admin/policies/rule/")
    expect(page.get_by_text("if days late is at least 3 days")).to_be_visible()

    page.goto(f"{live_server.url}/admin/policies/policy/{shop.pk}/change/")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Note").fill("Late means three days")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("as version 1. Agents get it from now on.")).to_be_visible()
    page.screenshot(path=tmp_path / "published.png", full_page=True)
    assert PolicyVersion.objects.get().note == "Late means three days"
    assert refused == []


def test_the_operators_offered_follow_the_fact(shop: Policy, live_server: Any, page: Page) -> None:
    sign_in(page, live_server.url)
    rule = Rule.objects.get(code="late_credit")
    page.goto(f"{live_server.url}/admin/policies/rule/{rule.pk}/change/")
    operator = page.locator("#id_conditions-0-operator")
    assert operator.locator("option[value=within_last]").is_disabled()
    page.locator("#id_conditions-0-fact").select_option("incident_date")
    assert not operator.locator("option[value=within_last]").is_disabled()
    operator.select_option("within_last")
    expect(page.locator("#id_conditions-0-value")).to_have_attribute("placeholder", "30 days")
    page.get_by_text("Add another Condition").click()
    page.locator("#id_conditions-5-fact").select_option("damaged")
    assert page.locator("#id_conditions-5-operator option[value=between]").is_disabled()
    expect(page.locator("#id_conditions-5-value")).to_have_attribute("placeholder", "yes or no")
