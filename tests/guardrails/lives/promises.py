"""Rules of promises: what an agent holds, grants, lets go of and changes, and what is taken back."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from guardrails.actions.exceptions.expire_holds import expire_holds
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.exceptions.void_exception import void_for_agent
from guardrails.models import Settlement, State, WhenApproved
from tests.guardrails.asking import LATE, ask
from tests.guardrails.lives.book import CASES, CUSTOMERS, HOLD, LEAST, LIFETIME, STEP, Life, money
from tests.guardrails.lives.shop import Shop, amounts, which

TAKEABLE = (State.HELD, State.APPROVED, State.EXPIRED)
HOURS = tuple(timedelta(hours=hours) for hours in (2, 4, 24, 144))
JUMPS = (timedelta(minutes=1), HOLD, *HOURS)
OPEN = (State.HELD, State.APPROVED, State.AWAITING_APPROVAL)


class Promises(Shop):
    """What Ana does, what Sam takes back, and time."""

    @initialize()
    def some_are_there_already(self) -> None:
        """So that what comes next has something to happen to."""
        self.take("C-0", "K-0", 2000, hold=True, at_once=False)
        self.take("C-1", "K-1", 3000, hold=False, at_once=False)
        self.take("C-1", "K-2", 2600, hold=False, at_once=True)
        self.take("C-2", "K-3", 1500, hold=False, at_once=False)
        self.take("C-3", "K-4", 4000, hold=False, at_once=False)

    @rule(
        customer=st.sampled_from(CUSTOMERS),
        case=st.sampled_from(CASES),
        amount=amounts,
        hold=st.booleans(),
        at_once=st.booleans(),
    )
    def take(self, customer: str, case: str, amount: int, hold: bool, at_once: bool) -> None:
        """Ask, and then hold or grant; what needs a yes is granted `at_once` when it comes, or kept."""
        book, now, key = self.book, self.book.now, self.key()
        decision = ask(self.place.desk, replace(LATE, customer=customer, case=case), now)["decision"]
        when = WhenApproved.GRANT if at_once else WhenApproved.HOLD
        wanted = GrantRequest(decision=decision, remedy="store_credit", amount=money(amount), when_approved=when)
        act = hold_offer if hold else grant_exception
        expected, asked = book.expected(customer, case, amount)
        if hold:
            expected = State.HELD if expected is State.GRANTED else None
        name = "hold" if hold else f"take, {expected or 'not offered'}"
        answer = self.attempt(
            name, lambda: act(caller=self.place.desk, request=wanted, key=key, now=now), expect=expected is not None
        )
        if not answer or not expected:
            return
        life = Life(customer, case, now, expected, amount, book.today, book.today, now + HOLD if hold else None)
        life.become(expected)
        if expected is State.AWAITING_APPROVAL:
            id_ = answer["approval"]["request"]
            life.request = book.request(id_, asked, case, at_once=at_once)
            life.request.most = amount
            assert answer["asks"] == [asked]
        book.lives[answer["exception"]] = life

    @precondition(lambda self: self.any_in(*TAKEABLE))
    @rule(number=which, part=st.integers(1, 120))
    def grant(self, number: int, part: int) -> None:
        """Grant what is held or approved, or a part of it; after its time it is decided again."""
        id_, life = self.pick(number, *TAKEABLE)
        book, now, key = self.book, self.book.now, self.key()
        amount = life.amount if part > 60 else min(part * STEP, life.amount + STEP)
        again = life.over(now) or life.state is State.EXPIRED
        if again:
            alone = book.expected(life.customer, life.case, amount)[0] is State.GRANTED
            allowed = alone and now - life.asked_at <= LIFETIME
        else:
            allowed = LEAST <= amount <= life.amount
        wanted = HeldRequest(exception=id_, amount=money(amount))
        name = "grant again" if again else f"grant {life.state}{'' if amount == life.amount else ', a part'}"
        answer = self.attempt(
            name, lambda: grant_held(caller=self.place.desk, request=wanted, key=key, now=now), expect=allowed
        )
        if not answer:
            return
        assert answer["decided_again"] is again
        if life.over(now):
            life.become(State.EXPIRED)
        life.become(State.GRANTED)
        life.amount = amount
        if again:
            life.day = life.taken_on = book.today

    @precondition(lambda self: self.any_in(*OPEN))
    @rule(number=which)
    def void(self, number: int) -> None:
        """Let go of it."""
        id_, life = self.pick(number, *OPEN, rarely=(State.GRANTED,))
        allowed = life.state is not State.GRANTED and not life.over(self.book.now)
        key, now = self.key(), self.book.now
        answer = self.attempt(
            f"void {life.state}",
            lambda: void_for_agent(caller=self.place.desk, exception=id_, agent=None, reason="x", key=key, now=now),
            expect=allowed,
        )
        if answer:
            life.become(State.VOIDED)

    @precondition(lambda self: self.any_in(State.GRANTED))
    @rule(number=which, cents=st.sampled_from([0, 0, 50, 100, 333, 500, 1500]))
    def reverse(self, number: int, cents: int) -> None:
        """Take back some cents, or (0) all that stands."""
        id_, life = self.pick(number, State.GRANTED, rarely=(State.HELD, State.REVERSED))
        back = cents or life.standing
        wanted = ReverseRequest(exception=id_, reason="x", amount=money(cents) if cents else None, agent="sam")
        key, now = self.key(), self.book.now
        answer = self.attempt(
            "reverse" if back == life.standing else "reverse a part",
            lambda: reverse_exception(caller=self.place.leads, request=wanted, key=key, now=now),
            expect=life.state is State.GRANTED and back <= life.standing,
        )
        if not answer:
            return
        life.back += back
        life.kinds["exception.reversed"] += 1
        if life.standing == 0:
            life.state, life.settlement = State.REVERSED, Settlement.REVERSED
            life.kinds["settlement.taken_back"] += 1

    @precondition(lambda self: self.last)
    @rule()
    def ask_the_same_again(self) -> None:
        """The same key and the same request: the first answer, and nothing happens."""
        assert self.last
        assert self.last().repeated
        self.last = None
        self.note("ask the same again", "done")

    @rule(time=st.sampled_from(JUMPS))
    def time_passes(self, time: timedelta) -> None:
        """Let the clock jump."""
        self.book.now += time
        self.note("time passes", f"{time}")

    @precondition(lambda self: any(life.over(self.book.now) for life in self.book.lives.values()))
    @rule()
    def tidy_up(self) -> None:
        """Let expire what is past its time."""
        over = [life for life in self.book.lives.values() if life.over(self.book.now)]
        assert expire_holds(self.book.now) == len(over)
        for life in over:
            life.become(State.EXPIRED)
        self.note("expire", "done")
