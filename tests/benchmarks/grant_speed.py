"""Grants by several processes at once: against the same transaction written by hand, and on one hot budget."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tests.benchmarks.databases import analyze, copy, using
from tests.benchmarks.grant_site import HOT, SPREAD, make_grant_site
from tests.benchmarks.report import Ratio, microseconds
from tests.benchmarks.server import environment
from tests.benchmarks.site import Site

FEW, MANY = 4, 16
LONGEST_WAIT = 0.5e9


@dataclass(frozen=True, slots=True)
class Cell:
    """What so many lanes do at once."""

    how: str
    policy: str
    lanes: int


PLAIN = Cell("plain", SPREAD, FEW)
OURS = Cell("ours", SPREAD, FEW)
WIDE = Cell("ours", SPREAD, MANY)
HOT_FEW = Cell("ours", HOT, FEW)
HOT_MANY = Cell("ours", HOT, MANY)
PLAIN_FEW = Cell("plain", HOT, FEW)
PLAIN_MANY = Cell("plain", HOT, MANY)
CELLS = (PLAIN, OURS, WIDE, HOT_FEW, HOT_MANY, PLAIN_FEW, PLAIN_MANY)


def grants(site: Site, *, quick: bool) -> Iterator[Ratio]:
    """On PostgreSQL: throughput of each cell, measured in turns."""
    url = copy(site.database_url, of="postgres", name="grants")
    with using("grants"):
        make_grant_site(MANY)
    with _lanes(url, MANY) as lanes:
        found = {cell: list[float]() for cell in CELLS}
        for at in range(3 if quick else 6):
            analyze(url)
            for cell, figures in found.items():
                rate = _rate(lanes[: cell.lanes], cell, times=320 // cell.lanes)
                if at:  # the first round only warms up
                    figures.append(rate)
    rates = {cell: median(figures) for cell, figures in found.items()}
    yield _compared("grants by 4 processes", rates[OURS], "by hand", rates[PLAIN], 0.5)
    yield _compared("grants by 16 processes, one hot budget", rates[HOT_MANY], "spread out", rates[WIDE], 0.25)
    yield _kept(rates)


def embedded(*, quick: bool) -> Iterator[Ratio]:
    """On SQLite: how long the slowest of four writers ever waited."""
    with TemporaryDirectory(prefix="guardrails-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'grants.sqlite3'}"
        subprocess.run([sys.executable, "-m", "tests.benchmarks.grant_lane", "site"], env=environment(url), check=True)
        with _lanes(url, FEW) as lanes:
            longest = [_slowest(lanes, times=100) for _ in range(2 if quick else 5)]
    worst = max(longest)
    yield Ratio(
        what="SQLite, slowest grant of four writers",
        figure=microseconds(worst),
        against="half a second",
        ratio=worst / LONGEST_WAIT,
        at_most=1,
    )


def _compared(what: str, ours: float, name: str, theirs: float, goal: float) -> Ratio:
    return Ratio(
        what=what, figure=f"{ours:.0f}/s", against=f"{theirs:.0f}/s {name}", ratio=ours / theirs, at_least=goal
    )


def _kept(rates: dict[Cell, float]) -> Ratio:
    """Sixteen processes on few cores lose some by themselves: what the statements by hand keep is the measure."""
    ours, plain = rates[HOT_MANY] / rates[HOT_FEW], rates[PLAIN_MANY] / rates[PLAIN_FEW]
    return Ratio(
        what="one hot budget, kept from 4 to 16 processes",
        figure=f"{ours:.2f} of {rates[HOT_FEW]:.0f}/s",
        against=f"{plain:.2f} of {rates[PLAIN_FEW]:.0f}/s by hand",
        ratio=ours / plain,
        at_least=0.9,
    )


@contextmanager
def _lanes(database_url: str, number: int) -> Iterator[list[Any]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.benchmarks.grant_lane", str(at)], env=environment(database_url),
                    text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                )
            )
            for at in range(number)
        ]  # fmt: skip


def _rate(lanes: Sequence[Any], cell: Cell, *, times: int) -> float:
    """Grants a second, from the first one's start to the last one's end."""
    told = _told(lanes, cell, times=times)
    return len(lanes) * times * 1e9 / (max(each["end"] for each in told) - min(each["begin"] for each in told))


def _slowest(lanes: Sequence[Any], *, times: int) -> int:
    return max(each["longest"] for each in _told(lanes, Cell("ours", HOT, len(lanes)), times=times))


def _told(lanes: Sequence[Any], cell: Cell, *, times: int) -> list[dict[str, int]]:
    _say(lanes, f"prepare {cell.how} {cell.policy} {times}")
    for lane in lanes:
        if lane.stdout.readline() != "ready\n":
            raise RuntimeError("a process that grants has ended")
    _say(lanes, "go")
    return [json.loads(lane.stdout.readline()) for lane in lanes]


def _say(lanes: Sequence[Any], line: str) -> None:
    for lane in lanes:
        lane.stdin.write(line + "\n")
        lane.stdin.flush()
