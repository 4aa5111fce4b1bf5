"""A reader walks through the manual in a real browser, on a laptop and on a telephone."""

from playwright.sync_api import Page, expect


def test_a_reader_walks_through_the_manual(live_server, page: Page):
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/docs/reference/rulebook/")
    expect(page.locator("article h1")).to_be_visible()
    page.locator("aside a").first.click()
    assert "#" in page.url
    expect(page.locator("nav.menu a[aria-current]")).to_have_count(1)
    assert refused == []


def test_nothing_sticks_out_on_a_telephone(live_server, page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/docs/reference/rulebook/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
