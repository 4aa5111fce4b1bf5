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
from tests.benchmarks.http_by_hand import Connection, Target

CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Round:
    """What one round saw: answers a second, and how long each took, in microseconds, sorted."""

    a_second: float
    took: list[int]

    def percentile(self, percent: int) -> int:
        """Microseconds within which so many percent were answered."""
        return self.took[min(len(self.took) - 1, len(self.took) * percent // 100)]


def one_round(target: Target, body: str, *, seconds: float) -> Round:
    """Send the body again and again from a process of its own. Raises RuntimeError if any answer is not a 200."""
    given = json.dumps({"target": asdict(target), "body": body, "seconds": seconds})
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.load"], input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Round(**json.loads(done.stdout))


async def _client(request: bytes, target: Target, until: float, took: list[int]) -> None:
    connection = await Connection.to(target)
    while time.perf_counter() < until:
        start = time.perf_counter_ns()
        await connection.send(request, expected=200)
        took.append((time.perf_counter_ns() - start) // 1000)
    await connection.close()


async def _all(target: Target, body: str, seconds: float) -> Round:
    took: list[int] = []
    request = target.request(body)
    start = time.perf_counter()
    await asyncio.gather(*(_client(request, target, start + seconds, took) for _ in range(CLIENTS)))
    return Round(a_second=len(took) / (time.perf_counter() - start), took=sorted(took))


def main() -> None:
    """One round as the standard input says; its result as JSON."""
    pin(0, 0)
    given = json.loads(sys.stdin.read())
    print(json.dumps(asdict(asyncio.run(_all(Target(**given["target"]), given["body"], given["seconds"])))))  # noqa: T201


if __name__ == "__main__":
    main()
