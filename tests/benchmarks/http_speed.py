"""How many questions one worker answers a second over HTTP, beside a conventional view on the same server."""

import json
from collections.abc import Iterator
from statistics import median

from tests.benchmarks.conventional_body import BODY
from tests.benchmarks.http_by_hand import Target
from tests.benchmarks.load import Round, one_round
from tests.benchmarks.report import Ratio
from tests.benchmarks.server import serving
from tests.benchmarks.site import Site


def offers(site: Site, *, quick: bool) -> Iterator[Ratio]:
    """POST /api/v1/offers/ against the conventional view; and its slowest answers against its usual ones."""
    from guardrails.demo.welcome import FIRST_QUESTION

    seconds, rounds = (1, 3) if quick else (2, 9)
    with serving(site.database_url) as (host, port):
        ours = Target(host, port, "/api/v1/offers/", site.token)
        conventional = Target(host, port, "/conventional/", site.token)
        bodies = {ours: json.dumps(FIRST_QUESTION), conventional: json.dumps(BODY)}
        found: dict[str, list[Round]] = {target.path: [] for target in bodies}
        for target, body in bodies.items():
            one_round(target, body, seconds=seconds)
        for _ in range(rounds):
            for target, body in bodies.items():
                found[target.path].append(one_round(target, body, seconds=seconds))
    rates = {path: median(each.a_second for each in every) for path, every in found.items()}
    usual, slow = (median(each.percentile(percent) for each in found[ours.path]) for percent in (50, 99))
    yield Ratio(
        what="offers over HTTP, one worker",
        figure=f"{rates[ours.path]:.0f} a second",
        against=f"{rates[conventional.path]:.0f} a second, conventional DRF view",
        ratio=rates[ours.path] / rates[conventional.path],
        at_least=1,
    )
    yield Ratio(
        what="offers over HTTP, the slowest of a hundred",
        figure=f"p99 {slow / 1000:.1f} ms",
        against=f"p50 {usual / 1000:.1f} ms",
        ratio=slow / usual,
        at_most=4,
    )
