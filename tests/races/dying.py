"""Dying: processes that are killed in the middle of what they do, and others that come after them."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from tests.races.racing import Runner

_PATIENCE = 240
"""Seconds after which a race that hangs fails."""


def race_with_deaths(run: Runner, arguments: Sequence[tuple[Any, ...]], deaths: Sequence[int | None]) -> list[Any]:
    """Call `run(*each)` in a process each, all at once; give the results, None of those that died.

    A process dies by SIGKILL before its so-manieth statement, wherever that is in a transaction; None lives.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.racing", "tests.races.lanes"])
    start, results = context.Barrier(len(arguments)), context.Queue()
    name = connection.settings_dict["NAME"]
    processes = [
        context.Process(target=_lane, args=(name, start, results, at, death, run, each), daemon=True)
        for at, (each, death) in enumerate(zip(arguments, deaths, strict=True))
    ]
    for process in processes:
        process.start()
    living = sum(death is None for death in deaths)
    found = dict(results.get(timeout=_PATIENCE) for _ in range(living))
    for process in processes:
        process.join(_PATIENCE)
    for result in found.values():
        if isinstance(result, Exception):
            raise result
    assert [process.exitcode for process in processes] == [0 if death is None else -signal.SIGKILL for death in deaths]
    return [found.get(at) for at in range(len(arguments))]


def _lane(
    name: str, start: Any, results: Any, at: int, death: int | None, run: Runner, arguments: tuple[Any, ...]
) -> None:
    connection.settings_dict["NAME"] = name
    try:
        connection.ensure_connection()
        start.wait(_PATIENCE)
        if death is None:
            results.put((at, run(*arguments)))
            return
        with connection.execute_wrapper(_Doom(death)):
            run(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)  # it was done before its time came
    except Exception as error:
        results.put((at, RuntimeError(f"{type(error).__name__}: {error}")))
    finally:
        connection.close()


class _Doom:
    """Counts statements, and kills the process before the last one."""

    def __init__(self, statements: int) -> None:
        self.left = statements

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*arguments)
