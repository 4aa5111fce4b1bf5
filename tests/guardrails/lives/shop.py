"""The shop of lives: the real actions beside the book; one agent, two supervisors and a manager above them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import currently_in_test_context, event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from guardrails.actions.caller import Caller
from guardrails.actions.faults import ActionError
from guardrails.actions.once import Written
from guardrails.models import Agent, ApiToken, Assignment, Scope, State
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from policies.queries import rulebooks, yaml_document
from tests.guardrails.approving import client_of, someone
from tests.guardrails.builders import NOON, an_agent
from tests.guardrails.linking import an_order_system
from tests.guardrails.lives.book import ROLE_OF, Book, Life, No

Json = dict[str, Any]
amounts = st.sampled_from([50, 100, 500, 1000, 1250, 2500, 2550, 3000, 4000, 5000, 5050, 6000])
which = st.integers(0, 10**6)
_SHOP = Path(__file__).parents[1] / "shop.yaml"


@dataclass(frozen=True)
class Place:
    """What is there before anything happens: the policy, and those who act."""

    policy: Policy
    desk: Caller
    leads: Caller
    orders: Caller
    payer: Caller
    payer_user: int
    manager: User

    @classmethod
    def opened(cls) -> "Place":
        """Publish the policy and let everybody in; once, for every run begins with the same."""
        policy = import_policy(document=a_shop(), actor=None, reason="test")
        publish_policy(policy=policy, actor=None, note="first", now=NOON)
        ana, payer = an_agent(), User.objects.create_user("payer")
        role = Role.objects.get(policy=policy, code="frontline")
        Assignment.objects.create(agent=ana, policy=policy, role=role)
        help_desk = User.objects.create_user("help-desk")
        return cls(
            policy=policy,
            desk=client(help_desk, Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS, agent=ana),
            leads=client_of(*(someone(policy, who, role) for who, role in ROLE_OF.items())),
            orders=an_order_system(),
            payer=client(payer, Scope.SETTLEMENTS),
            payer_user=payer.pk,
            manager=User.objects.create_superuser("manager"),
        )


def client(user: User, *scopes: Scope, agent: Agent | None = None) -> Caller:
    """Give a client with these scopes, which acts for the agent."""
    token, _ = ApiToken.objects.create(user=user, name=user.username, scopes=list(scopes))
    token.agents.set([agent] if agent else [])
    return Caller(client=token.public_id, name=token.name, scopes=frozenset(scopes))


class Shop(RuleBasedStateMachine):
    """The shop and what is known of it; the rules are those of its subclasses."""

    place: ClassVar[Place]
    ran: ClassVar[Counter[str]] = Counter()
    """How often each rule did something, or was refused, in all runs."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        rulebooks.forget_all()
        self.book = Book()
        self.keys = 0
        self.last: Callable[[], Written] | None = None

    def teardown(self) -> None:
        """Undo everything; from hypothesis."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        rulebooks.forget_all()

    def key(self) -> str:
        """Give an idempotency key of its own."""
        self.keys += 1
        return f"key {self.keys}"

    def attempt(self, name: str, act: Callable[[], Written], *, expect: bool | None = None) -> Json | None:
        """Do it; give the answer, None where it was refused, as `expect` says. What is done can be asked again."""
        answer, said = None, ""
        try:
            answer = act().answer
        except ActionError as refusal:
            said = refusal.detail
        assert expect in (None, answer is not None), (name, said or answer, self.book)
        if answer is None:
            self.note(name, "refused")
            return None
        self.last = act
        self.note(name, "done")
        return answer

    def note(self, name: str, outcome: str) -> None:
        """Count what a rule did."""
        if currently_in_test_context():
            event(f"{name}: {outcome}")
        self.ran[f"{name}: {outcome}"] += 1

    def pick(self, number: int, *states: State, rarely: tuple[State, ...] = ()) -> tuple[str, Life]:
        """Give one of those in these states, of which there is one; or `rarely` one of which it is to be refused."""
        lives = self.book.lives.items()
        found = [(id_, each) for id_, each in lives if each.state in rarely] if number % 8 == 0 else []
        found = found or [(id_, each) for id_, each in lives if each.state in states]
        return found[number // 8 % len(found)]

    def reach_waiting(self, no: No) -> None:
        """Let what waits in the case, or in one that belongs to it, go up with the no, or end with it."""
        waiting = [each for each in self.book.lives.values() if each.state is State.AWAITING_APPROVAL]
        for life in waiting:
            if life.request and life.request.after is not no and life.case in self.book.chain[no.case]:
                if life.request.goes_up(no, self.book.now):
                    life.kinds["approval.escalated"] += 1
                else:
                    life.become(State.DECLINED)
                self.note("no reaches", life.state)

    def any_in(self, *states: State) -> bool:
        """Say whether there is one in these states."""
        return any(each.state in states for each in self.book.lives.values())


def a_shop(*, alone: str = "25.00", week: str = "200.00", reserve: str = "on_approval") -> Json:
    """Give the shop's document, with a manager above the supervisor, who alone take back."""
    document = yaml_document.load(_SHOP.read_text())
    front, lead = document["roles"]
    lead |= {"escalates_to": "manager", "may_reverse": True}
    credit = next(rule for rule in document["rules"] if rule["code"] == "late_credit")
    credit |= {"alone": {"up_to": alone}, "suggest": "5.00", "approval": [{"any_of": ["supervisor"]}]}
    agent_week = next(budget for budget in document["budgets"] if budget["code"] == "agent_week")
    agent_week["limit"] = week
    manager = {"code": "manager", "name": "Manager"}
    return {**document, "roles": [front, lead, manager], "approvals": {"reserve": reserve}}


def republish(policy: Policy, document: Json, *, now: Any) -> None:
    """Publish another version."""
    import_policy(document=document, actor=None, reason="test")
    publish_policy(policy=Policy.objects.get(pk=policy.pk), actor=None, note="new", now=now)
