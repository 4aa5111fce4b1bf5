"""What is due is done beside the web server; one task that fails keeps no other one waiting."""

import os
import signal
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from guardrails.actions.housekeeping import RESTS, TASKS
from guardrails.management.commands import tend
from tests.guardrails.builders import NOON

pytestmark = pytest.mark.django_db


def test_a_task_that_fails_is_logged_and_the_others_run(monkeypatch, capsys):
    def fails(now: datetime) -> int:
        raise RuntimeError("exc_1 of C-1")

    monkeypatch.setattr(tend, "TASKS", (("fails", fails), ("works", lambda now: 3)))
    call_command("tend", "--once")
    assert capsys.readouterr().out == "fails: 0, works: 3\n"


def test_every_task_is_asked_with_the_same_kind_of_clock(monkeypatch):
    asked: list[datetime] = []

    def asks(now: datetime) -> int:
        asked.append(now)
        return 0

    monkeypatch.setattr(tend, "TASKS", (("asks", asks),))
    call_command("tend", "--once")
    assert asked[0].tzinfo is not None


def test_it_goes_on_at_once_while_there_is_something_to_do_and_ends_with_its_parent(monkeypatch):
    left, parents = [2, 1, 0], iter([7, 7, 7, 7, 1])
    monkeypatch.setattr(tend, "TASKS", (("counts", lambda now: left.pop(0)),))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(os, "getppid", lambda: next(parents, 1))
    monkeypatch.setattr(tend, "_LOOK", 0.0)
    monkeypatch.setattr(tend, "close_old_connections", lambda: None)
    call_command("tend", "--beside", "7", "--every", "0.001")
    assert left == []


def test_what_nobody_waits_for_rests_for_an_hour_once_it_finds_nothing(monkeypatch):
    """Looking for old messages costs more the more of them have to stay: not every few seconds."""
    hours = (0.0, 0.1, 0.2, 0.3, 1.1, 1.2, 1.3)
    asked: dict[str, list[float]] = {name: [] for name, _ in TASKS}

    def asks(name: str) -> Callable[[datetime], int]:
        def task(now: datetime) -> int:
            asked[name].append((now - NOON) / timedelta(hours=1))
            return int(len(asked[name]) < 3)

        return task

    monkeypatch.setattr(tend, "TASKS", tuple((name, asks(name)) for name in asked))
    resting: dict[str, datetime] = {}
    for hour in hours:
        monkeypatch.setattr(tend, "database_now", lambda at=NOON + timedelta(hours=hour): at)
        tend.tend(resting)
    assert asked.pop("purge_delivered") == [0.0, 0.1, 0.2, 1.2]
    assert set(map(tuple, asked.values())) == {hours}
    assert RESTS.keys() == {"purge_delivered"}
