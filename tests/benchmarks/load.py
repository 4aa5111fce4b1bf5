"""The load: eight clients that ask again as soon as they are answered. `python -m tests.benchmarks.load` is one round.

It is a process of its own, on another core than the server, and speaks HTTP by hand to be cheaper than any server.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from tests.benchmarks.cores import pin

CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes, and its body."""

    host: str
    port: int
    path: str
    token: str
    body: str

    def request(self) -> bytes:
        """The whole request, ready to send again and again."""
        body = self.body.encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAuthorization: Token {self.token}\r\n"
            f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


@dataclass(frozen=True, slots=True)
class Round:
    """What one round saw: answers a second, and how long each took, in microseconds, sorted."""

    a_second: float
    took: list[int]

    def percentile(self, percent: int) -> int:
        """Microseconds within which so many percent were answered."""
        return self.took[min(len(self.took) - 1, len(self.took) * percent // 100)]


def one_round(target: Target, *, seconds: float) -> Round:
    """Load the target from a process of its own. Raises RuntimeError if any answer is not a 200."""
    given = json.dumps({"target": asdict(target), "seconds": seconds})
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"], input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Round(**json.loads(done.stdout))


async def _client(target: Target, until: float, took: list[int]) -> None:
    reader, writer = await asyncio.open_connection(target.host, target.port)
    request = target.request()
    while time.perf_counter() < until:
        start = time.perf_counter_ns()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        took.append((time.perf_counter_ns() - start) // 1000)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError((head + body).decode(errors="replace"))
    writer.close()
    await writer.wait_closed()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


async def _all(target: Target, seconds: float) -> Round:
    took: list[int] = []
    start = time.perf_counter()
    await asyncio.gather(*(_client(target, start + seconds, took) for _ in range(CLIENTS)))
    return Round(a_second=len(took) / (time.perf_counter() - start), took=sorted(took))


def main() -> None:
    """One round as the standard input says; its result as JSON."""
    pin(0, 0)
    given = json.loads(sys.stdin.read())
    print(json.dumps(asdict(asyncio.run(_all(Target(**given["target"]), given["seconds"])))))  # noqa: T201


if __name__ == "__main__":
    main()
