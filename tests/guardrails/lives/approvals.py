"""Rules of approvals: what approvers say, what they are asked, and what becomes of it when nobody answers."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from guardrails.actions.approvals.chase_approvals import chase_approvals
from guardrails.actions.approvals.vote_on_approval import Say, vote_on_approval
from guardrails.actions.approvals.voting import VoteRequest
from guardrails.actions.exceptions.amend_exception import AmendRequest, amend_exception
from guardrails.models import State
from tests.guardrails.lives.book import KEEP, LEAST, ROLE_OF, STEP, WITHIN, Life, No, Request, above, money, rank
from tests.guardrails.lives.shop import Json, Shop, amounts, which

AWAITING = State.AWAITING_APPROVAL
approvers = st.sampled_from(sorted(ROLE_OF))


class Approvals(Shop):
    """What Sam, Sue and Mia say, and what Ana answers and changes."""

    def say(self, who: str, what: Say, life: Life, *, expect: bool, **said: Any) -> Json | None:
        """Say something to the request of a life; a question whose time is over ends first."""
        assert life.request
        request = VoteRequest(approval=life.request.id, agent=who, **said)
        caller, key, now = self.place.desk if what is Say.ANSWER else self.place.leads, self.key(), self.book.now
        answer = self.attempt(
            what.value,
            lambda: vote_on_approval(caller=caller, say=what, request=request, key=key, now=now),
            expect=expect,
        )
        if answer:
            self.end_question(life, life.request)
        return answer

    def end_question(self, life: Life, request: Request) -> bool:
        """Note that a question's time is over, if it is."""
        if not request.question_is_over(self.book.now):
            return False
        request.question_until = None
        life.kinds["approval.question_over"] += 1
        self.note("question", "over")
        return True

    def awaiting(self, number: int) -> tuple[Life, Request]:
        """Give one that awaits a yes, and what is asked."""
        life = self.pick(number, AWAITING)[1]
        assert life.request
        return life, life.request

    def may_decide(self, who: str, life: Life, request: Request) -> bool:
        """Say whether they are asked; what the rules keep from their role they can let nobody give."""
        return request.hears(who) and self.book.credits(life.customer, life.case) < 3

    def no_is_below(self, who: str, life: Life) -> bool:
        """Say whether no no stands but one of somebody below them: up, never sideways."""
        no = self.book.no_in(life.case)
        return no is None or rank(ROLE_OF[who]) > rank(no.role)

    @precondition(lambda self: self.any_in(AWAITING))
    @rule(number=which, who=approvers, part=st.integers(2, 120))
    def approve(self, number: int, who: str, part: int) -> None:
        """Agree to it, or to less."""
        life, request = self.awaiting(number)
        book, amount = self.book, min(life.amount, part * STEP)
        allowed = self.may_decide(who, life, request) and book.offers(life.customer, life.case, life)
        allowed = allowed and (request.reserved or amount <= book.reach(life.case, life))
        allowed = allowed and (book.no_in(life.case) is request.after or self.no_is_below(who, life))
        if not self.say(who, Say.APPROVE, life, expect=allowed, amount=money(amount)):
            return
        if not request.reserved:
            life.taken_on = book.today
        life.amount, life.day, life.until = amount, book.today, book.now + KEEP
        life.agreed = amount
        life.become(State.APPROVED)
        if request.at_once:
            life.become(State.GRANTED)

    @precondition(lambda self: self.any_in(AWAITING))
    @rule(number=which, who=approvers)
    def decline(self, number: int, who: str) -> None:
        """Say no; it stands."""
        life, request = self.awaiting(number)
        if self.say(who, Say.DECLINE, life, expect=request.hears(who), text="No."):
            life.become(State.DECLINED)
            no = No(life.case, ROLE_OF[who], request.alone, self.book.today)
            self.book.noes.append(no)
            self.reach_waiting(no)

    @precondition(lambda self: self.any_in(AWAITING))
    @rule(number=which, who=approvers, amount=amounts)
    def counter(self, number: int, who: str, amount: int) -> None:
        """Propose another amount, which Ana takes like whatever else is approved, or leaves."""
        life, request = self.awaiting(number)
        book = self.book
        allowed = self.may_decide(who, life, request) and book.offers(life.customer, life.case, life)
        allowed = allowed and LEAST <= amount <= book.reach(life.case, life) and self.no_is_below(who, life)
        allowed = allowed and amount != life.amount
        said = {"text": "That much.", "remedy": "store_credit", "amount": money(amount)}
        answer = self.say(who, Say.COUNTER, life, expect=allowed, **said)
        if answer:
            life.become(State.COUNTERED)
            made = Life(life.customer, life.case, life.asked_at, State.APPROVED, amount, book.today, book.today)
            made.until, made.agreed = book.now + KEEP, amount
            made.become(State.APPROVED)
            book.lives[answer["proposal"]["exception"]] = made

    @precondition(lambda self: self.any_in(AWAITING))
    @rule(number=which, who=approvers)
    def ask_back(self, number: int, who: str) -> None:
        """Ask about it; the clock stands."""
        life, request = self.awaiting(number)
        if self.say(who, Say.ASK, life, expect=request.hears(who), text="Which parcel?"):
            request.is_asked_about(who, self.book.now)
            life.kinds["approval.asked"] += 1

    @precondition(lambda self: self.unanswered())
    @rule(number=which, twice=st.booleans())
    def answer(self, number: int, twice: bool) -> None:
        """Answer, and perhaps once more, which is refused; the time that was left runs on."""
        life = self.unanswered()[number % len(self.unanswered())]
        assert life.request
        self.say("ana", Say.ANSWER, life, expect=True, text="The blue one.")
        life.request.is_explained(self.book.now)
        life.kinds["approval.answered"] += 1
        if twice:
            self.say("ana", Say.ANSWER, life, expect=False, text="Blue.")

    def unanswered(self) -> list[Life]:
        """Give those about which an approver waits for an answer."""
        awaiting = (each for each in self.book.lives.values() if each.state is AWAITING)
        return [each for each in awaiting if each.request and each.request.unanswered]

    @precondition(lambda self: self.any_in(AWAITING))
    @rule(number=which, who=approvers)
    def claim(self, number: int, who: str) -> None:
        """Take it up, so that no other of the role decides it; whoever has it puts it back."""
        life, request = self.awaiting(number)
        if request.claimed == who:
            self.say(who, Say.RELEASE, life, expect=True)
            request.claimed = ""
            life.kinds["approval.unclaimed"] += 1
        elif self.say(who, Say.CLAIM, life, expect=request.hears(who)):
            request.claimed = who
            life.kinds["approval.claimed"] += 1

    @precondition(lambda self: self.any_in(AWAITING))
    @rule(jump=st.booleans())
    def chase(self, jump: bool) -> None:
        """Remind, ask the next role, or time out, whatever is due; `jump` to when something is."""
        book = self.book
        waiting = [(each, each.request) for each in book.lives.values() if each.state is AWAITING and each.request]
        times = [at for _, each in waiting for at in (each.remind, each.question_until or each.due) if at]
        if jump and times:
            book.now = max(book.now, min(times))
        over = sum(self.end_question(life, request) for life, request in waiting)
        assert chase_approvals(book.now) == over + sum(self.chased(life, request) for life, request in waiting)

    def chased(self, life: Life, request: Request) -> bool:
        """Note what is due of one request; say whether anything is."""
        now = self.book.now
        if request.question_until or not (request.due <= now or (request.remind and request.remind <= now)):
            return False
        if request.due > now:
            request.reminded, request.remind = True, None
            kind = "approval.reminded"
        elif role := above(request.role):
            request.role, request.reminded, request.claimed = role, False, ""
            request.due_in(WITHIN, now)
            kind = "approval.escalated"
        else:
            life.state, kind = State.TIMED_OUT, "exception.timed_out"
        life.kinds[kind] += 1
        self.note("chase", kind)
        return True

    @precondition(lambda self: self.any_in(AWAITING, State.APPROVED))
    @rule(number=which, amount=amounts)
    def amend(self, number: int, amount: int) -> None:
        """Change how much: up to what was agreed to it is kept, more is asked anew."""
        id_, life = self.pick(number, AWAITING, State.APPROVED)
        book, key, now = self.book, self.key(), self.book.now
        more, again = amount > life.most, amount > life.amount
        allowed = not life.over(now) and amount >= LEAST
        if more:
            allowed = allowed and self.can_be_asked(life, amount)
        elif again and (life.reserved or life.state is State.APPROVED):
            allowed = allowed and amount <= min(book.week_left(life), book.case_left(life.case, life))
        wanted = AmendRequest(exception=id_, amount=money(amount))
        answer = self.attempt(
            f"amend {life.state}, {'more' if more else 'less'}",
            lambda: amend_exception(caller=self.place.desk, request=wanted, key=key, now=now),
            expect=allowed,
        )
        if not answer:
            return
        assert answer["asked_anew"] is more
        if more:
            at_once = bool(life.request and life.request.at_once)
            life.request = book.request(answer["request"], answer["asks"][0], life.case, but=life, at_once=at_once)
            no = book.no_in(life.case)
            assert answer["asks"] == [above(no.role) if no else "supervisor"]
            life.state, life.until, life.taken_on = AWAITING, None, book.today
            life.request.most = amount
        elif again:
            life.taken_on = book.today
        life.amount = amount
        life.kinds["exception.amended"] += 1

    def can_be_asked(self, life: Life, amount: int) -> bool:
        """Say whether there is somebody who could agree to so much."""
        book, no = self.book, self.book.no_in(life.case)
        offered = book.offers(life.customer, life.case, life) and amount > book.alone
        return offered and amount <= book.reach(life.case, life) and (no is None or bool(above(no.role)))
