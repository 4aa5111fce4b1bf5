"""Conditions on dates and moments: the last so many days or months, the same period, days in the policy's time zone."""

from datetime import date, timedelta

import pytest

from tests.engine.desk import ask, holds, policy, row

DECLARED = [
    {"code": "bought_on", "type": "date"},
    {"code": "claimed_on", "type": "date"},
    {"code": "called_at", "type": "moment"},
]


def within(told, *, now="2026-06-15T12:00:00+02:00", **span):
    return holds({"fact": "bought_on", "within_last": span}, {"bought_on": told}, declared=DECLARED, now=now)


@pytest.mark.parametrize(
    ("span", "today", "first"),
    [
        ({"months": 12}, "2026-06-15", "2025-06-16"),
        ({"days": 30}, "2026-06-15", "2026-05-17"),
        ({"days": 1}, "2026-06-15", "2026-06-15"),
        ({"months": 1}, "2026-03-31", "2026-03-01"),
        ({"months": 1}, "2026-03-30", "2026-03-01"),
        ({"months": 1}, "2026-03-28", "2026-03-01"),
        ({"months": 1}, "2024-03-30", "2024-03-01"),
        ({"months": 1}, "2026-05-31", "2026-05-01"),
        ({"months": 12}, "2024-02-29", "2023-03-01"),
        ({"months": 12}, "2025-02-28", "2024-02-29"),
        ({"months": 48}, "2028-02-29", "2024-03-01"),
        ({"months": 13}, "2026-01-31", "2025-01-01"),
        ({"days": 366}, "2025-02-28", "2024-02-29"),
    ],
)
def test_within_last_begins_on_this_day_and_ends_today(span, today, first):
    now = f"{today}T12:00:00+02:00"
    before = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    tomorrow = (date.fromisoformat(today) + timedelta(days=1)).isoformat()
    assert [within(day, now=now, **span) for day in (before, first, today, tomorrow)] == [False, True, True, False]


class TestADateComparedWithAnother:
    condition = {"fact": "bought_on", "within_last": {"days": 10, "of": "claimed_on"}}

    @pytest.mark.parametrize(
        ("bought_on", "claimed_on", "expected"),
        [
            ("2026-01-01", "2026-01-10", True),
            ("2026-01-01", "2026-01-11", False),
            (None, "2026-01-11", False),
            ("2026-01-01", None, False),
        ],
    )
    def test_counts_from_the_other_and_does_not_hold_where_one_is_none(self, bought_on, claimed_on, expected):
        facts = {"bought_on": bought_on, "claimed_on": claimed_on}
        assert holds(self.condition, facts, declared=DECLARED) is expected

    def test_is_undecided_where_one_is_unknown_unless_the_other_is_none(self):
        assert holds(self.condition, {"bought_on": "2026-01-01"}, declared=DECLARED) == "undecided"
        assert holds(self.condition, {"claimed_on": "2026-01-01"}, declared=DECLARED) == "undecided"
        assert holds(self.condition, {"bought_on": None}, declared=DECLARED) is False
        assert holds(self.condition, {"claimed_on": None}, declared=DECLARED) is False


@pytest.mark.parametrize(
    ("period", "today", "same", "other"),
    [
        ({"period": "day"}, "2026-06-15", ["2026-06-15"], ["2026-06-14", "2026-06-16", "2025-06-15"]),
        ({"period": "week"}, "2026-06-17", ["2026-06-15", "2026-06-21"], ["2026-06-14", "2026-06-22"]),
        ({"period": "week"}, "2026-01-01", ["2025-12-29", "2026-01-04"], ["2025-12-28", "2026-01-05"]),
        ({"period": "month"}, "2024-02-10", ["2024-02-01", "2024-02-29"], ["2024-01-31", "2024-03-01", "2023-02-10"]),
        ({"period": "quarter"}, "2026-05-31", ["2026-04-01", "2026-06-30"], ["2026-03-31", "2026-07-01"]),
        ({"period": "year"}, "2026-06-15", ["2026-01-01", "2026-12-31"], ["2025-12-31", "2027-01-01"]),
        (
            {"period": "year", "starts": "04-01"},
            "2026-06-15",
            ["2026-04-01", "2027-03-31"],
            ["2026-03-31", "2027-04-01"],
        ),
        (
            {"period": "year", "starts": "04-01"},
            "2026-03-31",
            ["2025-04-01", "2026-03-31"],
            ["2025-03-31", "2026-04-01"],
        ),
        (
            {"period": "year", "starts": "02-28"},
            "2024-02-29",
            ["2024-02-28", "2025-02-27"],
            ["2024-02-27", "2025-02-28"],
        ),
    ],
)
def test_the_same_period_reaches_from_its_first_day_to_its_last(period, today, same, other):
    condition = {"fact": "bought_on", "same_period": period}

    def lies_in(day):
        return holds(condition, {"bought_on": day}, declared=DECLARED, now=f"{today}T12:00:00+02:00")

    assert [lies_in(day) for day in same] == [True] * len(same)
    assert [lies_in(day) for day in other] == [False] * len(other)


@pytest.mark.parametrize(
    ("now", "same_day", "another_day"),
    [
        ("2026-06-15T12:00:00+02:00", ["2026-06-14T22:00:00Z", "2026-06-15T21:59:59Z"], ["2026-06-14T21:59:59Z"]),
        # Berlin's clocks: 23 hours on 29 March, 25 on 25 October.
        ("2026-03-29T12:00:00+02:00", ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"], ["2026-03-29T22:00:00Z"]),
        ("2026-10-25T12:00:00+01:00", ["2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"], ["2026-10-25T23:00:00Z"]),
        # The day begins in Berlin while it is still yesterday in Greenwich.
        ("2026-06-14T22:30:00Z", ["2026-06-15T12:00:00+02:00"], ["2026-06-14T12:00:00+02:00"]),
    ],
)
def test_a_moment_lies_on_the_day_that_it_is_in_the_policys_time_zone(now, same_day, another_day):
    for condition in ({"same_period": {"period": "day"}}, {"within_last": {"days": 1}}):
        for moments, expected in ((same_day, True), (another_day, False)):
            for told in moments:
                found = holds({"fact": "called_at", **condition}, {"called_at": told}, declared=DECLARED, now=now)
                assert found is expected, (told, condition)


def test_a_row_with_dates_applies_from_its_first_day_to_its_last_in_the_policys_time_zone():
    desk = policy(rules=[row("call", starts_on="2026-03-29", ends_on="2026-03-29")])
    in_force = ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"]
    not_in_force = ["2026-03-28T22:59:59Z", "2026-03-29T22:00:00Z"]
    assert [bool(ask(desk, now=now)["offers"]) for now in in_force + not_in_force] == [True, True, False, False]
    assert ask(desk, now="2026-03-30T12:00:00Z")["not_offered"][0]["because"][0]["code"] == "condition_not_met"


@pytest.mark.parametrize("period", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("told", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_first_and_last_day_of_the_calendar_are_days_like_others(period, told, moment):
    """Some systems write 9999-12-31 for "never"."""
    same = {"fact": "bought_on", "same_period": {"period": period, "of": "called_at"}}
    last = {"fact": "called_at", "within_last": {"months": 1200, "of": "bought_on"}}
    facts = {"bought_on": told, "called_at": moment}
    assert holds(same, facts, declared=DECLARED) is (told[:4] == moment[:4])
    assert holds(last, facts, declared=DECLARED) is (told[:4] == moment[:4])
