"""A teller of stories: loads the demo, sends what the manual says to send, and gives the answers."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from guardrails.demo.clients import AI_ASSISTANT, HELP_DESK
from guardrails.demo.load import load_demo
from policies.queries import rulebooks
from tests.stories.manual import exchanges, missing

Answer = dict[str, Any]
Tell = Callable[..., list[Answer]]


@pytest.fixture(autouse=True)
def forgotten_versions() -> Iterator[None]:
    """Versions are kept by number in memory, and a rolled back test gives its numbers to the next one."""
    rulebooks.forget_all()
    yield
    rulebooks.forget_all()


@pytest.fixture
def tell(db: None) -> Tell:
    """Tell a story of the manual under one policy: every answer holds what the page shows of it."""

    def telling(number: int, *, policy: str) -> list[Answer]:
        tokens = load_demo(keys={"passwords": {}, "tokens": {}}, now=timezone.now(), codes=(policy,))["tokens"]
        answers: list[Answer] = []
        decision = work_item = ""
        for exchange in exchanges(number):
            body = exchange.body | ({"decision": decision} if "decision" in exchange.body else {})
            address = exchange.address.replace("wrk_…", work_item)
            client = APIClient()
            client.credentials(
                HTTP_AUTHORIZATION=f"Token {tokens[AI_ASSISTANT if exchange.by_the_ai else HELP_DESK]}",
                HTTP_IDEMPOTENCY_KEY=f"{number}-{len(answers)}",
            )
            response = client.post(address, body, format="json")
            assert response.status_code in (200, 201, 202), response.content
            answers.append(response.json())
            decision = answers[-1]["decision"]
            work_item = answers[-1].get("work_item", work_item)
            assert missing(exchange.answer, answers[-1]) == []
        return answers

    return telling
