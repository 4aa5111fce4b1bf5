"""Interleaved rounds: on a machine that others use too, only what was measured side by side can be compared."""

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter_ns

Cell = Callable[[], object]


def interleaved(cells: Mapping[str, Cell], *, rounds: int) -> dict[str, float]:
    """Run every cell once a round, in turns, and give each one's median in nanoseconds."""
    found: dict[str, list[int]] = {name: [] for name in cells}
    for cell in cells.values():
        cell()
    gc.collect()
    gc.freeze()
    try:
        for at in range(rounds):
            for name, cell in _rotated(list(cells.items()), at):
                start = perf_counter_ns()
                cell()
                found[name].append(perf_counter_ns() - start)
    finally:
        gc.unfreeze()
    return {name: median(each) for name, each in found.items()}


def _rotated(items: list[tuple[str, Cell]], by: int) -> list[tuple[str, Cell]]:
    by %= len(items)
    return items[by:] + items[:by]
