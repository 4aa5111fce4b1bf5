"""What is owed and was handed over, and who sees to it."""

from collections.abc import Callable
from typing import Any

import pytest

from guardrails.models import Agent, FollowUp, Scope
from policies.models import Policy
from tests.guardrails_api.afterwards.doing import SAID
from tests.guardrails_api.conftest import Api, an_agent
from tests.guardrails_api.questions import late
from tests.guardrails_api.test_exceptions import grant
from tests.guardrails_api.test_openapi import fits


@pytest.fixture
def granted(desk: Api) -> dict[str, Any]:
    """A store credit that Ana gave; she owes a follow-up."""
    return grant(desk, "first")


@pytest.fixture
def owed(granted: dict[str, Any]) -> str:
    """The follow-up that Ana owes."""
    return FollowUp.objects.get(exception=granted["exception"]).pk


@pytest.fixture
def survey(new_token: Callable[..., Api], ana: Agent) -> Api:
    """A survey tool that asks Ana's customers."""
    return new_token("survey", [Scope.OUTCOMES], agents=[ana])


@pytest.fixture
def sofia(new_token: Callable[..., Api], shop: Policy) -> Api:
    """A supervisor of another team."""
    return new_token("sofia", [Scope.EXCEPTIONS], agents=[an_agent(shop, "sofia", team="desk", role="supervisor")])


@pytest.fixture
def handed_over(bot: Api, sofia: Api) -> str:
    """What an AI agent handed over."""
    decision = bot.post("offers/", late(agent="bot")).json()["decision"]
    body = {"decision": decision, "note": "She wants to keep the number.", "said": SAID}
    fits("HandOverBody", body)
    answer = bot.post("hand-overs/", body, Idempotency_Key="over")
    assert answer.status_code == 201, answer.content
    fits("WorkItemAnswer", answer.json())
    assert answer["Location"] == f"/api/v1/work-items/{answer.json()['work_item']}/"
    return str(answer.json()["work_item"])
