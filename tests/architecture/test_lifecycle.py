"""The manual shows the life of an exception as it is."""

from guardrails.management.commands.lifecycle import drawn
from guardrails.management.lifecycle_picture import PLACES, WAYS, _arrows
from guardrails.models.lifecycle import NEW, State


def test_the_picture_and_the_table_are_up_to_date():
    """`manage.py lifecycle` writes them."""
    for path, text in drawn().items():
        assert path.read_text(encoding="utf-8") == text


def test_every_state_has_its_place_and_no_arrow_is_left_over():
    assert PLACES.keys() == {NEW, *State}
    assert WAYS.keys() == _arrows().keys()
