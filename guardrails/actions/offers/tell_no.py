"""Tell no: after somebody has declined a remedy, say what can really be had of it, of whom, and why."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from guardrails.actions.acting import roles_above
from guardrails.actions.approvals.seats import SeatPlan, one_level_up, passed_over, rungs, seats_of
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.actions.offers.pose import Posed
from guardrails.queries.earlier_no import EarlierNo
from guardrails.queries.role_people import RolePeople, people_of_roles
from policies.engine.decision import Decision, Ladder, Offer
from policies.engine.declined import Declined, Reach
from policies.engine.money import decimal_text, money_text
from policies.engine.offers import cost_of, worth
from policies.engine.rulebook import Step


def tell_no(inquiry: Inquiry, posed: Posed, decision: Decision) -> Posed:
    """Give the question with what each no leaves of what is offered; itself where nobody said no."""
    offers = [offer for offer in decision.offers if offer.remedy.code in posed.noes]
    if not offers:
        return posed
    asked = [role for offer in offers for step in offer.ladder for role in (*step.step.any_of, *step.step.all_of)]
    roles = rungs([*asked, *(no.role for no in posed.noes.values())], inquiry.compiled)
    people = people_of_roles(inquiry.policy_id, roles=roles, but_for={inquiry.context.agent_id})
    declined = {offer.remedy.code: _declined(inquiry, posed, offer, people) for offer in offers}
    return replace(posed, question=replace(posed.question, declined=declined))


def _declined(inquiry: Inquiry, posed: Posed, offer: Offer, people: RolePeople) -> Declined:
    earlier, since = posed.noes[offer.remedy.code], posed.since_no.get(offer.remedy.code, 0)
    alone = left_alone(earlier, inquiry, offer, given_since=since)
    steps = list(offer.ladder)
    if offer.alone and alone is not None and (offer.maximum is None or alone < offer.maximum):
        # What could be given alone had nobody said no: only who is above has to agree.
        steps.insert(0, Ladder(offer.maximum, Step(None)))
    ladder = [reach for step in steps if (reach := _reach(step, earlier, inquiry, people))]
    text = _text(earlier, inquiry, offer, alone=alone, since=since, above=ladder)
    return Declined(alone, tuple(_joined(ladder)), text)


def left_alone(earlier: EarlierNo, inquiry: Inquiry, offer: Offer, *, given_since: int) -> int | None:
    """Give how much of the offer needs no yes after the no, in all of its days; None: as much as without it.

    Whoever is above who said no may give it. Others may give, in all, what needed no yes when it was asked for;
    `given_since` is what was given since (minor units). In minor units or scaled by the remedy's places.
    """
    if inquiry.role in roles_above(inquiry.compiled, earlier.role):
        return None
    if earlier.alone is None or offer.maximum is None:
        return 0
    rest = max(0, cost_of(offer.remedy, earlier.alone) - given_since)
    bought = worth(offer.remedy, rest)
    return earlier.alone if bought is None else min(earlier.alone, bought)


def _reach(step: Ladder, earlier: EarlierNo, inquiry: Inquiry, people: RolePeople) -> Reach | None:
    rules = inquiry.compiled
    seats = one_level_up(seats_of(step.step), earlier.role, rules, people=people)
    if not seats:
        return None
    any_of, all_of = _asked(passed_over(seats, rules, people=people))
    in_turn = bool(all_of) and step.step.in_sequence
    return Reach(step.maximum, any_of, all_of, step.step.answer_within, in_turn, step.extends)


def _asked(seats: Sequence[SeatPlan]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if len(seats) == 1:
        return seats[0].roles, ()
    several = tuple(role for seat in seats if len(seat.roles) > 1 for role in seat.roles)
    return several, tuple(seat.roles[0] for seat in seats if len(seat.roles) == 1)


def _joined(ladder: Sequence[Reach]) -> list[Reach]:
    """Leave out what the next step reaches with the same people in the same time."""
    pairs = zip_longest(ladder, ladder[1:])
    return [each for each, after in pairs if after is None or each._replace(maximum=after.maximum) != after]


def _text(
    earlier: EarlierNo, inquiry: Inquiry, offer: Offer, *, alone: int | None, since: int, above: Sequence[Reach]
) -> str:
    """Say who declined it, what can still be given alone, and whom to ask."""
    rules = inquiry.compiled
    told = [no_text(earlier, inquiry)]
    if since:
        told.append(f"{money_text(since, rules.rulebook.currency)} of it was given since.")
    most = min(alone, offer.maximum or 0) if alone is not None else None
    if most and most >= (offer.minimum or 1):
        told.append(f"Without a yes {_amount(most, offer, inquiry)} can still be given.")
    elif most is not None:
        told.append("Nothing more of it can be given without a yes.")
    roles = dict.fromkeys(role for each in above for role in (*each.any_of, *each.all_of))
    names = " and ".join(rules.roles[role].name for role in roles)
    told.append(f"For more ask again: it goes to {names}." if names else "Nobody is above to ask again.")
    return " ".join(told)


def no_text(earlier: EarlierNo, inquiry: Inquiry) -> str:
    """Say who declined what, when and why."""
    rules = inquiry.compiled
    name = rules.remedies[earlier.remedy].name if earlier.remedy in rules.remedies else earlier.remedy
    role = rules.roles[earlier.role].name if earlier.role in rules.roles else earlier.role
    day = earlier.at.astimezone(rules.zone).date().isoformat()
    return f"{role} declined {name} for this case on {day}: {earlier.text.rstrip('. ')}."


def _amount(number: int, offer: Offer, inquiry: Inquiry) -> str:
    if offer.remedy.unit == "money":
        return money_text(number, inquiry.compiled.rulebook.currency)
    return f"{decimal_text(number, offer.remedy.places)} {offer.remedy.unit}"
