"""Clients of one server that grant: `python -m tests.benchmarks.grant_load`; each line of its input is one round.

A line names the target and, for each client, the decisions from which it grants one after another. The answer is how
many they granted a second.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from time import perf_counter_ns

from tests.benchmarks.grant_site import AMOUNT, REMEDY
from tests.benchmarks.http_by_hand import Connection, Target


def requests(target: Target, decisions: Sequence[str]) -> list[bytes]:
    """A grant from each decision, with a key of its own."""
    return [
        target.request(
            json.dumps({"decision": decision, "remedy": REMEDY, "amount": AMOUNT}), f"Idempotency-Key: key-{decision}"
        )
        for decision in decisions
    ]


class Round:
    """What the clients do at once, until the first of them has granted all that it has.

    From then on fewer clients would grant: what they still do does not count, nor do they start more.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._done = 0
        self._over = False

    async def rate(self, clients: Sequence[Sequence[str]]) -> float:
        """Grants a second."""
        ready = [requests(self._target, decisions) for decisions in clients]
        connections = [await Connection.to(self._target) for _ in ready]
        start = perf_counter_ns()
        tasks = [asyncio.create_task(self._grant(*each)) for each in zip(connections, ready, strict=True)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        rate = self._done * 1e9 / (perf_counter_ns() - start)
        self._over = True
        await asyncio.gather(*tasks)
        return rate

    async def _grant(self, connection: Connection, waiting: Sequence[bytes]) -> None:
        for request in waiting:
            if self._over:
                break
            await connection.send(request, expected=201)
            self._done += 1
        await connection.close()


def main() -> None:
    """One round for each line."""
    for line in sys.stdin:
        given = json.loads(line)
        rate = asyncio.run(Round(Target(**given["target"])).rate(given["clients"]))
        print(rate, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
