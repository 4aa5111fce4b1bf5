"""The benchmarks can be trusted: all engines answer alike, and the table says what was measured. No clock is judged."""

from functools import partial

import pytest

from tests.benchmarks.engine_speed import refuse_differences
from tests.benchmarks.engines import Ours, installed
from tests.benchmarks.report import Ratio, table
from tests.benchmarks.rounds import interleaved
from tests.benchmarks.workload import REMEDIES, questions, rows

RULES = 4 * REMEDIES


def test_every_engine_answers_alike():
    refuse_differences([engine(rows(RULES)) for engine in installed()], questions(RULES // REMEDIES, 60))


def test_a_difference_is_refused():
    other = rows(RULES)
    other[0:REMEDIES] = []
    with pytest.raises(AssertionError, match="guardrails answers differently"):
        refuse_differences([Ours(rows(RULES)), Ours(other + rows(RULES)[:1])], questions(RULES // REMEDIES, 60))


def test_a_question_has_some_offers_and_many_refusals():
    engine = Ours(rows(RULES))
    counts = [len(engine.offers(engine.ask(engine.prepared(each)))) for each in questions(RULES // REMEDIES, 200)]
    assert 8 < sum(counts) / len(counts) < 11


def test_cells_are_measured_in_turns():
    order: list[str] = []
    interleaved({name: partial(order.append, name) for name in "ab"}, rounds=2)
    assert order == ["a", "b", "a", "b", "b", "a"]


def test_the_table_says_which_goals_are_met():
    lines = table(
        Ratio(what=what, figure="1", against="1", ratio=ratio, at_most=2)
        for what, ratio in (("one", 1.5), ("two", 2.5))
    ).splitlines()
    assert [line.split("|")[-2].strip() for line in lines[2:]] == ["pass", "MISS"]


PARTS = """building grant_lane grant_load grant_questions grant_speed history_speed http_by_hand http_speed load past
plain_grant server served_grant_speed"""


@pytest.mark.parametrize("module", PARTS.split())
def test_every_part_can_be_imported(module: str):
    __import__(f"tests.benchmarks.{module}")
