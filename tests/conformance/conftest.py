"""Keeps the manual's conformance page true: a run of every case through the engine writes it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conformance import schemes

PAGE = Path(__file__).parents[2] / "templates" / "docs" / "reference" / "conformance.md"
ENGINE_TEST = "test_the_engine_offers_what_the_scheme_does"

_passed: dict[str, bool] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note each case that went through the engine."""
    if report.when == "call" and ENGINE_TEST in report.nodeid:
        # A parallel run appends the group's name behind the bracket.
        _passed[report.nodeid.partition("[")[2].rpartition("]")[0]] = report.passed


def pytest_sessionfinish() -> None:
    """Write the page when every case ran in this process and the page would say something else."""
    everything = schemes.cases()
    if not all(case.id in _passed for case in everything):
        return
    page = conformance_page(Counter(case.scheme for case in everything if _passed[case.id]))
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        PAGE.write_text(page, encoding="utf-8")


def conformance_page(passed: Counter[str]) -> str:
    """The page in Markdown, from the number of cases passed by scheme."""
    total = Counter(case.scheme for case in schemes.cases())
    rows = [
        f"| {each.title} | `{each.code}` | {each.currency} | {total[each.code]} | {passed[each.code]} |"
        for each in schemes.schemes()
    ]
    sources = [f"* **{each.title}**: {'; '.join(each.sources)}" for each in schemes.schemes()]
    return _PAGE.format(rows="\n".join(rows), sources="\n".join(sources), total=total.total(), passed=passed.total())


_PAGE = """# Published schemes

These compensation schemes are published by regulators, cities and companies. Each is written as a policy
in the language of [the rulebook](rulebook.md), without a line of code of its own, and tried with cases whose
right answer follows from the publication. A case passes when the complete set of offers is right: every
option, amount, range and approver, and nothing more. The tests write this page when they run all cases.

| scheme | policy | currency | cases | passed |
|---|---|---|---:|---:|
{rows}
| **all** | | | **{total}** | **{passed}** |

The policies are in `tests/conformance/schemes/`, each beside its cases, and can be imported as they are:
`manage.py policy import tests/conformance/schemes/eu261_flight/policy.yaml`.

## Where the schemes are published

{sources}
"""
