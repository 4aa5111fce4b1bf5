"""Whatever happens to exceptions, in whatever order, they are where a book too simple to be wrong says they are."""

import pytest
from hypothesis import HealthCheck, settings

from tests.guardrails.lives.approvals import Approvals
from tests.guardrails.lives.invariants import Invariants
from tests.guardrails.lives.promises import Promises
from tests.guardrails.lives.shop import Place, Shop
from tests.guardrails.lives.surroundings import Surroundings


class Lives(Promises, Approvals, Surroundings, Invariants):
    """All rules, and all that holds after each of them."""


@pytest.mark.django_db
class TestExceptionsLiveAsInTheBook(Lives.TestCase):  # type: ignore[misc, valid-type]
    """A test case, so that `--hypothesis-show-statistics` says which rules did something, and which were refused."""

    settings = settings(max_examples=20, stateful_step_count=16, suppress_health_check=list(HealthCheck))

    def setUp(self) -> None:
        """Open the shop in the test's own transaction."""
        Shop.place = Place.opened()
