"""Rules of what is around: versions, stops, linked cases, and the system that pays."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from guardrails.actions.freezes.begin_freeze import FreezeValues, begin_freeze
from guardrails.actions.freezes.lift_freeze import lift_freeze
from guardrails.actions.settlements.settle_exception import settle_exception
from guardrails.actions.settlements.settlement_word import SettlementRequest
from guardrails.models import Freeze, FreezeTarget, OpenPromises, Settlement, State
from tests.guardrails.linking import link
from tests.guardrails.lives.book import Life, money
from tests.guardrails.lives.shop import Shop, a_shop, republish, which

PAID = {
    "sent": (Settlement.PENDING, Settlement.SENT, Settlement.FAILED),
    "confirmed": (Settlement.PENDING, Settlement.SENT, Settlement.FAILED),
    "failed": (Settlement.PENDING, Settlement.SENT),
}
"""After which states of a settlement each word is possible."""
GIVEN = (State.GRANTED, State.REVERSED)


class Surroundings(Shop):
    """What managers, the order system and the payer do."""

    @precondition(lambda self: self.book.versions < 3)  # it is slow, and one or two change everything
    @rule(
        alone=st.sampled_from([500, 1500, 2500, 4000]),
        week=st.sampled_from([3000, 10000, 20000]),
        reserves=st.booleans(),
    )
    def publish(self, alone: int, week: int, reserves: bool) -> None:
        """Publish another version: other limits, and budgets reserved with the request or with the yes."""
        reserve = "on_request" if reserves else "on_approval"
        republish(self.place.policy, a_shop(alone=money(alone), week=money(week), reserve=reserve), now=self.book.now)
        self.book.alone, self.book.week_limit, self.book.reserves = alone, week, reserves
        self.book.versions += 1
        self.note("publish", reserve)

    @precondition(lambda self: self.book.linkable())
    @rule(number=which)
    def link(self, number: int) -> None:
        """Say that two cases belong together; a no in one of them reaches what waits in the other."""
        now, found = self.book.now, self.book.linkable()
        case, other = found[number % len(found)]
        self.attempt("link", lambda: link(self.place.orders, case, other, now=now), expect=True)
        joined = self.book.chain[case] | self.book.chain[other]
        self.book.chain |= dict.fromkeys(joined, joined)
        if no := self.book.no_in(case):
            self.reach_waiting(no)

    @precondition(lambda self: not self.book.frozen and len(self.book.lives) > 5)
    @rule(breaks=st.booleans())
    def freeze(self, breaks: bool) -> None:
        """Stop the credit, and break what was promised, or keep it."""
        values = FreezeValues(
            kind=FreezeTarget.REMEDY,
            target="store_credit",
            policy=self.place.policy,
            reason="Abuse.",
            promises=OpenPromises.VOID if breaks else OpenPromises.KEEP,
        )
        now, open_states = self.book.now, (State.HELD, State.APPROVED, State.AWAITING_APPROVAL)
        begin_freeze(values=values, actor=self.place.manager, now=now)
        self.book.frozen = True
        self.note("freeze", "breaks promises" if breaks else "keeps promises")
        for life in self.book.lives.values():
            if breaks and life.state in open_states and not life.over(now):
                life.become(State.VOIDED)

    @precondition(lambda self: self.book.frozen)
    @rule()
    def lift(self) -> None:
        """Let it go on."""
        freeze = Freeze.objects.get(lifted_at=None).pk
        lift_freeze(freeze=freeze, reason="Over.", actor=self.place.manager, now=self.book.now)
        self.book.frozen = False
        self.note("lift", "done")

    @precondition(lambda self: self.any_in(*GIVEN))
    @rule(number=which, word=st.sampled_from(sorted(PAID)), reference=st.sampled_from(["PAY-1", "PAY-2"]))
    def settle(self, number: int, word: str, reference: str) -> None:
        """Hear from the payer; money that moved where none was due is refused, and kept all the same."""
        id_, life = self.pick(number, *GIVEN)
        request = SettlementRequest(exception=id_, event=word, reference=reference)
        key, now, before = self.key(), self.book.now, life.settlement
        user = self.place.payer_user
        same = (word, before, reference) == ("confirmed", Settlement.CONFIRMED, life.reference)
        allowed = before in PAID[word] or same
        answer = self.attempt(
            f"settle, {word}",
            lambda: settle_exception(caller=self.place.payer, user_id=user, request=request, key=key, now=now),
            expect=allowed,
        )
        if answer:
            life.settlement, life.reference = Settlement(word), reference
            life.kinds[f"settlement.{word}"] += 1
        elif money_moved(life, word):
            life.kinds["settlement.refused"] += 1


def money_moved(life: Life, word: str) -> bool:
    """Say whether the payer says that something was paid that is not due, or came back."""
    looked_into = (("sent", Settlement.REVERSED), ("failed", Settlement.CONFIRMED))
    return word == "confirmed" or (word, life.settlement) in looked_into
