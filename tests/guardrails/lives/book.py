"""The book: where each exception is, what it takes and who said no, kept by hand; too simple to be wrong."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from guardrails.models import Settlement, State
from tests.guardrails.builders import NOON

STEP, LEAST, LADDER, CASE_LIMIT, CREDITS = 50, 100, 6000, 5000, 3
CASES = tuple(f"K-{number}" for number in range(6))
CUSTOMERS = tuple(f"C-{number}" for number in range(4))
"""Cases and customers; a few, so that they meet."""
HOLD, KEEP, LIFETIME = timedelta(minutes=15), timedelta(days=7), timedelta(hours=24)
WITHIN, BEFORE = timedelta(hours=4), timedelta(minutes=30)
"""Within which time an approver answers, and how long before its end they are reminded."""
ROLES = ("frontline", "supervisor", "manager")
ROLE_OF = {"sam": "supervisor", "sue": "supervisor", "mia": "manager"}
ZONE = ZoneInfo("Europe/Berlin")


def rank(role: str) -> int:
    """Say how high a role is."""
    return ROLES.index(role)


def above(role: str) -> str:
    """Give the next role, "" where nobody is above."""
    return "".join(ROLES[rank(role) + 1 :][:1])


@dataclass(frozen=True)
class No:
    """A no that stands in a case, and what the agent could have given without asking."""

    case: str
    role: str
    alone: int
    day: date


@dataclass
class Request:
    """What is asked of approvers. `alone` is what the agent could have given without asking, in cents.

    `after` is the no that is known of it, `most` how much was asked for when it was made.
    """

    id: str
    role: str
    due: datetime
    alone: int
    reserved: bool
    at_once: bool = False
    after: No | None = None
    remind: datetime | None = None
    reminded: bool = False
    claimed: str = ""
    most: int = 0
    question_until: datetime | None = None
    asked_back: set[str] = field(default_factory=set)
    unanswered: bool = False

    def due_in(self, time: timedelta, start: datetime) -> None:
        """Count the time to answer from then on."""
        self.due = start + time
        self.remind = self.due - BEFORE if time > BEFORE and not self.reminded else None

    def goes_up(self, no: "No", now: datetime) -> bool:
        """Ask the one above who said no to another of the case; say whether there is anybody."""
        self.after = no
        if rank(self.role) > rank(no.role):
            return True
        self.role, self.reminded, self.claimed = above(no.role), False, ""
        if self.role:
            self.due_in(WITHIN, self._runs_from(now))
        return bool(self.role)

    def is_asked_about(self, who: str, now: datetime) -> None:
        """Let the clock stand for as long as an approver has, once for each of them."""
        self.unanswered = True
        if who not in self.asked_back:
            self.asked_back.add(who)
            self._move(self._runs_from(now), now + WITHIN)
            self.question_until = now + WITHIN

    def is_explained(self, now: datetime) -> None:
        """Let it run on."""
        self._move(self._runs_from(now), now)
        self.question_until, self.unanswered = None, False

    def question_is_over(self, now: datetime) -> bool:
        """Say whether nobody has explained it in time."""
        return self.question_until is not None and self.question_until <= now

    def _runs_from(self, now: datetime) -> datetime:
        return max(now, self.question_until or now)

    def _move(self, since: datetime, to: datetime) -> None:
        if since != to:
            self.due_in(max(self.due, since) - since, to)

    def hears(self, who: str) -> bool:
        """Say whether they are asked, or are above who is; above who has taken it up they may take it over."""
        role = ROLE_OF[who]
        return rank(role) >= rank(self.role) and (self.claimed in ("", who) or role != self.role)


@dataclass
class Life:
    """One exception; amounts in cents. `day` is when it began to count, `taken_on` when it took from budgets."""

    customer: str
    case: str
    asked_at: datetime
    state: State
    amount: int
    day: date
    taken_on: date
    until: datetime | None = None
    back: int = 0
    request: Request | None = None
    agreed: int = 0
    settlement: str = ""
    reference: str = ""
    kinds: Counter[str] = field(default_factory=Counter)

    def over(self, now: datetime) -> bool:
        """Say whether its time is over, whether or not anything has noticed."""
        return self.state in (State.HELD, State.APPROVED) and self.until is not None and self.until <= now

    def stands(self, now: datetime) -> bool:
        """Say whether the customer counts on it."""
        return self.state in (State.HELD, State.APPROVED, State.GRANTED) and not self.over(now)

    @property
    def most(self) -> int:
        """Up to how much it can be changed, and nobody is asked anew."""
        asked = self.request.most if self.state is State.AWAITING_APPROVAL and self.request else self.agreed
        return max(self.amount, asked)

    @property
    def standing(self) -> int:
        """What is given and not taken back."""
        return self.amount - self.back

    @property
    def reserved(self) -> bool:
        """Whether it takes from budgets although nobody has agreed to it yet."""
        return self.state is State.AWAITING_APPROVAL and self.request is not None and self.request.reserved

    def become(self, state: State) -> None:
        """Note an event that the audit log calls after the state."""
        self.state = state
        self.kinds[f"exception.{state}"] += 1
        if state is State.GRANTED:
            self.settlement = Settlement.PENDING


@dataclass
class Book:
    """Everything that is known of the shop."""

    now: datetime = NOON
    lives: dict[str, Life] = field(default_factory=dict)
    chain: dict[str, set[str]] = field(default_factory=lambda: {case: {case} for case in CASES})
    noes: list[No] = field(default_factory=list)
    alone: int = 2500
    week_limit: int = 20000
    reserves: bool = False
    frozen: bool = False
    versions: int = 1

    @property
    def today(self) -> date:
        """The shop's day."""
        return self.now.astimezone(ZONE).date()

    def standing(self) -> Iterator[Life]:
        """Give what customers count on."""
        return (each for each in self.lives.values() if each.stands(self.now))

    def taking(self, but: Life | None) -> Iterator[Life]:
        """Give what takes from budgets."""
        return (each for each in self.lives.values() if each is not but and (each.stands(self.now) or each.reserved))

    def week_left(self, but: Life | None = None) -> int:
        """Give what the agent may still give this week."""
        week = monday(self.today)
        taken = sum(each.standing for each in self.taking(but) if monday(each.taken_on) == week)
        return max(0, self.week_limit - taken)

    def case_left(self, case: str, but: Life | None = None) -> int:
        """Give what the case, with those that belong to it, may still be given."""
        taken = sum(each.standing for each in self.taking(but) if each.case in self.chain[case])
        return max(0, CASE_LIMIT - taken)

    def left(self, case: str, but: Life | None = None) -> int:
        """Give what all budgets leave, on the step."""
        return min(self.week_left(but), self.case_left(case, but)) // STEP * STEP

    def credits(self, customer: str, case: str, but: Life | None = None) -> int:
        """Give how many credits count for the customer."""
        linked = self.chain[case] if len(self.chain[case]) > 1 else set()
        given = (each for each in self.standing() if each is not but)
        return sum(each.customer == customer or each.case in linked for each in given)

    def offers(self, customer: str, case: str, but: Life | None = None) -> bool:
        """Say whether credit is offered at all."""
        enough = self.left(case, but) >= LEAST
        return enough and not self.frozen and self.credits(customer, case, but) < CREDITS

    def reach(self, case: str, but: Life | None = None) -> int:
        """Give how much can be given with somebody's yes, or without."""
        left = self.left(case, but)
        return min(LADDER, left) if left > self.alone else left

    def linkable(self) -> list[tuple[str, str]]:
        """Give pairs of cases that may be linked; chains stay short, for a long one leaves nothing to give."""
        chains = ((case, other, self.chain[case], self.chain[other]) for case in CASES for other in CASES)
        return [(case, other) for case, other, one, two in chains if one != two and len(one | two) <= 3]

    def no_in(self, case: str) -> No | None:
        """Give the latest no in the case, or in one that belongs to it."""
        return next((no for no in reversed(self.noes) if no.case in self.chain[case]), None)

    def goes_round(self, no: No, amount: int) -> bool:
        """Say whether this is more, in all, than the agent could have given without asking when there was a no."""
        case = self.chain[no.case]
        since = sum(each.standing for each in self.standing() if each.case in case and each.day >= no.day)
        return since + amount > no.alone

    def expected(self, customer: str, case: str, amount: int) -> tuple[State | None, str]:
        """Give what becomes of a grant now, None: it is refused; and whose yes it needs."""
        if not self.offers(customer, case) or not LEAST <= amount <= self.reach(case):
            return None, ""
        no = self.no_in(case)
        if amount <= self.alone and not (no and self.goes_round(no, amount)):
            return State.GRANTED, ""
        asks = above(no.role) if no else "supervisor"
        return (State.AWAITING_APPROVAL, asks) if asks else (None, "")

    def request(self, id_: str, role: str, case: str, *, but: Life | None = None, at_once: bool = False) -> Request:
        """Give a request as it is when it is made."""
        alone = min(self.alone, self.left(case, but))
        made = Request(id_, role, self.now, alone, self.reserves, at_once, self.no_in(case))
        made.due_in(WITHIN, self.now)
        return made


def monday(day: date) -> date:
    """Give the day on which its week begins."""
    return day - timedelta(days=day.weekday())


def money(cents: int) -> str:
    """Give an amount as clients write it."""
    return f"{cents // 100}.{cents % 100:02}"
