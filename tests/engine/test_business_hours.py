"""An answer is due within business time: only while somebody is there, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policies.engine.approvals import Approvals, Open
from policies.engine.business_hours import LONGEST, business_time, due_at, opening, remind_at
from policies.engine.calendar import Calendar
from policies.engine.durations import duration
from policies.engine.rulebook import WEEKDAYS

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = [Open(day, *hours) for day in WEEKDAYS[:5] for hours in (("09:00", "12:00"), ("13:00", "17:00"))]
NIGHTS = [Open(day, "00:00", "24:00") for day in WEEKDAYS]
MINUTE = timedelta(minutes=1)


class Desk(NamedTuple):
    approvals: Approvals
    calendar: Calendar
    zone: ZoneInfo


def desk(hours=WEEK, holidays=(), zone=BERLIN) -> Desk:
    return Desk(Approvals(hours=tuple(hours)), Calendar(holidays=tuple(holidays)), zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "within", "due"),
    [
        ("2026-06-15T10:00+02:00", "PT1H", "2026-06-15T11:00+02:00"),
        ("2026-06-15T11:30+02:00", "PT1H", "2026-06-15T13:30+02:00"),  # over lunch
        ("2026-06-15T11:30+02:00", "PT30M", "2026-06-15T12:00+02:00"),  # to the minute at which it closes
        ("2026-06-15T12:00+02:00", "PT1M", "2026-06-15T13:01+02:00"),  # closed at noon already
        ("2026-06-15T09:00+02:00", "PT7H", "2026-06-15T17:00+02:00"),
        ("2026-06-15T09:00+02:00", "PT8H", "2026-06-16T10:00+02:00"),
        ("2026-06-15T03:00+02:00", "PT1H", "2026-06-15T10:00+02:00"),  # asked before anybody is there
        ("2026-06-15T10:00+02:00", "PT0M", "2026-06-15T10:00+02:00"),
        ("2026-06-19T16:30+02:00", "PT2H", "2026-06-22T10:30+02:00"),  # Friday evening to Monday
        ("2026-06-19T17:00+02:00", "PT4H", "2026-06-22T14:00+02:00"),
        ("2026-06-20T12:00+02:00", "PT1H", "2026-06-22T10:00+02:00"),  # on a Saturday
        ("2026-06-19T23:59+09:00", "PT1H", "2026-06-22T09:59+02:00"),  # asked from elsewhere, 16:59 at the office
        ("2026-03-27T16:00+01:00", "PT2H", "2026-03-30T10:00+02:00"),  # the clocks change in between
        ("2026-10-23T16:00+02:00", "PT2H", "2026-10-26T10:00+01:00"),
    ],
)
def test_an_answer_is_due_once_so_much_business_time_has_passed(start, within, due):
    assert due_at(at(start), duration(within), *desk()) == at(due)


def test_a_holiday_is_never_business_time():
    holidays = ("2026-04-03", "2026-04-06")  # Good Friday and Easter Monday
    assert due_at(at("2026-04-02T16:00+02:00"), duration("PT2H"), *desk(holidays=holidays)) == at(
        "2026-04-07T10:00+02:00"
    )


def test_without_business_hours_the_clock_always_runs():
    always = desk(hours=(), holidays=("2026-04-03",))
    start = at("2026-04-02T23:00+02:00")
    assert due_at(start, duration("P1DT2H"), *always) == at("2026-04-04T01:00+02:00")
    assert business_time(start, start + MINUTE, *always) == MINUTE
    assert opening(start, *always) == start


@pytest.mark.parametrize(
    ("hours", "start", "within", "due"),
    [
        # Forward on 29 March: 02:00 to 03:00 does not happen.
        ("01:00-04:00", "2026-03-29T00:00+01:00", "PT1H", "2026-03-29T03:00+02:00"),
        ("01:00-04:00", "2026-03-29T00:00+01:00", "PT90M", "2026-03-29T03:30+02:00"),
        ("01:00-04:00", "2026-03-29T00:00+01:00", "PT3H", "2026-04-05T02:00+02:00"),
        ("02:00-03:00", "2026-03-29T00:00+01:00", "PT30M", "2026-04-05T02:30+02:00"),
        ("02:30-05:00", "2026-03-29T00:00+01:00", "PT1H", "2026-03-29T04:00+02:00"),
        # Back on 25 October: 02:00 to 03:00 happens twice.
        ("01:00-04:00", "2026-10-25T00:00+02:00", "PT4H", "2026-10-25T04:00+01:00"),
        ("02:00-03:00", "2026-10-25T00:00+02:00", "PT2H", "2026-10-25T03:00+01:00"),
        ("02:15-02:45", "2026-10-25T00:00+02:00", "PT40M", "2026-10-25T02:25+01:00"),
        ("02:15-02:45", "2026-10-25T02:20+01:00", "PT40M", "2026-11-01T02:30+01:00"),
        ("00:00-24:00", "2026-10-25T00:00+02:00", "PT25H", "2026-10-26T00:00+01:00"),
    ],
)
def test_an_hour_that_the_clocks_skip_does_not_count_and_one_that_they_repeat_counts_twice(hours, start, within, due):
    sundays = desk(hours=[Open("sunday", *hours.split("-"))])
    assert due_at(at(start), duration(within), *sundays) == at(due)


def test_a_day_that_a_place_skips_has_no_business_time():
    samoa = desk(hours=NIGHTS, zone=ZoneInfo("Pacific/Apia"))  # 30 December 2011 did not happen there
    assert due_at(at("2011-12-29T00:00-10:00"), duration("P2D"), *samoa) == at("2012-01-01T00:00+14:00")


def test_a_reminder_comes_while_somebody_is_there():
    start, before = at("2026-06-19T16:30+02:00"), timedelta(minutes=30)
    named = desk()._asdict()
    assert remind_at(start, duration("PT2H"), before, **named) == at("2026-06-22T10:00+02:00")
    assert remind_at(start, duration("PT1H"), before, **named) == at("2026-06-22T09:00+02:00")
    assert remind_at(start, duration("PT10M"), before, **named) == start
    assert remind_at(at("2026-06-20T00:00+02:00"), duration("PT10M"), before, **named) == at("2026-06-22T09:00+02:00")


def test_what_would_never_be_due_is_due_in_ten_years():
    short = desk(hours=[Open("monday", "09:00", "09:01")])
    assert due_at(at("2026-06-15T10:00+02:00"), timedelta(days=9999), *short) == at("2026-06-15T10:00+02:00") + LONGEST
    holiday = desk(hours=[Open("monday", "09:00", "09:01")], holidays=("2026-06-22",))
    assert opening(at("2026-06-15T10:00+02:00"), *holiday) == at("2026-06-29T09:00+02:00")


@st.composite
def offices(draw) -> Desk:
    """Offices of several zones, with hours around the times at which clocks change."""
    times = ("00:00", "01:00", "01:30", "02:15", "03:00", "09:00", "12:30", "24:00")
    hours = []
    for day in draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True)):
        edges = sorted(draw(st.sets(st.sampled_from(times), min_size=2, max_size=6)))
        hours += [Open(day, *pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    holidays = draw(st.sets(st.sampled_from(("2026-03-29", "2026-03-30", "2026-10-25", "2026-11-01"))))
    zones = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu", "UTC")
    return desk(hours, sorted(holidays), ZoneInfo(draw(st.sampled_from(zones))))


NEAR_CHANGES = ("2026-03-08", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-11-01", "2026-06-15")
moments = st.builds(
    lambda day, minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(NEAR_CHANGES),
    st.integers(0, 2880),
)
lengths = st.builds(timedelta, minutes=st.integers(0, 3000))


def _somebody_is_there(moment: datetime, office: Desk) -> bool:
    """The slow and obvious way: look at the wall clock."""
    local = moment.astimezone(office.zone)
    if local.date().isoformat() in office.calendar.holidays:
        return False
    return any(
        each.weekday == WEEKDAYS[local.weekday()] and each.opens <= f"{local:%H:%M}" < each.closes
        for each in office.approvals.hours
    )


@given(offices(), moments, st.integers(0, 2880))
@settings(max_examples=60, deadline=None)
def test_business_time_is_every_minute_at_which_somebody_is_there(office, start, minutes):
    counted = sum(_somebody_is_there(start + minute * MINUTE, office) for minute in range(minutes))
    assert business_time(start, start + minutes * MINUTE, *office) == counted * MINUTE


@given(offices(), moments, lengths)
def test_so_much_business_time_lies_before_what_is_due_and_no_moment_earlier(office, start, within):
    due = due_at(start, within, *office)
    assert business_time(start, due, *office) == within
    if within:
        assert business_time(start, due - timedelta(microseconds=1), *office) < within
        assert _somebody_is_there(due - MINUTE, office)


@given(offices(), moments, lengths, lengths)
def test_times_add_up(office, start, one, other):
    assert due_at(due_at(start, one, *office), other, *office) == due_at(start, one + other, *office)


@given(offices(), moments, lengths, lengths)
def test_who_asks_later_hears_no_earlier(office, start, later, within):
    assert due_at(start + later, within, *office) >= due_at(start, within, *office)


@given(offices(), moments, lengths, lengths)
def test_a_reminder_lies_between_asking_and_the_end(office, start, within, before):
    assume(within)
    reminded = remind_at(start, within, before, **office._asdict())
    assert start <= reminded <= due_at(start, within, *office)
    assert _somebody_is_there(reminded, office)
