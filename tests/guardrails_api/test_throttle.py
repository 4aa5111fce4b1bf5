"""A token may ask so many times a minute."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.guardrails_api.conftest import Api
from tests.guardrails_api.questions import LATE
from tests.guardrails_api.test_bad_input import problem


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Nobody has asked yet."""
    cache.clear()
    yield
    cache.clear()


def test_more_than_the_limit_waits_for_the_next_minute(desk: Api, bot: Api, settings, noon) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    for _ in range(2):
        assert desk.post("offers/", LATE).status_code == 200
    response = desk.post("offers/", LATE)
    problem(response, 429, "too_many_requests")
    assert 1 <= int(response["Retry-After"]) <= 60
    assert bot.get("budgets/", policy="shop_eu").status_code == 200  # another token's minute
    noon.shift(60)
    assert desk.post("offers/", LATE).status_code == 200


def test_zero_is_no_limit(desk: Api, settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 0
    assert {desk.get("policies/shop_eu/").status_code for _ in range(4)} == {200}
