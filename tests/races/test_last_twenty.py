"""Two agents want the last €20 at the same moment: one holds it, and the other is told when to ask again."""

from typing import Any

import pytest

from guardrails.actions.caller import Caller
from guardrails.ledger import verify
from policies.models import Policy
from tests.guardrails.asking import ask
from tests.guardrails.builders import NOON
from tests.guardrails.test_tell_held import about
from tests.races.lanes import hold
from tests.races.racing import race

pytestmark = [pytest.mark.serial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop_document(shop_document: dict[str, Any]) -> dict[str, Any]:
    """The shop with 20.00 a week for a team."""
    week = {**next(each for each in shop_document["budgets"] if each["code"] == "agent_week")}
    week |= {"code": "team_week", "name": "Team week", "scope": "team", "limit": "20.00"}
    return shop_document | {"budgets": [week]}


def test_two_agents_want_the_last_twenty(help_desk: Caller, shop: Policy) -> None:
    wanted = [(help_desk, ask(help_desk, about(number))["decision"], "20.00", NOON) for number in (1, 2)]
    (first, said), (second, words) = sorted(race(hold, wanted))
    assert (first, second) == ("held", "not_offered")
    assert "€20.00" in said
    assert words == (
        "The budget Team week does not cover it any more. "
        "Of what is taken, €20.00 is held until 14:15, and may be free again then."
    )
    assert list(verify()) == []
