"""A shop with a published policy, an agent and the help desk that acts for them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from guardrails.actions.caller import Caller
from guardrails.models import Agent, ApiToken, Assignment, Scope
from policies.models import Policy, Role
from policies.queries import rulebooks, yaml_document
from tests.guardrails.builders import NOON, an_agent
from tests.guardrails.receiver import Receiver, serving
from tests.kept_policy import published

pytest.register_assert_rewrite("tests.guardrails.lives")


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Versions of rolled back tests must not be remembered: their ids come again."""
    rulebooks.forget_all()
    yield
    rulebooks.forget_all()


@pytest.fixture
def shop_document() -> dict[str, Any]:
    """The shop's policy, as a document."""
    return yaml_document.load(Path(__file__).with_name("shop.yaml").read_text())


@pytest.fixture
def shop(db: None, shop_document: dict[str, Any]) -> Policy:
    """The shop's policy, published."""
    return published(shop_document, now=NOON)


@pytest.fixture
def ana(shop: Policy) -> Agent:
    """A frontline agent of the shop."""
    agent = an_agent()
    Assignment.objects.create(agent=agent, policy=shop, role=Role.objects.get(policy=shop, code="frontline"))
    return agent


@pytest.fixture
def help_desk(ana: Agent) -> Caller:
    """The system through which Ana asks; its facts count as verified."""
    user = User.objects.create_user("help-desk")
    scopes = [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS]
    token, _ = ApiToken.objects.create(user=user, name="Help desk", scopes=scopes)
    token.agents.add(ana)
    return Caller(client=token.public_id, name=token.name, scopes=frozenset(scopes), request_id="req-1")


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """A system that receives webhooks, on this machine, which the settings allow."""
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    with serving() as found:
        yield found
