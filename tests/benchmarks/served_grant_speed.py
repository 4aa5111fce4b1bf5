"""Grants by clients of one server: what everybody gets together must not fall when more of them come."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from statistics import median

from tests.benchmarks.databases import analyze, copy, using
from tests.benchmarks.grant_site import HOT, SPREAD, make_grant_site
from tests.benchmarks.http_by_hand import Target
from tests.benchmarks.report import Ratio
from tests.benchmarks.server import environment, serving
from tests.benchmarks.site import Site

FEW, MANY = 4, 16
WORKERS = 2
"""As `make serve` starts them, each with four threads."""

Load = Callable[[str, int], float]


def grants(site: Site, *, quick: bool) -> Iterator[Ratio]:
    """On PostgreSQL: grants a second by few and by many clients, on one budget and spread out, measured in turns."""
    url = copy(site.database_url, of="postgres", name="served_grants")
    cells = [(policy, clients) for policy in (SPREAD, HOT) for clients in (FEW, MANY)]
    found = {cell: list[float]() for cell in cells}
    with using("served_grants"), _load(url, together=160 if quick else 480) as load:
        for at in range(3 if quick else 8):
            analyze(url)
            for cell in cells[at % 2 * 2 :] + cells[: at % 2 * 2]:
                rate = load(*cell)
                if at:  # the first round only warms up
                    found[cell].append(rate)
    rates = {cell: median(figures) for cell, figures in found.items()}
    many = rates[HOT, MANY]
    yield _compared("grants by 16 clients, one hot budget", many, rates[SPREAD, MANY], "spread out", 0.25)
    yield _compared("grants on one hot budget by 16 clients", many, rates[HOT, FEW], "by 4", 1)
    yield _compared("grants spread out by 16 clients", rates[SPREAD, MANY], rates[SPREAD, FEW], "by 4", 1)


def _compared(what: str, ours: float, theirs: float, name: str, goal: float) -> Ratio:
    figure, against = f"{ours:.0f}/s", f"{theirs:.0f}/s {name}"
    return Ratio(what=what, figure=figure, against=against, ratio=ours / theirs, at_least=goal)


@contextmanager
def _load(database_url: str, *, together: int) -> Iterator[Load]:
    """Give what grants so often from so many clients under a policy, and says how many a second that were."""
    from tests.benchmarks.grant_questions import caller_of_grants, decision

    token = make_grant_site(MANY)
    caller = caller_of_grants()
    load = [sys.executable, "-m", "tests.benchmarks.grant_load"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment(database_url)}
    with (
        serving(database_url, workers=WORKERS) as (host, port),
        subprocess.Popen(load, **pipes) as process,  # type: ignore[call-overload]
    ):
        target = asdict(Target(host, port, "/api/v1/exceptions/", token))

        def rate(policy: str, clients: int) -> float:
            waiting = [
                [decision(caller=caller, agent=agent, policy=policy) for _ in range(together // clients)]
                for agent in range(clients)
            ]
            process.stdin.write(json.dumps({"target": target, "clients": waiting}) + "\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        yield rate
        process.stdin.close()
