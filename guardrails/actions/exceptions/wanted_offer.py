"""Wanted offer: the one of a decision's offers that somebody wants to take, or why there is none."""

from collections.abc import Sequence

from guardrails.actions.faults import AlreadyGrantedError, NotOfferedError
from guardrails.actions.freezes.stops import require_not_stopped
from guardrails.actions.offers.inquiry import Inquiry
from guardrails.actions.offers.pose import Posed
from guardrails.actions.offers.question_record import Json
from guardrails.models import State
from policies.engine.decision import Decision, Offer
from policies.engine.faults import Fault


def wanted_offer(wanted: str, posed: Posed, inquiry: Inquiry, decision: Decision, answer: Json) -> Offer:
    """Give the offer of this remedy; `answer` has what can be had instead.

    Raises NotOfferedError, also where it is stopped, or AlreadyGrantedError where it was taken under this decision.
    """
    if wanted not in inquiry.compiled.remedies:
        valid = ", ".join(inquiry.compiled.remedies)
        raise NotOfferedError(
            f'There is no remedy "{wanted}".',
            errors=[Fault("/remedy", f"is not a remedy of this policy: {valid}")],
            alternatives=answer["offers"],
        )
    require_not_stopped(inquiry.context.stops, remedy=wanted, rules=inquiry.compiled, alternatives=answer["offers"])
    if posed.taken_here.get(wanted, State.EXPIRED) != State.EXPIRED:
        raise AlreadyGrantedError(
            "This decision's offer was taken already; ask again to give more.",
            errors=[Fault("/remedy", "was taken under this decision already")],
            alternatives=answer["offers"],
        )
    for offer in decision.offers:
        if offer.remedy.code == wanted:
            return offer
    texts = _why_not(answer["not_offered"], wanted)
    raise NotOfferedError(
        texts or "It is not offered now.",
        errors=[Fault("/remedy", texts or "is not offered now")],
        alternatives=answer["offers"],
    )


def _why_not(not_offered: Sequence[Json], remedy: str) -> str:
    reasons = [because["text"] for each in not_offered if each["remedy"] == remedy for because in each["because"]]
    return " ".join(reasons)
