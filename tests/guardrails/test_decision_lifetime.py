"""An offer stands while the facts of its decision may still be true."""

from datetime import timedelta

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.faults import DecisionTooOldError, UnknownDecisionError
from guardrails.models import ApiToken, CareException
from tests.guardrails.asking import ask, grant
from tests.guardrails.builders import NOON


def test_an_offer_stands_for_a_day_and_is_then_asked_for_again(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    with pytest.raises(DecisionTooOldError, match="24 hours"):
        grant(help_desk, decision=decision, amount="5.00", now=NOON + timedelta(hours=24, seconds=1))
    assert not CareException.objects.exists()
    assert grant(help_desk, decision=decision, amount="5.00", now=NOON + timedelta(hours=24)).answer["exception"]


def test_an_old_decision_of_somebody_else_looks_like_none_at_all(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    ApiToken.objects.get().agents.clear()
    with pytest.raises(UnknownDecisionError):
        grant(help_desk, decision=decision, amount="5.00", now=NOON + timedelta(days=3))


def test_what_was_granted_is_told_again_however_old_the_decision_is(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    first = grant(help_desk, decision=decision, key="once", amount="5.00")
    again = grant(help_desk, decision=decision, key="once", amount="5.00", now=NOON + timedelta(days=3))
    assert again.repeated
    assert again.answer == first.answer
