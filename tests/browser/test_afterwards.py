"""A manager looks at what is owed and what was handed over; each page is pictured at two widths."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from guardrails.actions.follow_ups.finish_follow_up import FinishRequest, finish_follow_up
from guardrails.models import FollowUp
from tests.browser.test_admin import complaints, log_in, look  # noqa: F401 - fixtures
from tests.guardrails_admin.conftest import Market, grant, user_of
from tests.guardrails_admin.test_follow_ups import TOLD, caller_of, over, owed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_manager_sees_what_is_overdue_and_what_came_of_it(
    live_server,
    page: Page,
    shop: Market,
    look: Callable[[str], None],  # noqa: F811
    complaints: list[str],  # noqa: F811
    tmp_path: Path,
) -> None:
    user_of("manager")
    days_ago = timezone.now() - timedelta(days=20)
    grant(shop.token, shop.policy, shop.agent, customer="C-late", case="K-late", now=days_ago)
    item = over(shop)
    log_in(page, live_server.url, "manager")
    page.goto(f"{live_server.url}/admin/guardrails/followup/")
    expect(page.get_by_text("Overdue", exact=True).first).to_be_visible()
    look("follow-ups")
    page.goto(f"{live_server.url}/admin/guardrails/followup/{FollowUp.objects.get(customer='C-late').pk}/change/")
    expect(page.get_by_text("Nobody has told it yet.")).to_be_visible()
    look("follow-up")
    done = FinishRequest(follow_up=owed(shop).pk, told=TOLD)
    finish_follow_up(caller=caller_of(shop), request=done, key="done", now=timezone.now())
    page.goto(f"{live_server.url}/admin/guardrails/careexception/{shop.exception.pk}/change/")
    expect(page.get_by_text("Too late.")).to_be_visible()
    look("exception")
    page.goto(f"{live_server.url}/admin/guardrails/workitem/")
    expect(page.get_by_text("Care desk").first).to_be_visible()
    look("work-items")
    page.goto(f"{live_server.url}/admin/guardrails/workitem/{item.pk}/change/")
    expect(page.get_by_text("I have told <this> twice.")).to_be_visible()
    look("work-item")
    assert complaints == []
