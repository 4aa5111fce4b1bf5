"""A process that asks and grants in one database, as often as its standard input says: `offers 50`, `grants 50`.

It answers each line with the nanoseconds of one of them on average: under load a single one takes whole ticks of the
scheduler. The first line of its input is a list of customers, each with a case, that are taken in turns.
"""

import json
import sys
from statistics import fmean

import django


def main() -> None:
    """Do what each line says."""
    django.setup()
    from tests.benchmarks.asker import Asker

    asker = Asker(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        what, times = line.split()
        measure = {"offers": asker.offers, "grants": asker.grants}[what]
        print(int(fmean(measure() for _ in range(int(times)))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
