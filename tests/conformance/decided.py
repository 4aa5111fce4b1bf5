"""A case decided by the engine, and the decision in the form in which the cases state offers."""

from __future__ import annotations

from functools import cache
from typing import Any

from policies.engine.compile import Compiled, compile_rulebook
from policies.engine.decision import Decision, Offer
from policies.engine.document import read
from policies.engine.money import DIGITS, decimal_text
from policies.engine.question import Question
from policies.engine.rulebook import Step
from tests.conformance import schemes
from tests.conformance.answers import unit_currency
from tests.conformance.schemes import Case


@cache
def compiled(scheme: str) -> Compiled:
    """The scheme's policy, ready to decide."""
    return compile_rulebook(read(schemes.policy(scheme)))


def asked(policy: Compiled, case: Case) -> Question:
    """The case as the first role of the policy asks it, for the policy's one reason."""
    role, reason = policy.rulebook.roles[0], policy.rulebook.reasons[0]
    return Question(role.code, reason.code, schemes.NOW, facts=case.facts)


def offers_of(decision: Decision, currency: str) -> list[dict[str, Any]]:
    """The offers by option name; `currency` is the policy's."""
    offers = (_offer(offer, currency) for offer in decision.offers)
    return sorted(offers, key=lambda offer: str(offer["option"]))


def _offer(offer: Offer, currency: str) -> dict[str, Any]:
    remedy = offer.remedy
    stated: dict[str, Any] = {"option": remedy.code, "amount": None, "currency": None}
    if remedy.unit != "none":
        stated |= {"currency": currency if remedy.unit == "money" else unit_currency(remedy.unit)}
        stated |= _amounts(offer, DIGITS[currency] if remedy.unit == "money" else remedy.places)
    if not offer.alone:
        stated |= approval_of(offer.ladder[-1].step)
    if remedy.group:
        stated["exclusive_group"] = remedy.group
    return stated


def _amounts(offer: Offer, places: int) -> dict[str, Any]:
    maximum = offer.maximum if offer.alone else offer.ladder[-1].maximum
    assert offer.minimum is not None
    assert maximum is not None
    if offer.exact:
        return {"amount": decimal_text(maximum, places)}
    return {"min": decimal_text(offer.minimum, places), "max": decimal_text(maximum, places)}


def approval_of(step: Step) -> dict[str, list[str]]:
    """Who must agree: `approval` if it is every one of the roles, `approval_any_of` if it is one of them."""
    every = step.all_of if len(step.any_of) > 1 else (*step.all_of, *step.any_of)
    approvers = {"approval": sorted(every), "approval_any_of": sorted(step.any_of) if len(step.any_of) > 1 else []}
    return {key: roles for key, roles in approvers.items() if roles}
