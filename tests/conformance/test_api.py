"""A client that posts a published scheme's case gets the offers that the scheme owes, and nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client

from guardrails.models import Agent, ApiToken, Assignment, Scope, Team
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from policies.queries import rulebooks
from tests.conformance import answers, schemes
from tests.conformance.schemes import Case, Scheme

AGENT = "ana"
Ask = Callable[[Case], dict[str, Any]]


@pytest.fixture
def ask(scheme: Scheme, db: None, client: Client) -> Ask:
    """Posts a case under the scheme's published policy, as an agent of its first role."""
    rulebooks.forget_all()
    document = schemes.policy(scheme.code)
    policy = import_policy(document=document, actor=None, reason="A published scheme")
    publish_policy(policy=policy, actor=None, note="", now=schemes.NOW)
    token = token_of(agent_in(policy, role=document["roles"][0]["code"]))
    encoder = msgspec.json.Encoder(decimal_format="number")

    def post(case: Case) -> dict[str, Any]:
        question = {"policy": policy.code, "agent": AGENT, "reason": "claim", "facts": case.facts}
        answer = client.post(
            "/api/v1/offers/",
            encoder.encode(question),
            content_type="application/json",
            headers={"Authorization": f"Token {token}"},
        )
        assert answer.status_code == 200, f"{case.id}: {answer.content.decode()}"
        body: dict[str, Any] = answer.json()
        return body

    return post


def agent_in(policy: Policy, *, role: str) -> Agent:
    """A person of the team "care" who holds this role."""
    team = Team.objects.create(code="care", name="Care")
    agent = Agent.objects.create(code=AGENT, name="Ana", team=team)
    Assignment.objects.create(agent=agent, policy=policy, role=Role.objects.get(policy=policy, code=role))
    return agent


def token_of(agent: Agent) -> str:
    """The token of a help desk that may ask for the agent."""
    user = User.objects.create_user("help-desk")
    token, secret = ApiToken.objects.create(user=user, name="Help desk", scopes=[Scope.OFFERS, Scope.FACTS])
    token.agents.add(agent)
    return str(secret)


@pytest.mark.parametrize("scheme", schemes.schemes(), ids=lambda scheme: scheme.code)
def test_the_api_offers_what_the_scheme_does(scheme: Scheme, ask: Ask):
    own = [case for case in schemes.cases() if case.scheme == scheme.code and case.id not in schemes.disputed()]
    found = {case.id: answers.offers_of(ask(case)) for case in own}
    assert found == {case.id: case.offers for case in own}
