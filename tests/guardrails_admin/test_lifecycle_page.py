"""The page of an exception shows its whole life: what it was, what became of it, and why."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest
from guardrails.actions.exceptions.grant_held import grant_held
from guardrails.actions.exceptions.happen import KINDS
from guardrails.actions.exceptions.held_request import HeldRequest
from guardrails.actions.exceptions.hold_offer import hold_offer
from guardrails.actions.exceptions.reverse_exception import ReverseRequest, reverse_exception
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.admin.event_words import EVENTS
from guardrails.models import CareException, Scope
from guardrails.models.lifecycle import TRANSITIONS
from policies.actions.publish_policy import publish_policy
from policies.models import Policy, Role
from tests.guardrails_admin.conftest import Market, page


def a_life(shop: Market) -> CareException:
    """A credit that was held, ran out, was granted for less all the same, and was taken back in part."""
    Role.objects.filter(policy=shop.policy, code="frontline").update(may_reverse=True)
    publish_policy(policy=Policy.objects.get(pk=shop.policy.pk), actor=None, note="may reverse", now=timezone.now())
    caller = Caller(client=shop.token.pk, name=shop.token.name, scopes=frozenset(Scope))
    now = timezone.now()
    question = OffersRequest(
        policy=shop.policy.code,
        agent=shop.agent.code,
        reason="late_delivery",
        facts={"days_late": 3},
        customer="C-new",
        case="K-new",
    )
    decision = ask_offers(caller=caller, request=question, now=now)["decision"]
    wanted = GrantRequest(decision=decision, remedy="store_credit", amount="12.50")
    held: str = hold_offer(caller=caller, request=wanted, key="1", now=now).answer["exception"]
    later = now + timedelta(hours=1)
    grant_held(caller=caller, request=HeldRequest(exception=held, amount="10.00"), key="2", now=later)
    wrong = ReverseRequest(exception=held, reason="Paid twice.", amount="4.00")
    reverse_exception(caller=caller, request=wrong, key="3", now=later)
    return CareException.objects.get(pk=held)


def test_the_page_tells_every_event_and_where_it_stands(shop: Market, login: Callable[..., Client]) -> None:
    row = a_life(shop)
    answer = login("auditor").get(page(CareException, "change", row.pk))
    text = " ".join(answer.content.decode().split())
    for part in (
        "€10.00 Store credit",
        "Held for the customer",
        "Its time was over; everything went back",
        "Granted",
        "Taken back, all of it or a part",
        "Paid twice.",
        "Taken back: €4.00",
        "Settlement: pending",
        "Decided again: same answer",
    ):
        assert part in text, part


def test_exceptions_are_found_by_state_and_settlement(shop: Market, login: Callable[..., Client]) -> None:
    row, auditor = a_life(shop), login("auditor")
    for query, there in (("settlement=pending", True), ("settlement=failed", False), ("state=held", False)):
        found = auditor.get(page(CareException, "changelist") + f"?{query}").content.decode()
        assert (row.customer in found) is there, query


def test_every_event_has_words() -> None:
    kinds = {
        KINDS.get(event, f"exception.{state}")
        for (_, event), transition in TRANSITIONS.items()
        for state in transition.to
    }
    assert kinds <= EVENTS.keys()
