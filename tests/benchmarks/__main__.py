"""`python -m tests.benchmarks`: measure, and print one table. `--quick` takes less time and says less."""

import argparse
import sys
from collections.abc import Iterator

from tests.benchmarks import engine_speed, grant_speed, history_speed, http_speed, served_grant_speed
from tests.benchmarks.databases import DURABLE
from tests.benchmarks.report import Ratio, table
from tests.benchmarks.site import make_site
from tests.postgres import postgres

SECTIONS = ("engine", "http", "history", "grants", "served")


def main() -> None:
    """Measure the sections that were asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"some of {', '.join(SECTIONS)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a shorter past")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"no such section: {', '.join(sorted(unknown))}")
    found = table(_measured(asked.sections or SECTIONS, quick=asked.quick))
    sys.stdout.write(f"\n{found}\n\nRatios of medians, measured in turns: the machine may have other work.\n")


def _measured(sections: tuple[str, ...], *, quick: bool) -> Iterator[Ratio]:
    if "engine" in sections:
        yield from engine_speed.answering(quick=quick)
        yield from engine_speed.building(quick=quick)
    if {*SECTIONS[1:]} & {*sections}:
        with postgres(DURABLE) as database_url:
            site = make_site(database_url)
            if "http" in sections:
                yield from http_speed.offers(site, quick=quick)
            if "history" in sections:
                yield from history_speed.growth(site, quick=quick)
            if "grants" in sections:
                yield from grant_speed.grants(site, quick=quick)
            if "served" in sections:
                yield from served_grant_speed.grants(site, quick=quick)
    if "grants" in sections:
        yield from grant_speed.embedded(quick=quick)


if __name__ == "__main__":
    main()
