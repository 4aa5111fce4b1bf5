"""Do what is due: `manage.py tend` beside the web server, or `manage.py tend --once` from a timer."""

import os
import signal
from argparse import ArgumentParser
from collections.abc import MutableMapping
from datetime import datetime
from threading import Event
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from guardrails.actions.housekeeping import RESTS, TASKS, Task
from guardrails.models.database_clock import database_now

EVERY = 5.0
"""Seconds between two rounds that find nothing to do."""
_LOOK = 1.0

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    """Runs the tasks of housekeeping until it is stopped; several of these processes may run at once."""

    help = "Expire holds, remind and escalate, notice what is overdue, deliver webhooks and e-mails, and tidy them up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments; from django.core.management.base.BaseCommand."""
        parser.add_argument("--once", action="store_true", help="Do what is due now, and end.")
        parser.add_argument("--every", type=float, default=EVERY, metavar="SECONDS", help=f"Default: {EVERY:g}.")
        parser.add_argument(
            "--beside",
            type=int,
            metavar="PID",
            help="End when this process, which started it, does; so does `make serve`.",
        )

    def handle(self, *, once: bool, every: float, beside: int | None, **_: Any) -> None:
        """Run; from django.core.management.base.BaseCommand."""
        if once:
            self.stdout.write(", ".join(f"{name}: {done}" for name, done in tend({}).items()) or "nothing to do")
            return
        stopped, resting = Event(), dict[str, datetime]()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.is_set() and _lives(beside):
            # A connection that the database has ended meanwhile is opened again.
            close_old_connections()
            if not any(tend(resting).values()):
                _wait(stopped, every, beside)


def tend(resting: MutableMapping[str, datetime]) -> dict[str, int]:
    """Run every task once, but for those that rest; one that fails is logged and keeps no other one waiting.

    `resting` holds until when each of them rests, for the next round.
    """
    return {name: _run(name, task, resting) for name, task in TASKS}


def _run(name: str, task: Task, resting: MutableMapping[str, datetime]) -> int:
    try:
        now = database_now()
        if name in resting and now < resting[name]:
            return 0
        done = task(now)
    except Exception:
        logger.exception("task_failed", task=name)
        return 0
    if not done and name in RESTS:
        resting[name] = now + RESTS[name]
    return done


def _wait(stopped: Event, seconds: float, parent: int | None) -> None:
    while seconds > 0 and _lives(parent) and not stopped.wait(min(seconds, _LOOK)):
        seconds -= _LOOK


def _lives(parent: int | None) -> bool:
    return parent is None or os.getppid() == parent
