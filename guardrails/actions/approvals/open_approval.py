"""Open an approval: ask for the yes that an exception needs, in the transaction that makes the exception."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guardrails.actions.acting import roles_above
from guardrails.actions.approvals.approval_faults import StandingNoError
from guardrails.actions.approvals.approval_json import Json, alone_offers, no_json, offered_json
from guardrails.actions.approvals.seats import (
    Due,
    SeatPlan,
    due_within,
    one_level_up,
    passed_over,
    rungs,
    seats_of,
    within_of,
)
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.models import ApprovalRequest, ApprovalSeat, ApprovalState, SeatState, WhenApproved
from guardrails.models.identifiers import new_id
from guardrails.queries.earlier_no import EarlierNo
from guardrails.queries.role_people import people_of_roles
from policies.engine.compile import Compiled, facts_of_rule
from policies.engine.decision import Ladder, Offer
from policies.engine.durations import duration
from policies.engine.offers import cost_of
from policies.engine.rulebook import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A request as it is going to be: whose yes, until when, and the earlier no because of which it is theirs."""

    id: str
    step: Step
    extends: tuple[str, ...]
    seats: Sequence[SeatPlan]
    within: str
    due: Due
    earlier: EarlierNo | None

    @property
    def by(self) -> Json:
        """Who must agree, in the shape of an offer's."""
        return self.step.by if list(self.seats) == seats_of(self.step) else by_of(self.seats)

    def approval(self, inquiry: Inquiry, offer: Offer, *, number: int | None, told: str) -> Json:
        """Give what the exception says of it: `number` is how much is asked for, `told` what the customer was told."""
        return {
            "by": self.by,
            "answer_within": self.within,
            "request": self.id,
            "state": ApprovalState.OPEN.value,
            "asks": self._roles(waits=False),
            "asked_later": self._roles(waits=True),
            "until": self.due.at.isoformat(),
            "asked_for": offered_json(number, offer, currency=inquiry.compiled.rulebook.currency),
            "told": told,
            "question": None,
            "question_until": None,
            "outcome": None,
            "earlier_no": no_json(self.earlier) if self.earlier else None,
        }

    def _roles(self, *, waits: bool) -> list[str]:
        return list(dict.fromkeys(role for seat in self.seats if seat.waits == waits for role in seat.roles))


def opening_of(
    inquiry: Inquiry,
    *,
    remedy: str,
    ladder: Ladder,
    earlier: EarlierNo | None,
    alternatives: Sequence[Mapping[str, Any]],
    why: str = "",
    requested_by: int | None = None,
) -> Opening:
    """Find whose yes is needed now, `requested_by` some agent (None: who asks). Whoever asks does not answer.

    `why` says what a no leaves of it.

    Raises StandingNoError where somebody said no and nobody is above.
    """
    rules = inquiry.compiled
    asking = {inquiry.context.agent_id, requested_by or inquiry.context.agent_id}
    seats = seats_of(ladder.step)
    roles = [role for seat in seats for role in seat.roles] + ([earlier.role] if earlier else [])
    people = people_of_roles(inquiry.policy_id, roles=rungs(roles, rules), but_for=asking)
    if earlier is not None:
        seats = one_level_up(seats, earlier.role, rules, people=people)
        if not seats:
            raise _nobody_above(earlier, rules, remedy, alternatives, why)
    seats = passed_over(seats, rules, people=people)
    within = within_of(ladder.step, rules)
    return Opening(
        id=new_id("apr", inquiry.now),
        step=ladder.step,
        extends=ladder.extends,
        seats=seats,
        within=within,
        due=due_within(duration(within), rules, inquiry.now),
        earlier=earlier,
    )


def _nobody_above(
    earlier: EarlierNo, rules: Compiled, remedy: str, alternatives: Sequence[Mapping[str, Any]], why: str
) -> StandingNoError:
    name = rules.remedies[remedy].name if remedy in rules.remedies else remedy
    role = rules.roles[earlier.role].name if earlier.role in rules.roles else earlier.role
    day = earlier.at.astimezone(rules.zone).date().isoformat()
    detail = f"{role} declined {name} for this case on {day}: {earlier.text} Nobody is above to ask again."
    return StandingNoError(why or detail, remedy=remedy, alternatives=alone_offers(alternatives))


