"""Two policies with people and exceptions of their own, and everybody who may or may not look at them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.actions.tokens.issue_token import issue_token
from guardrails.actions.tokens.token_values import TokenValues
from guardrails.models import Agent, ApiToken, Assignment, CareException, Scope, Team
from policies.models import Policy, PolicyScope, Role
from tests.guardrails.conftest import nothing_remembered, shop_document  # noqa: F401 - fixtures
from tests.kept_policy import published

GROUPS = ("manager", "agent", "approver", "auditor")
PASSWORD = "a-secret-for-tests"


def user_of(group: str, *, limited_to: Policy | None = None) -> User:
    """A login: of a group; a "stranger" is staff without one, the "superuser" is in none either."""
    user = User.objects.create_user(f"the_{group}", password=PASSWORD, is_staff=True)
    user.is_superuser = group == "superuser"
    user.save()
    if group in GROUPS:
        user.groups.add(Group.objects.get(name=group))
    if limited_to:
        PolicyScope.objects.create(user=user).policies.add(limited_to)
    return user


def client_of(user: User | AnonymousUser) -> Client:
    """A browser in which this user is logged in."""
    client = Client()
    if isinstance(user, User):
        client.force_login(user)
    return client


def page(model: Any, name: str, *arguments: Any) -> str:
    """The address of an admin page."""
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=arguments)


@dataclass
class Market:
    """One policy with a team, an agent, a help desk and one exception that it granted."""

    policy: Policy
    team: Team
    agent: Agent
    token: ApiToken
    secret: str
    exception: CareException


def grant(market_or_token: ApiToken, policy: Policy, agent: Agent, **changes: Any) -> CareException:
    """An exception: a store credit of 12.50 for a parcel that is three days late."""
    now = changes.pop("now", timezone.now())
    given = {"customer": f"C-{policy.code}", "case": f"K-{policy.code}", "amount": "12.50", "note": "", **changes}
    caller = Caller(client=market_or_token.pk, name="", scopes=frozenset(market_or_token.scopes), request_id="req-1")
    asked = OffersRequest(
        policy=policy.code, reason="late_delivery", agent=agent.code, channel="chat", customer=given["customer"],
        case=given["case"], facts={"days_late": 3, "order_total": "82.50", "postcode": "north"}, verified=["days_late"],
    )  # fmt: skip
    decision = ask_offers(caller=caller, request=asked, now=now)["decision"]
    request = GrantRequest(decision=decision, remedy="store_credit", amount=given["amount"], note=given["note"])
    answer = grant_exception(caller=caller, request=request, key=decision, now=now).answer
    return CareException.objects.get(pk=answer["exception"])


def a_market(document: dict[str, Any], *, code: str, name: str, agent: str) -> Market:
    """A market whose every name tells which one it is."""
    document = document | {"code": code, "name": name}
    policy = published(document, reason="First draft", note=f"The first of {name}")
    team = Team.objects.create(code=f"team_{code}", name=f"Team of {name}")
    person = Agent.objects.create(code=agent, name=agent.title(), team=team)
    Assignment.objects.create(agent=person, policy=policy, role=Role.objects.get(policy=policy, code="frontline"))
    user = User.objects.create_user(f"desk_{code}")
    values = TokenValues(name=f"Desk of {name}", scopes=[Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS], teams=[team])
    token, secret = issue_token(user=user, values=values, actor=None, reason="Test", now=timezone.now())
    return Market(policy, team, person, token, secret, grant(token, policy, person, note=f"A note of {name}"))


@pytest.fixture
def shop(db: None, shop_document: dict[str, Any]) -> Market:  # noqa: F811
    """The market that everybody may see."""
    return a_market(shop_document, code="shop_eu", name="Shop Europe", agent="ana")


@pytest.fixture
def other(db: None, shop_document: dict[str, Any]) -> Market:  # noqa: F811
    """The market that a limited user may not see; no random token in a page can spell its underscores."""
    return a_market(shop_document, code="zebra_uk", name="Zebra Britain", agent="zoe_quist")


@pytest.fixture
def login(db: None) -> Callable[..., Client]:
    """Log somebody in: `login("auditor")`, `login("manager", limited_to=policy)`, `login("nobody")`."""

    def make(group: str, *, limited_to: Policy | None = None) -> Client:
        return client_of(AnonymousUser() if group == "nobody" else user_of(group, limited_to=limited_to))

    return make
