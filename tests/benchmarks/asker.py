"""Asks and grants in this process's database, and takes the time."""

from itertools import cycle
from time import perf_counter_ns
from typing import Any

from django.utils import timezone

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.offers.ask_offers import OffersRequest, ask_offers
from guardrails.demo.clients import HELP_DESK, caller_of
from guardrails.demo.welcome import FIRST_QUESTION

REMEDY, AMOUNT = "store_credit", "1.00"


class Asker:
    """Asks and grants for one customer after another."""

    def __init__(self, people: list[list[str]]) -> None:
        self._caller: Caller = caller_of(HELP_DESK)
        self._people = cycle(people)
        self._granted = 0

    def offers(self) -> int:
        """Nanoseconds of one question with its answer."""
        request = self._request()
        start = perf_counter_ns()
        ask_offers(caller=self._caller, request=request, now=timezone.now())
        return perf_counter_ns() - start

    def grants(self) -> int:
        """Nanoseconds of one grant; the question before it does not count."""
        answer = ask_offers(caller=self._caller, request=self._request(), now=timezone.now())
        self._granted += 1
        request = GrantRequest(decision=answer["decision"], remedy=REMEDY, amount=AMOUNT)
        start = perf_counter_ns()
        outcome = grant_exception(
            caller=self._caller, request=request, key=f"bench-{answer['decision']}", now=timezone.now()
        )
        took = perf_counter_ns() - start
        if outcome.answer["state"] != "granted":
            raise RuntimeError(f"not granted: {outcome.answer}")
        return took

    def _request(self) -> OffersRequest:
        customer, case = next(self._people)
        question: dict[str, Any] = {**FIRST_QUESTION, "customer": customer, "case": case}
        return OffersRequest(**question)
