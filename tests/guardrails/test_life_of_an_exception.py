"""Whatever happens to exceptions, in whatever order, they are where a model too simple to be wrong says they are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from guardrails.actions.approvals.vote_on_approval import Say, vote_on_approval
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.budgets.read_budgets import BudgetsRequest, read_budgets
from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.expire_holds import expire_holds
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.actions.faults import ActionError
from guardrails.actions.freezes.begin_freeze import FreezeValues, begin_freeze
from guardrails.actions.freezes.lift_freeze import lift_freeze
from guardrails.actions.once import Written
from guardrails.ledger import verify
from guardrails.models import (
    ApiToken,
    Assignment,
    CareException,
    Freeze,
    FreezeTarget,
    OpenPromises,
    Scope,
    State,
)
from policies.actions.import_policy import import_policy
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from policies.queries import rulebooks
from tests.guardrails.approving import client_of, someone
from tests.guardrails.asking import LATE, ask
from tests.guardrails.builders import NOON, an_agent
from tests.guardrails.linking import an_order_system, link

STEP, LEAST, LADDER, CASE_LIMIT, CREDITS = 50, 100, 6000, 5000, 3
CASES = ("K-0", "K-1", "K-2", "K-3")
CUSTOMERS = ("C-0", "C-1", "C-2")
"""Cases and customers; a few, so that they meet."""
HOLD, KEEP, LIFETIME = timedelta(minutes=15), timedelta(days=7), timedelta(hours=24)
amounts = st.sampled_from([50, 100, 500, 1000, 1250, 2500, 2550, 3000, 4000, 5000, 5050, 6000])
which = st.integers(0, 10**6)


@dataclass
class Life:
    """One exception in the model; amounts in cents."""

    customer: str
    case: str
    asked_at: datetime
    state: State
    amount: int
    day: date
    until: datetime | None = None
    back: int = 0
    request: str = ""

    def over(self, now: datetime) -> bool:
        return self.state in (State.HELD, State.APPROVED) and self.until is not None and self.until <= now

    def stands(self, now: datetime) -> bool:
        return self.state in (State.HELD, State.APPROVED, State.GRANTED) and not self.over(now)

    @property
    def standing(self) -> int:
        return self.amount - self.back


class Lives(RuleBasedStateMachine):
    """The real actions beside the model: one agent, one supervisor, credits for late parcels."""

    document: dict[str, Any]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        rulebooks.forget_all()
        self.now = NOON
        self.lives: dict[str, Life] = {}
        self.chain = {case: {case} for case in CASES}
        self.alone, self.week_limit, self.frozen = 2500, 20000, False
        self.keys = 0
        self.last: Callable[[], Written] | None = None
        roles = [{**role, "may_reverse": role["code"] == "supervisor"} for role in self.document["roles"]]
        self.document = {**self.document, "roles": roles}
        self.policy = import_policy(document=self.document, actor=None, reason="test")
        publish_policy(policy=self.policy, actor=None, note="first", now=NOON)
        ana = an_agent()
        Assignment.objects.create(
            agent=ana, policy=self.policy, role=Role.objects.get(policy=self.policy, code="frontline")
        )
        self.desk = self.client_of_desk(ana)
        self.leads = client_of(someone(self.policy, "sam", "supervisor"))
        self.orders = an_order_system()
        self.manager = User.objects.create_superuser("manager")

    def client_of_desk(self, ana: Any) -> Caller:
        scopes = [Scope.OFFERS, Scope.EXCEPTIONS, Scope.FACTS]
        user = User.objects.create_user("help-desk")
        token, _ = ApiToken.objects.create(user=user, name="Help desk", scopes=scopes)
        token.agents.add(ana)
        return Caller(client=token.public_id, name="Help desk", scopes=frozenset(scopes))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
        rulebooks.forget_all()

    # --- What the model says --------------------------------------------------------------------------------

    def week_left(self) -> int:
        monday = self.today - timedelta(days=self.today.weekday())
        taken = sum(each.standing for each in self.standing() if monday <= each.day < monday + timedelta(7))
        return max(0, self.week_limit - taken)

    def case_left(self, case: str) -> int:
        return max(0, CASE_LIMIT - sum(each.standing for each in self.standing() if each.case in self.chain[case]))

    def credits(self, customer: str, case: str) -> int:
        linked = self.chain[case] if len(self.chain[case]) > 1 else set()
        return sum(each.customer == customer or each.case in linked for each in self.standing())

    def standing(self) -> list[Life]:
        return [each for each in self.lives.values() if each.stands(self.now)]

    @property
    def today(self) -> date:
        return (self.now + timedelta(hours=2)).date()  # summer in Berlin

    def expected(self, customer: str, case: str, amount: int) -> State | None:
        """What becomes of a grant now: granted, sent for approval, or refused."""
        left = min(self.week_left(), self.case_left(case)) // STEP * STEP
        if self.frozen or self.credits(customer, case) >= CREDITS or amount < LEAST or left < LEAST:
            return None
        if amount <= min(self.alone, left):
            return State.GRANTED
        return State.AWAITING_APPROVAL if left > self.alone and amount <= min(LADDER, left) else None

    # --- What is done ---------------------------------------------------------------------------------------

    def key(self) -> str:
        self.keys += 1
        return f"key {self.keys}"

    def attempt(self, act: Callable[[], Written]) -> dict[str, Any] | None:
        """Do it; what is refused changes nothing, and what is done can be asked again with the same key."""
        try:
            with transaction.atomic():
                answer = act().answer
        except ActionError:
            return None
        self.last = act
        return answer

    @rule(customer=st.sampled_from(CUSTOMERS), case=st.sampled_from(CASES), amount=amounts, hold=st.booleans())
    def take(self, customer: str, case: str, amount: int, hold: bool) -> None:
        decision = ask(self.desk, replace(LATE, customer=customer, case=case), self.now)["decision"]
        wanted = GrantRequest(decision=decision, remedy="store_credit", amount=money(amount))
        key, now, act = self.key(), self.now, hold_offer if hold else grant_exception
        expected = self.expected(customer, case, amount)
        if hold:
            expected = State.HELD if expected is State.GRANTED else None
        answer = self.attempt(lambda: act(caller=self.desk, request=wanted, key=key, now=now))
        assert (answer and answer["state"]) == expected
        if answer and expected:
            until = now + HOLD if hold else None
            life = Life(customer, case, now, expected, amount, self.today, until)
            life.request = (answer["approval"] or {}).get("request", "")
            self.lives[answer["exception"]] = life

    @initialize()
    def some_are_there_already(self) -> None:
        """So that what comes next has something to happen to."""
        self.take("C-0", "K-0", 2000, True)
        self.take("C-1", "K-1", 3000, False)
        self.take("C-2", "K-2", 1500, False)

    def pick(self, number: int, *states: State) -> tuple[str, Life] | None:
        found = [(id_, each) for id_, each in self.lives.items() if each.state in states]
        return found[number % len(found)] if found else None

    @rule(number=which, part=st.integers(1, 120))
    def grant(self, number: int, part: int) -> None:
        found = self.pick(number, State.HELD, State.APPROVED, State.EXPIRED)
        if not found:
            return
        id_, life = found
        amount = life.amount if part > 60 else min(part * STEP, life.amount + STEP)
        if life.over(self.now) or life.state is State.EXPIRED:
            allowed = self.now - life.asked_at <= LIFETIME
            allowed = allowed and self.expected(life.customer, life.case, amount) is State.GRANTED
        else:
            allowed = LEAST <= amount <= life.amount
        wanted, key, now = HeldRequest(exception=id_, amount=money(amount)), self.key(), self.now
        answer = self.attempt(lambda: grant_held(caller=self.desk, request=wanted, key=key, now=now))
        assert bool(answer) == allowed
        if answer:
            again = life.over(self.now) or life.state is State.EXPIRED
            assert answer["decided_again"] is again
            life.state, life.amount = State.GRANTED, amount
            life.day = self.today if again else life.day

    @rule(number=which)
    def void(self, number: int) -> None:
        found = self.pick(number, State.HELD, State.APPROVED, State.AWAITING_APPROVAL, State.GRANTED)
        if not found:
            return
        id_, life = found
        allowed = life.state is not State.GRANTED and not life.over(self.now)
        key, now = self.key(), self.now
        answer = self.attempt(
            lambda: void_for_agent(caller=self.desk, exception=id_, agent=None, reason="x", key=key, now=now)
        )
        assert bool(answer) == allowed
        if answer:
            life.state = State.VOIDED

    @rule(number=which, cents=st.sampled_from([0, 0, 0, 50, 100, 333, 500, 1500, 7000]))
    def reverse(self, number: int, cents: int) -> None:
        """Take back some cents, or (0) all that stands."""
        found = self.pick(number, State.GRANTED, State.HELD, State.REVERSED)
        if not found:
            return
        id_, life = found
        back = cents or life.standing
        wanted = ReverseRequest(exception=id_, reason="x", amount=money(cents) if cents else None, agent="sam")
        key, now = self.key(), self.now
        answer = self.attempt(lambda: reverse_exception(caller=self.leads, request=wanted, key=key, now=now))
        assert bool(answer) == (life.state is State.GRANTED and back <= life.standing)
        if answer:
            life.back += back
            life.state = State.REVERSED if life.standing == 0 else State.GRANTED

    @rule(number=which, part=st.integers(2, 120))
    def approve(self, number: int, part: int) -> None:
        found = self.pick(number, State.AWAITING_APPROVAL)
        if not found:
            return
        life = found[1]
        amount = min(life.amount, part * STEP)
        left = min(self.week_left(), self.case_left(life.case)) // STEP * STEP
        reach = min(LADDER, left) if left > self.alone else min(self.alone, left)
        allowed = (
            not self.frozen and left >= LEAST and amount <= reach and self.credits(life.customer, life.case) < CREDITS
        )
        said = VoteRequest(approval=life.request, agent="sam", amount=money(amount))
        key, now = self.key(), self.now
        answer = self.attempt(
            lambda: vote_on_approval(caller=self.leads, say=Say.APPROVE, request=said, key=key, now=now)
        )
        assert bool(answer) == allowed, (answer, amount, left, life)
        if answer:
            life.state, life.amount, life.day, life.until = State.APPROVED, amount, self.today, now + KEEP

    @rule()
    def ask_the_same_again(self) -> None:
        if self.last:
            assert self.last().repeated

    @rule(time=st.sampled_from([timedelta(minutes=1), HOLD, timedelta(hours=7), timedelta(days=1), timedelta(days=6)]))
    def time_passes(self, time: timedelta) -> None:
        self.now += time

    @rule()
    def tidy_up(self) -> None:
        over = [life for life in self.lives.values() if life.over(self.now)]
        assert expire_holds(self.now) == len(over)
        for life in over:
            life.state = State.EXPIRED

    @rule(alone=st.sampled_from([500, 1500, 2500, 4000]), week=st.sampled_from([3000, 10000, 20000]))
    def publish(self, alone: int, week: int) -> None:
        rules = [
            {**each, "alone": {"up_to": money(alone)}, "suggest": "5.00"} if each["code"] == "late_credit" else each
            for each in self.document["rules"]
        ]
        for each in rules:
            if each["code"] == "late_credit":
                each["approval"] = [{"any_of": ["supervisor"]}]
        budgets = [
            {**each, "limit": money(week)} if each["code"] == "agent_week" else each
            for each in self.document["budgets"]
        ]
        import_policy(document={**self.document, "rules": rules, "budgets": budgets}, actor=None, reason="test")
        publish_policy(policy=Policy.objects.get(pk=self.policy.pk), actor=None, note="new", now=self.now)
        self.alone, self.week_limit = alone, week

    @rule(case=st.sampled_from(CASES), other=st.sampled_from(CASES))
    def link(self, case: str, other: str) -> None:
        if self.attempt(lambda: link(self.orders, case, other, now=self.now)):
            joined = self.chain[case] | self.chain[other]
            self.chain |= dict.fromkeys(joined, joined)

    @precondition(lambda self: not self.frozen)
    @rule(breaks=st.booleans())
    def freeze(self, breaks: bool) -> None:
        values = FreezeValues(
            kind=FreezeTarget.REMEDY,
            target="store_credit",
            policy=self.policy,
            reason="Abuse.",
            promises=OpenPromises.VOID if breaks else OpenPromises.KEEP,
        )
        begin_freeze(values=values, actor=self.manager, now=self.now)
        self.frozen = True
        for life in self.lives.values():
            if (
                breaks
                and life.state in (State.HELD, State.APPROVED, State.AWAITING_APPROVAL)
                and not life.over(self.now)
            ):
                life.state = State.VOIDED

    @precondition(lambda self: self.frozen)
    @rule()
    def lift(self) -> None:
        lift_freeze(freeze=Freeze.objects.get(lifted_at=None).pk, reason="Over.", actor=self.manager, now=self.now)
        self.frozen = False

    # --- What always holds ----------------------------------------------------------------------------------

    @invariant()
    def the_ledger_and_the_audit_log_agree(self) -> None:
        assert list(verify()) == []

    @invariant()
    def everything_is_where_the_model_says(self) -> None:
        rows = {row.pk: row for row in CareException.objects.all()}
        assert rows.keys() == self.lives.keys()
        for id_, life in self.lives.items():
            state = State(rows[id_].state)
            if state is State.EXPIRED and life.over(self.now):
                life.state = State.EXPIRED  # somebody needed what it had set aside
            assert (state, rows[id_].amount_minor, rows[id_].reversed_number) == (life.state, life.amount, life.back)

    @invariant()
    def what_is_left_and_what_counts_are_the_models(self) -> None:
        customer, case = CUSTOMERS[self.keys % 3], CASES[self.keys % 4]
        asked = BudgetsRequest(policy="shop_eu", agent="ana", customer=customer, case=case)
        told = {each["code"]: each for each in read_budgets(caller=self.desk, request=asked, now=self.now)["budgets"]}
        assert told["agent_week"]["remaining"] == money(self.week_left())
        assert told["case_money"]["remaining"] == money(self.case_left(case))
        known = ask(self.desk, replace(LATE, customer=customer, case=case), self.now)["context"]
        assert known["customer"]["exceptions_12_months"] == self.credits(customer, case)


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


@pytest.mark.django_db
def test_exceptions_live_as_in_the_model(shop_document: dict[str, Any]) -> None:
    class Shop(Lives):
        document = shop_document

    checked = settings(
        max_examples=12,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Shop, settings=checked)
