"""Racing: several processes, each with its own connection, do the same at the same moment.

The processes come from a server process that has imported everything once, and never had a connection.
"""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import connection

_PATIENCE = 60
"""Seconds after which a race that hangs fails."""

Runner = Callable[..., Any]


def race(run: Runner, arguments: Sequence[tuple[Any, ...]]) -> list[Any]:
    """Call `run(*each)` for each of the arguments, in a process each, all at once; give the results in order.

    `run` is a function of a module. An exception in a process is raised here.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.racing", "tests.races.lanes"])
    start = context.Barrier(len(arguments))
    results = context.Queue()
    name = connection.settings_dict["NAME"]
    processes = [
        context.Process(target=_lane, args=(name, start, results, at, run, each), daemon=True)
        for at, each in enumerate(arguments)
    ]
    for process in processes:
        process.start()
    found = dict(results.get(timeout=_PATIENCE) for _ in processes)
    for process in processes:
        process.join(_PATIENCE)
    for result in found.values():
        if isinstance(result, Exception):
            raise result
    return [found[at] for at in range(len(arguments))]


def _lane(name: str, start: Any, results: Any, at: int, run: Runner, arguments: tuple[Any, ...]) -> None:
    connection.settings_dict["NAME"] = name
    try:
        connection.ensure_connection()
        start.wait(_PATIENCE)
        results.put((at, run(*arguments)))
    except Exception as error:
        results.put((at, RuntimeError(f"{type(error).__name__}: {error}")))
    finally:
        connection.close()
