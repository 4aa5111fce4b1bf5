"""What is due is done beside the web server; one task that fails keeps no other one waiting."""

import os
import signal
from datetime import datetime

import pytest
from django.core.management import call_command

from guardrails.management.commands import tend

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
