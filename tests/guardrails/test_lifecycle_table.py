"""The life of an exception is one table, and it is complete."""

from pathlib import Path

import pytest
from django.conf import settings

from guardrails.models.lifecycle import LIVE, NEW, PROMISED, TRANSITIONS, Event, State, allowed, leads_to, refusal

ACTIONS = Path(settings.BASE_DIR) / "guardrails" / "actions"
FRAME = {"happen.py", "faults.py", "exception_json.py"}


@pytest.mark.parametrize("state", [NEW, *State])
def test_every_event_is_possible_or_refused_by_name(state: str) -> None:
    for event in Event:
        if leads_to(state, event):
            assert event in allowed(state)
            assert TRANSITIONS[state, event].guard
        else:
            name, text = refusal(state, event)
            assert name == f"cannot_{event}_{state or 'nothing'}"
            assert text.endswith(".")


def test_the_names_of_refusals_are_not_shared() -> None:
    refused = [(state, event) for state in (NEW, *State) for event in Event if not leads_to(state, event)]
    assert len({refusal(state, event)[0] for state, event in refused}) == len(refused)


def test_every_state_can_be_reached_and_every_event_happens_somewhere() -> None:
    reached, waiting = {NEW}, [NEW]
    while waiting:
        state = waiting.pop()
        for event in allowed(state):
            for after in leads_to(state, event):
                if after not in reached:
                    reached.add(after)
                    waiting.append(after)
    assert reached == {NEW, *State}
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_nothing_comes_back_from_an_end() -> None:
    ends = {state for state in State if not allowed(state)}
    assert ends == {State.REVERSED, State.DECLINED, State.COUNTERED, State.TIMED_OUT, State.VOIDED}
    assert not ends & set(LIVE)
    assert set(PROMISED) < set(LIVE)


@pytest.mark.parametrize("event", Event)
def test_every_event_has_an_action(event: Event) -> None:
    sources = [path.read_text() for path in ACTIONS.rglob("*.py") if path.name not in FRAME]
    assert any(f"Event.{event.name}" in source for source in sources)
