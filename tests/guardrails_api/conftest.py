"""A shop, the people and systems that ask about it, and strangers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client

from guardrails.models import Agent, AgentKind, ApiToken, Assignment, Scope, Team
from policies.models import Policy, Role
from tests.guardrails.builders import NOON
from tests.guardrails.conftest import nothing_remembered, shop, shop_document  # noqa: F401 - fixtures

JSON = "application/json"
Response: TypeAlias = Any
"""What Django's test client gives; its stubs keep the class for themselves."""


@dataclass
class Api:
    """A client of the API with a token, or without."""

    secret: str = ""
    token: ApiToken | None = None
    client: Client = field(default_factory=Client)

    @property
    def row(self) -> ApiToken:
        """The token, of a client that has one."""
        assert self.token
        return self.token

    @property
    def headers(self) -> dict[str, str]:
        """The headers of this client."""
        return {"Authorization": f"Token {self.secret}"} if self.secret else {}

    def post(self, path: str, body: Any, content_type: str = JSON, **headers: str) -> Response:
        """Send JSON (bytes and text as they are)."""
        sent: Any = {"data": body, "content_type": content_type}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1/{path}", **sent, headers={**self.headers, **named})

    def get(self, path: str, **query: Any) -> Response:
        """Read."""
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """It is a Monday's noon in June 2026."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def an_agent(policy: Policy, code: str, team: str = "care", role: str = "frontline", **changes: Any) -> Agent:
    """An agent with a role in the policy."""
    belongs, _ = Team.objects.get_or_create(code=team, defaults={"name": team.title()})
    agent = Agent.objects.create(code=code, name=code.title(), team=belongs, **changes)
    Assignment.objects.create(agent=agent, policy=policy, role=Role.objects.get(policy=policy, code=role))
    return agent


@pytest.fixture
def ana(shop: Policy) -> Agent:  # noqa: F811
    """A frontline agent of the shop."""
    return an_agent(shop, "ana")


@pytest.fixture
def new_token(db: None) -> Callable[..., Api]:
    """Make a token: `new_token("desk", ["offers"], agents=[ana])`."""

    def make(
        name: str,
        scopes: list[str],
        *,
        agents: list[Agent] | None = None,
        teams: list[Team] | None = None,
        expires: timedelta | None = None,
        **changes: Any,
    ) -> Api:
        user, _ = User.objects.get_or_create(username=name)
        token, secret = ApiToken.objects.create(user=user, name=name, scopes=scopes, expiry=expires, **changes)
        token.agents.set(agents or [])
        token.teams.set(teams or [])
        return Api(secret=secret, token=token)

    return make


@pytest.fixture
def desk(new_token: Callable[..., Api], ana: Agent) -> Api:
    """The help desk system, through which Ana asks."""
    return new_token("desk", [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS], agents=[ana])


@pytest.fixture
def stranger(new_token: Callable[..., Api], shop: Policy) -> Api:  # noqa: F811
    """Another team's system, with every scope but audit."""
    zoe = an_agent(shop, "zoe", team="outlet")
    return new_token("stranger", [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS], agents=[zoe])


@pytest.fixture
def auditor(new_token: Callable[..., Api], db: None) -> Api:
    """An auditor's tool."""
    return new_token("auditor", [Scope.AUDIT])


@pytest.fixture
def bot(new_token: Callable[..., Api], shop: Policy) -> Api:  # noqa: F811
    """An AI agent with its own token."""
    agent = an_agent(shop, "bot", kind=AgentKind.AI)
    return new_token("bot", [Scope.OFFERS, Scope.EXCEPTIONS], agent=agent)
