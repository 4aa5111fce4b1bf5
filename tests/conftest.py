"""What every test can ask for: a real PostgreSQL's address, a browser, and groups for parallel runs."""

import gc
import os
import shutil
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from hypothesis import settings as hypothesis_settings

from tests.append_only import flush_may_empty_append_only_tables  # noqa: F401 - a fixture for every test

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
IN_CI = os.environ.get("CI") == "true"
# Timings of a busy machine are no findings; in CI the same commit tries the same examples every time.
hypothesis_settings.register_profile("guardrails", deadline=None, derandomize=IN_CI, print_blob=True)
hypothesis_settings.load_profile("guardrails")
BROWSER_FIXTURES = {"page", "context", "browser", "new_context"}


def _uses_browser(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & BROWSER_FIXTURES) or item.get_closest_marker("browser") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps tests that start processes or a browser on one worker, so that they do not starve each other.

    What takes long begins first, after that one worker's tests, which parallel runs put before all others.
    """
    for item in items:
        if item.get_closest_marker("serial") or item.get_closest_marker("postgres") or _uses_browser(item):
            item.add_marker(pytest.mark.xdist_group("serial"))
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what this machine cannot run, and says why; in CI a missing browser is a failure."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: make test-postgres runs it")
    if _uses_browser(item) and CHROMIUM is None:
        if IN_CI:
            pytest.fail("no Chromium in CI: .ci/run installs it", pytrace=False)
        pytest.skip("needs Chromium: apt-get install chromium")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    """Lets migrating make its thousand models undisturbed, and never again looks through what is there for good."""
    if fixturedef.argname != "django_db_setup":
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


@pytest.fixture(autouse=True)
def the_database_has_our_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time stands still for PostgreSQL too where a test stops it; one marked `database_clock` gets the real one."""
    if not request.node.get_closest_marker("database_clock"):
        monkeypatch.setattr("guardrails.models.database_clock.connection", SimpleNamespace(vendor="stopped"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, instead of one that Playwright would download."""
    # Without a sandbox of its own because root, whom CI runs as, cannot have one.
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A laptop's window, in English."""
    return {**browser_context_args, "viewport": {"width": 1366, "height": 860}, "locale": "en-GB"}


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> str:
    """The DATABASE_URL of this test's PostgreSQL database, for processes that the test starts.

    The test must be marked `postgres` and, for others to see what it wrote, `django_db(transaction=True)`.
    """
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: make test-postgres runs it")
    request.getfixturevalue("transactional_db")
    found = connection.settings_dict
    options = {key: value for key, value in found["OPTIONS"].items() if key in ("host", "user")}
    place = f"{quote(found['HOST'])}:{found['PORT']}" if found["HOST"] else ""
    who = f"{quote(found['USER'])}:{quote(found['PASSWORD'])}@" if found["USER"] else ""
    return f"postgres://{who}{place}/{quote(found['NAME'])}?{urlencode(options)}"