def goes_round_a_no(
    earlier: EarlierNo | None, inquiry: Inquiry, offer: Offer, *, number: int | None, given_since: int
) -> bool:
    """Say whether what a role may give alone would get round a no that stands, at once or bit by bit.

    Whoever is above who said no may give it. Others may give, in all, what needed no yes when it was asked for;
    `given_since` is what was given since (minor units).
    """
    if earlier is None or inquiry.role in roles_above(inquiry.compiled, earlier.role):
        return False
    if earlier.alone is None or number is None or number > earlier.alone:
        return True
    return given_since + cost_of(offer.remedy, number) > cost_of(offer.remedy, earlier.alone)


ONE_ABOVE = Step(None)
"""The step of what could be given alone, had nobody said no: only who is above has to agree."""


def reserves_on_request(rules: Compiled) -> bool:
    """Say whether budgets are set aside when a yes is asked for, and not when it is given."""
    return rules.rulebook.approvals.reserve == "on_request"


def by_of(seats: Sequence[SeatPlan]) -> Json:
    """Give who must agree, in the shape of a policy's step."""
    if len(seats) == 1:
        return {"any_of": list(seats[0].roles)}
    single = [seat.roles[0] for seat in seats if len(seat.roles) == 1]
    several = [role for seat in seats if len(seat.roles) > 1 for role in seat.roles]
    found: Json = {"any_of": several} if several else {}
    found |= {"all_of": single}
    return found | ({"in_sequence": True} if any(seat.waits for seat in seats) else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: `number` in minor units or scaled by the remedy's places, `alone` what needs no yes."""

    exception: str
    requested_by: int
    number: int | None
    cost_minor: int
    terms: Mapping[str, str]
    says: str
    told: str
    when_approved: WhenApproved
    reserved: bool


def open_approval(opening: Opening, inquiry: Inquiry, offer: Offer, asked: Asked) -> None:
    """Write the request and its seats; the exception is there already."""
    request = ApprovalRequest.objects.create(
        id=opening.id,
        exception_id=asked.exception,
        policy_id=inquiry.policy_id,
        requested_by_id=asked.requested_by,
        remedy=offer.remedy.code,
        customer=inquiry.customer,
        case=inquiry.case,
        needs=opening.by,
        answer_within=opening.within,
        number=asked.number,
        cost_minor=asked.cost_minor,
        alone_number=offer.maximum if offer.alone else None,
        bound=bound_to(inquiry, offer, number=asked.number, terms=asked.terms),
        says=asked.says,
        told=asked.told,
        when_approved=asked.when_approved,
        extends=list(opening.extends),
        reserved=asked.reserved,
        earlier_no_id=opening.earlier.request if opening.earlier else None,
        due_at=opening.due.at,
        created_at=inquiry.now,
    )
    ApprovalSeat.objects.bulk_create(
        ApprovalSeat(
            request=request,
            position=at,
            roles=list(seat.roles),
            state=SeatState.WAITING if seat.waits else SeatState.OPEN,
            due_at=None if seat.waits else opening.due.at,
            remind_at=None if seat.waits else opening.due.remind_at,
        )
        for at, seat in enumerate(opening.seats)
    )


def bound_to(inquiry: Inquiry, offer: Offer, *, number: int | None, terms: Mapping[str, str]) -> Json:
    """Give what a yes holds for; the words of a note are no part of it."""
    used = given_facts(facts_of_rule(offer.rule), inquiry.compiled)
    return {
        "customer": inquiry.customer,
        "case": inquiry.case,
        "remedy": offer.remedy.code,
        "up_to": number,
        "terms": dict(terms),
        "facts": {code: inquiry.facts[code] for code in sorted(used) if code in inquiry.facts},
        "version": inquiry.context.version_hash,
    }


def given_facts(codes: set[str], rules: Compiled) -> set[str]:
    """Give the facts that these are, or are worked out from."""
    found: set[str] = set()
    waiting = set(codes)
    while waiting:
        code = waiting.pop()
        if code in rules.derived:
            waiting |= rules.derived[code][1] - found
        found.add(code)
    return found & rules.given.keys()
