"""Seats: who must say yes to a request, in which order, and until when each of them answers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from guardrails.actions.acting import roles_above
from guardrails.models import CareException
from guardrails.queries.earlier_no import EarlierNo
from guardrails.queries.role_people import RolePeople
from policies.engine.business_hours import business_time, due_at, opening, remind_at
from policies.engine.compile import Compiled
from policies.engine.decision import Ladder
from policies.engine.durations import duration
from policies.engine.rulebook import Step
from policies.queries.rulebooks import compiled


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """One who must say yes: anybody of these roles, or of a role above one. `waits`: asked after the one before."""

    roles: tuple[str, ...]
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Until when somebody answers, and when they are reminded; None where there is no time for that."""

    at: datetime
    remind_at: datetime | None


def rules_in_force(row: CareException) -> Compiled:
    """Give the version in force of an exception's policy, whose ladder of roles and business hours count."""
    return compiled(row.policy.current_version_id or row.version_id)


def seats_of(step: Step) -> list[SeatPlan]:
    """Give the seats of a step: one for `any_of`, and one for each role of `all_of`."""
    found = [SeatPlan((role,), waits=step.in_sequence and at > 0) for at, role in enumerate(step.all_of)]
    return [*found, SeatPlan(step.any_of)] if step.any_of else found


def one_level_up(
    seats: Sequence[SeatPlan], said_no: str, rules: Compiled, *, people: Collection[str]
) -> list[SeatPlan]:
    """Give the seats after somebody in the role `said_no` declined: up, not sideways; empty where nobody is above.

    `people` has the roles in which there is a person: one that nobody has is passed over.

    Seats of that role or below go to the role above it; others that must agree still do, but never they alone.
    """
    above = [role for role in roles_above(rules, said_no) if role in people]
    if not above:
        return []
    found: list[SeatPlan] = []
    for seat in seats:
        higher = tuple(role for role in seat.roles if role in above)
        sideways = all(role != said_no and said_no not in roles_above(rules, role) for role in seat.roles)
        roles = higher or (seat.roles if sideways and len(seat.roles) == 1 else (above[0],))
        if roles not in [each.roles for each in found]:
            found.append(SeatPlan(roles, waits=seat.waits and bool(found)))
    if not any(set(each.roles) <= set(above) for each in found):
        found.insert(0, SeatPlan((above[0],)))
    return found


def next_roles(roles: Sequence[str], rules: Compiled) -> tuple[str, ...]:
    """Give the roles to which those who did not answer escalate; empty where nobody is above."""
    above = [rules.roles[role].escalates_to for role in roles if role in rules.roles]
    return tuple(dict.fromkeys(role for role in above if role is not None))


def with_people(roles: Sequence[str], rules: Compiled, *, people: Collection[str]) -> tuple[str, ...]:
    """Give those of the roles in which there is a person, else those of the next roles; empty where nobody is above."""
    asked = tuple(roles)
    while asked:
        if found := tuple(role for role in asked if role in people):
            return found
        asked = next_roles(asked, rules)
    return ()


def passed_over(seats: Sequence[SeatPlan], rules: Compiled, *, people: RolePeople) -> list[SeatPlan]:
    """Give the seats without the roles in which there is nobody: the next are asked in their place.

    What so comes up to a role that must agree anyway is one yes: nobody else is there. A seat for which there are
    fewer people than must agree, at or above it, waits for somebody to come: several yeses never become fewer.
    """
    found: list[SeatPlan] = []
    for seat in seats:
        if roles := _asked_for(seat, [each.roles for each in found], rules, people):
            found.append(SeatPlan(roles, waits=seat.waits and bool(found)))
    return found


def _asked_for(
    seat: SeatPlan, others: Sequence[tuple[str, ...]], rules: Compiled, people: RolePeople
) -> tuple[str, ...]:
    there = with_people(seat.roles, rules, people=people)
    if (there or seat.roles) in others:
        return ()
    return with_somebody_else(there, others, rules, people=people) or there or seat.roles


def with_somebody_else(
    roles: Sequence[str], others: Sequence[Sequence[str]], rules: Compiled, *, people: RolePeople
) -> tuple[str, ...]:
    """Give those of the roles, else of the next ones, who can agree beside the `others`: nobody agrees twice.

    Empty where everybody who is there at all is needed for the others.
    """
    taken = [_people_of(each, people) for each in others]
    asked = with_people(roles, rules, people=people)
    while asked and not _each_another([*filter(None, taken), _people_of(asked, people)]):
        asked = with_people(next_roles(asked, rules), rules, people=people)
    return asked


def _people_of(roles: Sequence[str], people: RolePeople) -> set[int]:
    return {person for role in roles for person in people.get(role, ())}


def _each_another(choices: Sequence[Collection[int]]) -> bool:
    """Say whether each of the seats can have another person, of those whom it can have."""
    sits: dict[int, int] = {}

    def seated(seat: int, tried: set[int]) -> bool:
        for person in choices[seat]:
            if person not in tried:
                tried.add(person)
                if person not in sits or seated(sits[person], tried):
                    sits[person] = seat
                    return True
        return False

    return all(seated(seat, set()) for seat in range(len(choices)))


def rungs(roles: Iterable[str], rules: Compiled) -> set[str]:
    """Give these roles and all that are above them: whoever may be asked instead."""
    return {each for role in roles for each in (role, *roles_above(rules, role))}


def may_take(role: str, roles: Sequence[str], rules: Compiled) -> bool:
    """Say whether somebody in this role may speak for a seat of these: it is one of them, or above one."""
    return any(role == each or role in roles_above(rules, each) for each in roles)


def agrees_alone(ladder: Ladder, role: str, rules: Compiled) -> bool:
    """Say whether a step of the ladder needs nobody's yes but that of somebody in this role."""
    seats = seats_of(ladder.step)
    return len(seats) == 1 and may_take(role, seats[0].roles, rules)


def no_stands_against(earlier: EarlierNo, role: str, rules: Compiled) -> bool:
    """Say whether somebody said no to it, and this role is not above theirs."""
    return role not in roles_above(rules, earlier.role)


def levels_below(role: str, roles: Sequence[str], rules: Compiled) -> int:
    """Give how far below this role the nearest of a seat's roles is; 0: it is one of them."""
    up = {each: (each, *roles_above(rules, each)) for each in roles}
    return min((line.index(role) for line in up.values() if role in line), default=len(rules.roles))


def within_of(step: Step, rules: Compiled) -> str:
    """Give the time to answer, as the policy writes it."""
    return step.answer_within or rules.rulebook.approvals.answer_within


def due_within(within: timedelta, rules: Compiled, now: datetime) -> Due:
    """Give when an answer is due, counted while somebody is there."""
    approvals, calendar = rules.rulebook.approvals, rules.rulebook.calendar
    before = duration(approvals.remind_before)
    reminded = remind_at(now, within, before, approvals=approvals, calendar=calendar, zone=rules.zone)
    return Due(at=due_at(now, within, approvals, calendar, rules.zone), remind_at=reminded if reminded > now else None)


def time_left(now: datetime, due: datetime, rules: Compiled) -> timedelta:
    """Give how much business time is left until an answer is due."""
    rulebook = rules.rulebook
    return business_time(now, due, rulebook.approvals, rulebook.calendar, rules.zone)


def somebody_is_there(now: datetime, rules: Compiled) -> bool:
    """Say whether it is business hours."""
    rulebook = rules.rulebook
    return opening(now, rulebook.approvals, rulebook.calendar, rules.zone) == now
