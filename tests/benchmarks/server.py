"""The server of the benchmarks: gunicorn as in production, over a database of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.cores import pin

SERVER = (sys.executable, "-m", "gunicorn", "guardrails.wsgi", "--worker-class=gthread", "--threads=4",
          "--keep-alive=60", "--log-level=warning")  # fmt: skip
PATIENCE = 30
"""Seconds until a server that does not answer is given up."""


@contextmanager
def serving(database_url: str, *, workers: int = 1) -> Iterator[tuple[str, int]]:
    """Host and port of a server that answers: one worker has a core for itself, several share what there is.

    Its log lines go where a production log would go, to a file.
    """
    host, port = "127.0.0.1", _free_port()
    with TemporaryDirectory(prefix="guardrails-bench-") as folder, (Path(folder) / "log").open("wb") as log:
        process = subprocess.Popen(
            [*SERVER, f"--workers={workers}", f"--bind={host}:{port}"],
            env=environment(database_url),
            stdout=log,
            stderr=log,
        )
        if workers == 1:
            pin(process.pid, 1)
        try:
            _wait_for(host, port, process)
            yield host, port
        finally:
            process.terminate()
            process.wait(PATIENCE)


def environment(database_url: str) -> dict[str, str]:
    """The environment of a process that uses this database with the benchmarks' settings."""
    named = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings", "LOG_JSON": "true"}
    return {**os.environ, **named}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(host: str, port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(PATIENCE * 10):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection((host, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")
