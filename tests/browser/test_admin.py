"""A manager raises a limit and publishes it, an auditor proves an exception; each step is pictured."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from guardrails.models import CareException
from policies.models import Policy
from tests.guardrails_admin.conftest import PASSWORD, Market, user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = {"laptop": 1280, "telephone": 390}
Look = Callable[[str], None]


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complains about."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture(params=WIDTHS)
def look(request: pytest.FixtureRequest, page: Page, tmp_path: Path) -> Look:
    """Take a picture, and find that nothing sticks out to the side."""
    page.set_viewport_size({"width": WIDTHS[request.param], "height": 860})

    def take(name: str) -> None:
        page.screenshot(path=tmp_path / f"{name}-{request.param}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name

    return take


def log_in(page: Page, address: str, group: str) -> None:
    page.goto(f"{address}/admin/")
    page.get_by_label("Username").fill(f"the_{group}")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Hello.")).to_be_visible()


def save(page: Page, reason: str) -> None:
    page.get_by_label("Reason for this change").fill(reason)
    page.locator("button[name=_continue], input[name=_continue]").first.click()


def test_a_manager_raises_a_limit_and_publishes_it(
    live_server,
    page: Page,
    shop: Market,
    look: Look,
    complaints: list[str],
) -> None:
    user_of("manager")
    log_in(page, live_server.url, "manager")
    look("1-home")
    rule = shop.policy.rule_set.get(code="late_credit")
    sentence = page.locator("p", has_text="This rule, as saved")
    page.goto(f"{live_server.url}/admin/policies/rule/")
    look("2-rules")
    page.get_by_role("link", name="late_credit").first.click()
    expect(sentence).to_contain_text("€25.00")
    page.locator("#id_alone_limit").fill("30.00")
    save(page, "Parcels are late this winter")
    expect(sentence).to_contain_text("€30.00")
    expect(sentence).not_to_contain_text("€25.00")
    look("3-rule")

    page.goto(f"{live_server.url}/admin/")
    page.get_by_role("link", name="Publish Shop Europe").click()
    expect(page.get_by_text(rule.code)).to_be_visible()
    look("4-publish")
    page.get_by_label("Note").fill("Up to €30.00 for late parcels")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published Shop Europe as version 2")).to_be_visible()
    look("5-published")
    policy = Policy.objects.get(pk=shop.policy.pk)
    assert policy.current_version is not None
    assert policy.current_version.number == 2
    assert complaints == []


def test_an_auditor_finds_an_exception_and_reads_its_trace(
    live_server,
    page: Page,
    shop: Market,
    look: Look,
    complaints: list[str],
) -> None:
    user_of("auditor")
    log_in(page, live_server.url, "auditor")
    look("1-home")
    page.get_by_label("Find an exception").fill(shop.exception.customer)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_text("1 exception matches")).to_be_visible()
    look("2-found")
    page.get_by_text("Filters").first.click()
    page.locator("select[name=state]").select_option("granted", force=True)
    look("3-filters")
    page.get_by_role("button", name="Apply Filters").click()
    page.get_by_role("link", name="€12.50").first.click()
    expect(page.get_by_text("Decided again: same answer")).to_be_visible()
    expect(page.get_by_role("cell", name="Days late is at least 2 days")).to_be_visible()
    page.get_by_text("Not offered:").click()
    look("4-trace")
    page.get_by_role("link", name=shop.exception.decision_id).click()
    expect(page.get_by_text("What came of it")).to_be_visible()
    look("5-decision")
    assert CareException.objects.count() == 1
    assert complaints == []


def test_a_manager_sees_a_token_once(
    live_server,
    page: Page,
    shop: Market,
    look: Look,
    complaints: list[str],
) -> None:
    user_of("manager")
    log_in(page, live_server.url, "manager")
    page.goto(f"{live_server.url}/admin/guardrails/apitoken/add/")
    page.get_by_role("textbox", name="Name").fill("Order system")
    page.get_by_label("offers:").check()
    page.get_by_label("Team of Shop Europe").check()
    page.get_by_label("Reason for this change").fill("The shop asks by itself")
    look("1-new")
    page.locator("[name=_save]").first.click()
    expect(page.get_by_text("Copy the token now.")).to_be_visible()
    secret = page.locator("#token").inner_text()
    look("2-told")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.locator("#id_name")).to_have_value("Order system")
    assert secret not in page.content()
    look("3-kept")
    assert complaints == []


def test_a_role_is_chosen_among_those_of_its_policy(
    live_server,
    page: Page,
    shop: Market,
    look: Look,
    complaints: list[str],
) -> None:
    user_of("manager")
    Policy.objects.create(code="empty", name="Empty", currency="EUR", time_zone="Europe/Berlin")
    log_in(page, live_server.url, "manager")
    page.goto(f"{live_server.url}/admin/guardrails/agent/add/")
    page.get_by_text("Add another Role").click()
    row = page.locator("select[name='assignments-0-policy']")
    role = page.locator("select[name='assignments-0-role']")
    row.select_option(label="Empty")
    expect(role.locator("optgroup")).to_be_disabled()
    row.select_option(label="Shop Europe")
    role.select_option(label="Supervisor")
    look("1-agent")
    assert complaints == []
