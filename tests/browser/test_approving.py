"""An approver looks at a request, asks back and proposes something else; each page is pictured, also in the dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from guardrails.models import CareException
from tests.browser.test_admin import complaints, log_in, look  # noqa: F401 - fixtures
from tests.guardrails_admin.conftest import Market
from tests.guardrails_admin.test_approvals import an_approver
from tests.guardrails_admin.test_counter_proposal import repair_asked_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_approver_asks_back_and_proposes_something_else(
    live_server,
    page: Page,
    shop: Market,
    look: Callable[[str], None],  # noqa: F811
    complaints: list[str],  # noqa: F811
) -> None:
    def look_twice(name: str) -> None:
        # As unfold does it; it looks at the browser's own scheme when a page is loaded.
        for scheme in ("light", "dark"):
            page.evaluate("dark => document.documentElement.classList.toggle('dark', dark)", scheme == "dark")
            look(f"{name}-{scheme}")

    an_approver(shop)
    asked = repair_asked_for(shop)
    log_in(page, live_server.url, "approver")
    look_twice("1-home")
    page.goto(f"{live_server.url}/admin/guardrails/approvalrequest/")
    look_twice("2-list")
    page.goto(f"{live_server.url}/admin/guardrails/approvalrequest/{asked.pk}/change/")
    page.get_by_role("link", name="Ask…").click()
    page.get_by_label("What you want to know").fill("Is it the blue one?")
    look_twice("3-ask")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("without an answer time runs on")).to_be_visible()
    look_twice("4-asked")

    page.get_by_role("link", name="Propose something else…").click()
    amount, months = page.get_by_label("How much (percent)"), page.get_by_label("Months (up to 6 months)")
    expect(amount).to_be_hidden()
    look_twice("5-counter")
    page.get_by_label("Discount").check()
    expect(amount).to_be_visible()
    amount.fill("25")
    months.fill("3")
    page.get_by_label("What the agent is told").fill("They have asked for one before.")
    page.get_by_label("What the customer may be told").fill("For three months everything is cheaper for you.")
    page.get_by_role("button", name="Propose something else").click()
    expect(page.get_by_text("Must be from 1 to 20")).to_be_visible()
    look_twice("6-refused")
    amount.fill("20")
    page.get_by_role("button", name="Propose something else").click()
    expect(page.get_by_text("You proposed something else.")).to_be_visible()
    expect(page.get_by_text("For three months everything is cheaper for you.")).to_be_visible()
    look_twice("7-proposed")
    made = CareException.objects.get(arises_from=asked.exception_id)
    assert (made.state, made.quantity, made.terms) == ("approved", 20, {"months": "3"})
    assert complaints == []
