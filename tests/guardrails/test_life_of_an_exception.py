"""Whatever happens to exceptions, in whatever order, they are where a book too simple to be wrong says they are."""

import pytest
from hypothesis import HealthCheck, settings

from tests.guardrails.lives.approvals import Approvals
from tests.guardrails.lives.invariants import Invariants
from tests.guardrails.lives.promises import Promises
from tests.guardrails.lives.shop import Place, Shop
from tests.guardrails.lives.surroundings import Surroundings
from tests.guardrails.lives.tour import TOUR


class Lives(Promises, Approvals, Surroundings, Invariants):
    """All rules, and all that holds after each of them."""


@pytest.mark.long
@pytest.mark.django_db
class TestExceptionsLiveAsInTheBook(Lives.TestCase):  # type: ignore[misc, valid-type]
    """A test case, so that `--hypothesis-show-statistics` says which rules did something, and which were refused."""

    settings = settings(max_examples=18, stateful_step_count=16, suppress_health_check=list(HealthCheck))

    def setUp(self) -> None:
        """Open the shop in the test's own transaction."""
        Shop.place = Place.opened()


@pytest.mark.django_db
def test_every_rule_does_what_it_is_for():
    """Chance may leave a rule out, or have it refused every time; a tour through the same machine does not."""
    Shop.place = Place.opened()
    state, lives = Lives.setup_state(), Lives()
    rules = {rule.function.__name__: rule for rule in state.rules}
    for begin in state.initializers:
        begin.function(lives)
    for at, (name, given, noted) in enumerate(TOUR):
        assert all(holds(lives) for holds in rules[name].preconditions), (at, name)
        before = lives.ran[noted]
        rules[name].function(lives, **given)
        assert lives.ran[noted] == before + 1, (at, name, given)
        for invariant in state.invariants:
            invariant.function(lives)
    lives.teardown()
    assert {name for name, *_ in TOUR} == rules.keys()
