"""Proposals: what an approver can propose instead of what was asked for, and how far they reach alone."""

from dataclasses import dataclass
from datetime import datetime

from guardrails.actions.approvals.say_as_user import heard_as_user
from guardrails.actions.approvals.seats import agrees_alone, no_stands_against
from guardrails.actions.approvals.who_may_vote import own_role_may_not, voter_of
from guardrails.actions.faults import ActionError
from guardrails.actions.offers.ask_again import Again, ask_again
from policies.engine.compile import Compiled
from policies.engine.decision import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """An offer that can be proposed, up to `most`; `say` is what the policy lets be said to the customer.

    `most` is in minor units or scaled by the remedy's places; None where it is given or not.
    """

    offer: Offer
    most: int | None
    say: str


def can_propose(*, user_id: int, approval: str, now: datetime) -> list[Possible]:
    """Give what the agent with this login can propose now; empty for whoever decides nothing about the request."""
    found = heard_as_user(user_id=user_id, approval=approval, now=now)
    if found is None:
        return []
    agent, sitting = found
    try:
        again = ask_again(sitting.exception, now, in_turn=False)
        voter = voter_of(agent, sitting, again=None, takes_seat=False)
    except ActionError:
        return []
    reached = possible(again, voter.role, sitting.rules)
    return [each for each in reached if not own_role_may_not(voter, sitting, again, remedy=each.offer.remedy.code)]


def possible(again: Again, role: str, rules: Compiled) -> list[Possible]:
    """Give what somebody in this role can propose of what is offered."""
    says = {each["remedy"]: each["say"] for each in again.offers}
    found = []
    for offer in again.decision.offers:
        code, reached = offer.remedy.code, _reached(offer, role, rules)
        earlier = again.posed.noes.get(code)
        if not reached or (earlier is not None and no_stands_against(earlier, role, rules)):
            continue
        most = max((number for number in reached if number is not None), default=None)
        found.append(Possible(offer=offer, most=most, say=says[code] or ""))
    return found


def _reached(offer: Offer, role: str, rules: Compiled) -> list[int | None]:
    alone = [offer.maximum] if offer.alone else []
    return alone + [each.maximum for each in offer.ladder if agrees_alone(each, role, rules)]
