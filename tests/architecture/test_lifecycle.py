"""The manual shows the life of an exception, and of its settlement, as they are."""

import pytest

from guardrails.management import lifecycle_picture, settlement_picture
from guardrails.management.commands.lifecycle import drawn
from guardrails.management.drawing import START
from guardrails.models import Settlement
from guardrails.models.lifecycle import State


def test_the_pictures_and_the_tables_are_up_to_date():
    """`manage.py lifecycle` writes them."""
    for path, text in drawn().items():
        assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("picture", "states"), [(lifecycle_picture, State), (settlement_picture, Settlement)])
def test_every_state_has_its_place_and_no_arrow_is_left_over(picture, states):
    assert picture.PLACES.keys() == {START, *states}
    assert picture.WAYS.keys() == picture.arrows().keys()
