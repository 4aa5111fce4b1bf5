"""The demo's shop with everybody who takes part in the life of an exception, and a stranger."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command

from guardrails.demo.clients import AI_ASSISTANT, HELP_DESK, make_tokens
from guardrails.demo.people import LOGINS, make_agents, make_logins
from guardrails.demo.rulebooks import load_policies
from guardrails.models import Agent, ApiToken, Scope
from policies.models import Policy
from tests.guardrails_api.conftest import Api, an_agent
from tests.kept_policy import keep

Answer = dict[str, Any]
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 6, 19, 10, 0, tzinfo=BERLIN)
ASKED: Answer = {"policy": "shop_eu", "reason": "late_delivery", "channel": "chat", "facts": {"days_late": 3}}


@dataclass
class Shop:
    """The shop on a Friday in June 2026; every client of it is a system with a token of its own."""

    clock: time_machine.Traveller
    policy: Policy
    tokens: dict[str, str]
    keys: int = 0
    clients: dict[str, Api] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Give the demo's own clients their tokens."""
        self.desk = Api(secret=self.tokens[HELP_DESK])
        self.assistant = Api(secret=self.tokens[AI_ASSISTANT])

    def client(self, name: str, *scopes: Scope, agents: tuple[str, ...] = (), user: str = "") -> Api:
        """Give a further client that acts for these agents."""
        login, _ = User.objects.get_or_create(username=user or name)
        token, secret = ApiToken.objects.create(user=login, name=name, scopes=list(scopes))
        token.agents.set(Agent.objects.filter(code__in=agents))
        return Api(secret=secret, token=token)

    def move_to(self, moment: datetime) -> None:
        """Let it be another time; housekeeping does what is due by then."""
        self.clock.move_to(moment, tick=False)
        call_command("tend", "--once", stdout=_Silence())

    def ask(self, api: Api, **said: Any) -> Answer:
        """Ask what can be offered for a parcel that is three days late."""
        response = api.post("offers/", ASKED | said)
        assert response.status_code == 200, response.content
        answer: Answer = response.json()
        return answer

    def send(self, api: Api, path: str, *, status: int = 200, **said: Any) -> Answer:
        """Send something that changes something, with a key of its own, and give the answer."""
        self.keys += 1
        response = api.post(path, said, Idempotency_Key=f"key {self.keys}")
        assert response.status_code == status, (response.status_code, response.content)
        answer: Answer = response.json()
        return answer

    def credit(self, api: Api, amount: str, *, status: int, case: str = "K-1", **said: Any) -> Answer:
        """Ask about a case and grant this much store credit."""
        question = {name: said.pop(name) for name in ("agent", "customer") if name in said}
        decision = self.ask(api, **{"customer": "C-1", **question}, case=case)["decision"]
        body = {"decision": decision, "remedy": "store_credit", "amount": amount, **said}
        return self.send(api, "exceptions/", status=status, **body)


class _Silence:
    """Where what a command prints goes."""

    def write(self, text: str) -> None:
        """Forget it."""


def _demo() -> dict[str, str]:
    """Load the demo's policy, people and tokens, without its past."""
    manager = make_logins(passwords=dict.fromkeys(LOGINS, "a password of the demo"))
    keep(("the demo's",), lambda: load_policies(codes=("shop_eu",), actor=manager, now=FRIDAY), by=manager)
    make_agents(actor=manager)
    return make_tokens(known={}, actor=manager, now=FRIDAY)


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    """The shop with a supervisor, the head of care above, a stand-in, and another team's agent who is a stranger."""
    with time_machine.travel(FRIDAY, tick=False) as clock:
        tokens = _demo()
        policy = Policy.objects.get(code="shop_eu")
        for code, team, role in (("sam", "leads", "supervisor"), ("zoe", "outlet", "frontline")):
            an_agent(policy, code, team=team, role=role)
        yield Shop(clock=clock, policy=policy, tokens=tokens)


@pytest.fixture
def leads(shop: Shop) -> Api:
    """The inbox of those who approve: Sofia and Sam, the supervisors, and Clara, the head of care."""
    return shop.client("Inbox", Scope.APPROVALS, Scope.EXCEPTIONS, Scope.OFFERS, agents=("sofia", "sam", "clara"))


@pytest.fixture
def stranger(shop: Shop) -> Api:
    """Another team's system, which may do everything but read the audit log; for its own agent."""
    scopes = [scope for scope in Scope if scope is not Scope.AUDIT]
    return shop.client("Outlet", *scopes, agents=("zoe",))


def offered(answer: Answer, remedy: str = "store_credit") -> Answer:
    """The offer of a remedy."""
    return next(each for each in answer["offers"] if each["remedy"] == remedy)


def remaining(answer: Answer, code: str, remedy: str = "store_credit") -> str:
    """What a budget of an offer has left."""
    return str(next(each["remaining"] for each in offered(answer, remedy)["budgets"] if each["code"] == code))
