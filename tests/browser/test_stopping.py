"""A manager stops an agent from their page, sees it on the first page, lifts it, and links two cases."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from guardrails.models import CaseLink
from tests.browser.test_admin import complaints, log_in, look  # noqa: F401 - fixtures
from tests.guardrails_admin.conftest import Market, user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_manager_stops_an_agent_and_lifts_it(
    live_server,
    page: Page,
    shop: Market,
    look: Callable[[str], None],  # noqa: F811
    complaints: list[str],  # noqa: F811
) -> None:
    user_of("manager")
    log_in(page, live_server.url, "manager")
    page.goto(f"{live_server.url}/admin/guardrails/agent/{shop.agent.pk}/change/")
    look("1-agent")
    page.goto(f"{live_server.url}/admin/guardrails/agent/{shop.agent.pk}/stop/")
    expect(page.locator("#id_what")).to_have_value("agent::ana")
    page.get_by_label("Reason", exact=False).first.fill("Her login was stolen")
    page.locator("#id_instead").fill("Hand over to the care desk")
    page.locator("#id_promises").select_option("void")
    look("2-stop-filled")
    page.locator("button[name=_save], input[name=_save]").first.click()
    expect(page.get_by_text("Agents are told from their next question on")).to_be_visible()
    look("3-stopped")
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_text("Stopped now")).to_be_visible()
    look("4-home")
    page.get_by_role("link", name="All that is stopped").click()
    look("5-list")
    page.get_by_role("link", name="Agent: Ana").first.click()
    look("5-frozen")
    # On a telephone the buttons are behind a menu.
    lift = page.locator("a[href$='/lift/']").first.get_attribute("href")
    page.goto(f"{live_server.url}{lift}")
    page.get_by_label("Why?").fill("She has a new one")
    look("6-lift")
    page.get_by_role("button", name="Lift").click()
    expect(page.get_by_text("everything is as before")).to_be_visible()
    look("7-lifted")
    page.goto(f"{live_server.url}/admin/guardrails/freeze/add/")
    page.locator("button[name=_save], input[name=_save]").first.click()
    look("8-refused")
    assert complaints == []


def test_a_manager_links_two_cases(
    live_server,
    page: Page,
    shop: Market,
    look: Callable[[str], None],  # noqa: F811
    complaints: list[str],  # noqa: F811
    tmp_path: Path,
) -> None:
    user_of("manager")
    log_in(page, live_server.url, "manager")
    page.goto(f"{live_server.url}/admin/guardrails/caselink/add/")
    page.locator("#id_policy").select_option(label="Shop Europe")
    page.locator("#id_case").fill("K-882")
    page.locator("#id_kind").select_option("replaces")
    page.locator("#id_other").fill("K-881")
    page.locator("#id_reason").fill("The parcel was sent once more")
    look("1-link")
    page.locator("button[name=_save], input[name=_save]").first.click()
    expect(page.get_by_text("Nobody has ever asked about K-881")).to_be_visible()
    look("1-link-asked")
    page.locator("#id_confirmed").check()
    page.locator("button[name=_save], input[name=_save]").first.click()
    expect(page.get_by_text("Everything counts over: K-881, K-882")).to_be_visible()
    look("2-links")
    page.goto(f"{live_server.url}/admin/guardrails/caselink/{CaseLink.objects.get().pk}/change/")
    look("3-chain")
    assert complaints == []
