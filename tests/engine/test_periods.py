"""Budget periods begin at midnight in the policy's time zone, whatever the clocks do that night."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from policies.engine.periods import ALWAYS, Window, add_months, first_day, window
from policies.engine.rulebook import Budget

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def in_force(now, zone=BERLIN, **period):
    budget = Budget("purse", "Purse", "agent", "money", 10000, **period)
    found = window(budget, datetime.fromisoformat(now), zone)
    return found.starts_on.isoformat(), found.resets_at.isoformat() if found.resets_at else None


@pytest.mark.parametrize(
    ("period", "now", "starts_on", "resets_at"),
    [
        ({"per": "day"}, "2026-06-15T12:00:00+02:00", "2026-06-15", "2026-06-16T00:00:00+02:00"),
        ({"per": "day"}, "2026-06-14T22:00:00+00:00", "2026-06-15", "2026-06-16T00:00:00+02:00"),
        ({"per": "week"}, "2026-06-17T12:00:00+02:00", "2026-06-15", "2026-06-22T00:00:00+02:00"),
        ({"per": "week"}, "2026-06-21T23:59:59+02:00", "2026-06-15", "2026-06-22T00:00:00+02:00"),
        (
            {"per": "week", "starts": "wednesday"},
            "2026-06-16T12:00:00+02:00",
            "2026-06-10",
            "2026-06-17T00:00:00+02:00",
        ),
        (
            {"per": "week", "starts": "wednesday"},
            "2026-06-17T00:00:00+02:00",
            "2026-06-17",
            "2026-06-24T00:00:00+02:00",
        ),
        ({"per": "month"}, "2026-01-31T12:00:00+01:00", "2026-01-01", "2026-02-01T00:00:00+01:00"),
        ({"per": "month"}, "2026-12-31T23:59:59+01:00", "2026-12-01", "2027-01-01T00:00:00+01:00"),
        ({"per": "quarter"}, "2026-03-31T12:00:00+02:00", "2026-01-01", "2026-04-01T00:00:00+02:00"),
        ({"per": "year"}, "2026-06-15T12:00:00+02:00", "2026-01-01", "2027-01-01T00:00:00+01:00"),
        ({"per": "year", "starts": "04-01"}, "2026-03-31T23:59:59+02:00", "2025-04-01", "2026-04-01T00:00:00+02:00"),
        ({"per": "year", "starts": "04-01"}, "2026-04-01T00:00:00+02:00", "2026-04-01", "2027-04-01T00:00:00+02:00"),
        ({"per": "ever"}, "2026-06-15T12:00:00+02:00", "0001-01-01", None),
        ({"days": 30}, "2026-06-15T12:00:00+02:00", "0001-01-01", None),
    ],
)
def test_a_period_starts_on_its_day_and_ends_where_the_next_begins(period, now, starts_on, resets_at):
    assert in_force(now, **period) == (starts_on, resets_at)


@pytest.mark.parametrize(
    ("zone", "last", "first", "day", "resets_at"),
    [
        # Clocks go forward: a day of 23 hours. Back: one of 25.
        (BERLIN, "2026-03-29T21:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29", "2026-03-30T00:00:00+02:00"),
        (BERLIN, "2026-10-25T22:59:59Z", "2026-10-24T22:00:00Z", "2026-10-25", "2026-10-26T00:00:00+01:00"),
        (NEW_YORK, "2026-03-09T03:59:59Z", "2026-03-08T05:00:00Z", "2026-03-08", "2026-03-09T00:00:00-04:00"),
        (NEW_YORK, "2026-11-02T04:59:59Z", "2026-11-01T04:00:00Z", "2026-11-01", "2026-11-02T00:00:00-05:00"),
    ],
)
def test_the_nights_in_which_the_clocks_change_are_days_like_others(zone, last, first, day, resets_at):
    assert in_force(first, zone, per="day") == (day, resets_at)
    assert in_force(last, zone, per="day") == (day, resets_at)


def test_both_half_past_twos_of_an_autumn_night_fall_into_the_same_day():
    assert in_force("2026-10-25T02:30:00+02:00", per="day") == in_force("2026-10-25T02:30:00+01:00", per="day")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-03-31", 1, "2026-04-30"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -13, "2024-12-15"),
        ("2026-12-15", -12, "2025-12-15"),
        ("9999-12-31", 1, "9999-12-31"),
        ("0001-01-01", -1, "0001-01-01"),
        ("9999-10-31", 1, "9999-11-30"),
        ("9999-11-30", 1, "9999-12-30"),
    ],
)
def test_months_end_on_the_same_day_or_on_their_last(day, months, expected):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("today", "span", "first"),
    [
        ("2026-06-15", {"days": 1}, "2026-06-15"),
        ("2026-06-15", {"days": 30}, "2026-05-17"),
        ("2026-06-15", {"months": 12}, "2025-06-16"),
        ("2026-03-31", {"months": 1}, "2026-03-01"),
        ("2026-03-01", {"months": 1}, "2026-02-02"),
        ("2024-02-29", {"months": 12}, "2023-03-01"),
        ("0001-01-20", {"days": 36600}, "0001-01-01"),
        ("0001-01-20", {"months": 1200}, "0001-01-01"),
    ],
)
def test_a_rolling_window_counts_from_this_day(today, span, first):
    found = first_day(date.fromisoformat(today), days=span.get("days"), months=span.get("months"))
    assert found == date.fromisoformat(first)


@pytest.mark.parametrize("per", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_have_periods_too(per, day):
    budget = Budget("purse", "Purse", "agent", "money", 1, per=per)
    found = window(budget, datetime.fromisoformat(f"{day}T12:00:00+00:00"), ZoneInfo("UTC"))
    assert found.starts_on <= date.fromisoformat(day)
    assert (found.resets_at is None) == (day > "9")


def test_a_window_without_a_period_is_keyed_by_the_first_day_of_all():
    budget = Budget("purse", "Purse", "agent", "money", 1, months=12)
    assert window(budget, datetime(2026, 6, 15, tzinfo=BERLIN), BERLIN) == Window(ALWAYS, None)
