"""A client that got no answer asks again: it is served once, whatever happens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guardrails.actions.caller import Caller
from guardrails.actions.exceptions.grant_exception import GrantRequest, grant_exception
from guardrails.actions.faults import KeyConflictError, MissingKeyError, OutOfRangeError
from guardrails.models import Agent, ApiToken, CareException
from tests.guardrails.asking import ask, grant
from tests.guardrails.builders import NOON

pytestmark = pytest.mark.django_db


def test_the_same_key_and_request_gives_the_first_answer(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    first = grant(help_desk, decision=decision, key="k-1", amount="5.00")
    again = grant(help_desk, decision=decision, key="k-1", amount="5.00", now=NOON + timedelta(days=9))
    assert (first.repeated, again.repeated) == (False, True)
    assert again.answer == first.answer
    assert CareException.objects.count() == 1


def test_the_same_key_with_another_request_is_a_conflict(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    grant(help_desk, decision=decision, key="k-1", amount="5.00")
    with pytest.raises(KeyConflictError):
        grant(help_desk, decision=decision, key="k-1", amount="5.50")


def test_another_client_may_use_the_same_key(help_desk: Caller, ana: Agent) -> None:
    grant(help_desk, key="k-1", amount="5.00")
    token, _ = ApiToken.objects.create(user=ApiToken.objects.get().user, name="Other", agent=ana)
    assert not grant(replace(help_desk, client=token.public_id), key="k-1", amount="5.00").repeated


def test_a_refusal_does_not_use_up_the_key(help_desk: Caller) -> None:
    decision = ask(help_desk)["decision"]
    with pytest.raises(OutOfRangeError):
        grant(help_desk, decision=decision, key="k-1", amount="500.00")
    assert not grant(help_desk, decision=decision, key="k-1", amount="5.00").repeated


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_write_needs_a_key(help_desk: Caller, key: str) -> None:
    request = GrantRequest(decision="dec_x", remedy="store_credit")
    with pytest.raises(MissingKeyError):
        grant_exception(caller=help_desk, request=request, key=key, now=NOON)
