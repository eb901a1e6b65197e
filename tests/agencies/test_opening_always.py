"""What must hold of opening hours for every table of rows, however odd."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.models import Schedule
from agencies.models.schedule import DAYS
from agencies.opening import spans_on
from tests.agencies.clock import ask, at, shut

clocks = st.times(max_value=time(23, 58)).map(lambda clock: clock.replace(second=0, microsecond=0))
dates = st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31))


@st.composite
def schedules(draw) -> Schedule:
    times = draw(st.booleans())
    return Schedule(
        byday=",".join(draw(st.lists(st.sampled_from([*DAYS, "1MO", "-1FR"]), max_size=4, unique=True))),
        opens_at=draw(clocks) if times else None,
        closes_at=draw(clocks) if times else None,
        closed=draw(st.integers(0, 5)) == 0,
        valid_from=draw(dates),
        valid_to=draw(dates),
        freq=draw(st.sampled_from(["", "WEEKLY", "MONTHLY"])),
        interval=draw(st.sampled_from([None, 1, 2, 3])),
        bymonthday=draw(st.sampled_from(["", "", "", "1", "15,-1"])),
        timezone=draw(st.sampled_from(["", "", "Europe/Berlin", "America/New_York"])),
    )


moments = st.datetimes(datetime(2026, 11, 10), datetime(2026, 12, 20))
tables = st.lists(schedules(), max_size=5)


@settings(max_examples=300, deadline=None)
@given(
    rows=tables,
    now=moments,
    holiday=st.dates(date(2026, 11, 10), date(2026, 12, 20)),
    says=st.sampled_from(["call", "open", "closed"]),
)
def test_it_is_never_open_outside_what_a_row_says(rows, now, holiday, says) -> None:
    found = ask(rows, now, holiday, says)
    assert found.state in ("open", "always", "closed", "holiday", "unknown")
    if found.state not in ("open", "always"):
        assert found.until is None
        return
    covering = [
        row for row in rows for day in (now.date(), now.date() - timedelta(1)) if says_open(row, day, now)
    ]
    assert covering
    if found.state == "open":
        assert found.until > now


def says_open(row: Schedule, day: date, now: datetime) -> bool:
    """A second reading of one row, written apart from the first: does its opening of that day hold now?"""
    if row.closed or row.opens_at is None or row.opens_at == row.closes_at != time(0):
        return False
    if (row.valid_from and day < row.valid_from) or (row.valid_to and day > row.valid_to):
        return False
    if row.timezone == "America/New_York" or ((row.interval or 1) > 1 and row.valid_from is None):
        return False
    start, end = datetime.combine(day, row.opens_at), datetime.combine(day, row.closes_at)
    return start <= now < (end if end > start else end + timedelta(1))


@settings(max_examples=200, deadline=None)
@given(rows=tables, now=moments, first=st.dates(date(2026, 11, 10), date(2026, 12, 20)))
def test_nothing_is_open_while_a_closure_holds(rows, now, first) -> None:
    rows = [*rows, shut(first, first + timedelta(2))]
    found = ask(rows, now, holiday_hours="open")
    if first <= now.date() - timedelta(1) and now.date() <= first + timedelta(2):
        assert found.state == "closed"


@settings(max_examples=200, deadline=None)
@given(rows=tables, day=st.dates(date(2026, 11, 10), date(2026, 12, 20)))
def test_a_holiday_to_call_first_is_never_open_by_the_weekly_hours(rows, day) -> None:
    weekly = [row for row in rows if not row.is_exception]
    for hour in range(0, 24, 3):
        assert ask(weekly, at(day, f"{hour:02}:15"), day).state in ("holiday", "unknown")


@settings(max_examples=200, deadline=None)
@given(rows=tables, now=moments)
def test_the_next_opening_is_truly_open_and_none_comes_before(rows, now) -> None:
    found = ask(rows, now)
    if found.opens is None:
        return
    assert found.opens > now
    assert ask(rows, found.opens).state in ("open", "always")
    if found.state == "closed":
        between = now + (found.opens - now) / 2
        assert ask(rows, between).state != "open"


@settings(max_examples=200, deadline=None)
@given(rows=tables, day=st.dates(date(2026, 11, 10), date(2026, 12, 20)))
def test_the_openings_of_a_day_begin_on_it_in_order(rows, day) -> None:
    spans = spans_on(rows, day)
    assert all(span.start.date() == day and span.start < span.end for span in spans)
    assert all(one.start <= other.start for one, other in pairwise(spans))
    assert all(span.end - span.start <= timedelta(1) for span in spans)
