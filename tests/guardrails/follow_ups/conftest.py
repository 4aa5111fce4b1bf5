"""Something that is owed."""

import pytest

from guardrails.actions.caller import Caller
from guardrails.models import FollowUp
from tests.guardrails.asking import grant


@pytest.fixture
def owed(help_desk: Caller) -> FollowUp:
    """What Ana owes after the store credit that she gave."""
    exception = grant(help_desk, amount="5.00").answer["exception"]
    return FollowUp.objects.get(exception=exception)
