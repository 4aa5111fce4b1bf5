"""A manager adds a webhook endpoint and looks at what was told; each step is pictured."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from guardrails.actions.webhooks.fan_out_messages import fan_out_messages
from guardrails.models import Delivery, DeliveryState
from guardrails.outbox import addresses
from tests.browser.test_admin import Look, complaints, log_in, look  # noqa: F401 - fixtures
from tests.guardrails.delivering import happens
from tests.guardrails_admin.conftest import Market, user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_manager_adds_an_endpoint_and_sends_again_what_was_given_up(
    live_server,
    page: Page,
    shop: Market,
    look: Look,  # noqa: F811
    complaints: list[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "resolve", lambda host, port: ["93.184.216.34"])
    user_of("manager")
    log_in(page, live_server.url, "manager")
    page.goto(f"{live_server.url}/admin/guardrails/webhookendpoint/add/")
    page.get_by_label("Name").fill("Payments")
    page.get_by_label("Address").fill("http://localhost/hooks")
    page.get_by_label("Exceptions: held").check()
    page.get_by_label("It pays").check()
    look("endpoint-form")
    page.get_by_label("Reason for this change").fill("It pays what we grant")
    page.locator("[name=_save]").first.click()
    expect(page.get_by_text("must start with https://")).to_be_visible()
    look("endpoint-refused")
    page.get_by_label("Address").fill("https://pay.example.com/hooks")
    page.get_by_label("Reason for this change").fill("It pays what we grant")
    page.locator("[name=_save]").first.click()
    expect(page.locator("#secret")).to_contain_text("whsec_")
    look("endpoint-secret")
    page.get_by_role("link", name="I have copied it").click()
    look("endpoint")

    happens("exception.granted", shop.exception.pk, shop.policy, timezone.now(), remedy="store_credit")
    fan_out_messages(timezone.now())
    given_up = {"state": DeliveryState.DEAD, "attempts": 18, "last_status": 503, "last_error": "It answered 503."}
    Delivery.objects.update(**given_up)
    page.goto(f"{live_server.url}/admin/guardrails/delivery/")
    look("deliveries")
    page.goto(f"{live_server.url}/admin/guardrails/webhookendpoint/")
    look("endpoints")
    page.goto(f"{live_server.url}/admin/guardrails/delivery/{Delivery.objects.latest('pk').pk}/change/")
    look("delivery")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("is sent to Payments again")).to_be_visible()
    look("delivery-again")
    page.goto(f"{live_server.url}/admin/guardrails/budgetwatcher/add/")
    look("watcher-form")
    assert complaints == []
