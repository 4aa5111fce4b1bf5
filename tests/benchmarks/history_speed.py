"""Whether asking and granting slow down as history grows: the same customers, among 1,000 and 1,000,000 exceptions."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import IO, Any

from tests.benchmarks.databases import copy, using
from tests.benchmarks.past import BUSY, BUSY_SHARE, write_past
from tests.benchmarks.report import Ratio, microseconds
from tests.benchmarks.server import environment
from tests.benchmarks.site import Site

FEW, MANY, QUICK_MANY = 1_000, 1_000_000, 100_000
NO_LIMIT = 10**9
"""In major units or a count: so that no budget ends while grants are measured."""
PEOPLE = 300
BUSY_ONE = 1


def growth(site: Site, *, quick: bool) -> Iterator[Ratio]:
    """Questions and grants of the same customers in two databases, which differ in everybody else's exceptions."""
    many = QUICK_MANY if quick else MANY
    few_url = copy(site.database_url, of="postgres", name="few")
    with using("few"):
        _lift_limits()
        write_past(first=1, last=FEW, most=100 * NO_LIMIT)
        people = _people()
    many_url = copy(site.database_url, of="few", name="many")
    with using("many"):
        write_past(first=FEW + 1, last=many, most=100 * NO_LIMIT)
    with ExitStack() as stack:
        askers = {size: stack.enter_context(_asking(url, people)) for size, url in ((FEW, few_url), (many, many_url))}
        for what, times in (("offers", 40), ("grants", 20)):
            took = _interleaved(askers, f"{what} {times}", rounds=5 if quick else 25)
            yield Ratio(
                what=f"{what}, {many:,} exceptions in the tables",
                figure=microseconds(took[many]),
                against=f"{microseconds(took[FEW])} with {FEW:,}",
                ratio=took[many] / took[FEW],
                at_most=1.2,
            )
        askers = {many: askers[many], BUSY_ONE: stack.enter_context(_asking(many_url, [(BUSY, "K-new")]))}
        took = _interleaved(askers, "offers 20", rounds=5 if quick else 15)
        yield Ratio(
            what=f"offers for a customer with {many // BUSY_SHARE:,} exceptions",
            figure=microseconds(took[BUSY_ONE]),
            against=f"{microseconds(took[many])} for others",
            ratio=took[BUSY_ONE] / took[many],
        )


def _lift_limits() -> None:
    from django.utils import timezone

    from policies.actions.import_policy import import_policy
    from policies.actions.publish_policy import publish_policy
    from policies.models import Policy
    from policies.queries.document import document_of

    document = document_of(Policy.objects.get(code="shop_eu"))
    for budget in document["budgets"]:
        budget["limit"] = NO_LIMIT if budget["measure"] == "count" else f"{NO_LIMIT}.00"
    policy = import_policy(document=document, actor=None, reason="Benchmark")
    publish_policy(policy=policy, actor=None, note="Benchmark", now=timezone.now())


def _people() -> list[tuple[str, str]]:
    from guardrails.models import CareException

    found = CareException.objects.filter(policy__code="shop_eu").exclude(customer=BUSY).order_by("id")
    return list(found.values_list("customer", "case")[:PEOPLE])


@contextmanager
def _asking(database_url: str, people: list[tuple[str, str]]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.asking"], env=environment(database_url), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        _pipe(process.stdin).write(json.dumps(people) + "\n")
        yield process
        _pipe(process.stdin).close()


def _interleaved(askers: dict[int, Any], order: str, *, rounds: int) -> dict[int, float]:
    found: dict[int, list[int]] = {size: [] for size in askers}
    for at in range(rounds + 1):
        for size, process in askers.items():
            _pipe(process.stdin).write(order + "\n")
            _pipe(process.stdin).flush()
            took = _pipe(process.stdout).readline()
            if not took:
                raise RuntimeError("a process that asks has ended")
            if at:  # the first round only warms up
                found[size].append(int(took))
    return {size: median(every) for size, every in found.items()}


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise TypeError("no pipe was asked for")
    return pipe
