"""Is it open now? Never outside what the rows say, never on a guess."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from agencies.models import Schedule
from agencies.models.schedule import DAYS
from agencies.opening import Verdict, maybes_on, spans_on
from tests.agencies.clock import MONDAY, ask, at, hours, shut

# --- plain weeks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "state"), [("08:59", "closed"), ("09:00", "open"), ("16:59", "open"), ("17:00", "closed")]
)
def test_open_from_the_first_minute_to_the_last(clock: str, state: str) -> None:
    assert ask([hours()], at(MONDAY, clock)).state == state


def test_it_says_until_when_and_when_next() -> None:
    assert ask([hours()], at(MONDAY, "10:00")).until == at(MONDAY, "17:00")
    assert ask([hours()], at(MONDAY, "18:00")).opens == at(MONDAY + timedelta(1), "09:00")
    assert ask([hours()], at("2026-11-27", "18:00")).opens == at("2026-11-30", "09:00")


def test_an_opening_of_next_week_is_not_announced_by_the_name_of_today() -> None:
    assert ask([hours("MO")], at(MONDAY, "18:00")).opens is None


def test_after_midnight_it_is_still_last_nights_opening() -> None:
    night = [hours("FR", "22:00", "06:00")]
    assert ask(night, at("2026-11-27", "23:00")).until == at("2026-11-28", "06:00")
    assert ask(night, at("2026-11-28", "05:59")).state == "open"
    assert ask(night, at("2026-11-28", "06:00")).state == "closed"
    assert ask(night, at("2026-11-27", "05:00")).state == "closed"


@pytest.mark.parametrize("closes", ["00:00", "23:59"])
def test_midnight_to_midnight_every_day_is_day_and_night(closes: str) -> None:
    rows = [hours(",".join(DAYS), "00:00", closes)]
    assert ask(rows, at(MONDAY, "23:59")).state == "always"
    assert ask(rows, at(MONDAY, "00:00")).state == "always"


def test_a_day_and_a_night_of_the_week_end() -> None:
    rows = [hours("SA,SU", "00:00", "00:00")]
    assert ask(rows, at("2026-11-28", "12:00")) == Verdict("open", until=at("2026-11-30", "00:00"))
    assert ask(rows, at(MONDAY, "12:00")).state == "closed"


def test_openings_that_touch_or_overlap_are_one() -> None:
    rows = [hours("MO", "20:00", "02:00"), hours("MO", "22:00", "06:00"), hours("TU", "06:00", "08:00")]
    assert ask(rows, at(MONDAY, "21:00")).until == at("2026-11-24", "08:00")


def test_a_lunch_break_is_closed() -> None:
    rows = [hours("MO", "09:00", "12:00"), hours("MO", "13:00", "17:00")]
    assert ask(rows, at(MONDAY, "10:00")).until == at(MONDAY, "12:00")
    assert ask(rows, at(MONDAY, "12:30")) == Verdict("closed", opens=at(MONDAY, "13:00"))


# --- what nobody knows ----------------------------------------------------------------------------


def test_without_rows_nothing_is_known() -> None:
    assert ask([], at(MONDAY, "10:00")).state == "unknown"


def test_a_row_without_times_does_not_open() -> None:
    assert ask([hours("MO", "", "")], at(MONDAY, "10:00")).state == "unknown"


def test_a_day_without_times_is_unknown_beside_days_that_are_known() -> None:
    rows = [hours("MO"), hours("TU", "", "")]
    assert ask(rows, at("2026-11-24", "10:00")).state == "unknown"
    assert ask(rows, at("2026-11-25", "10:00")).state == "closed"


def test_a_row_of_mere_words_takes_nothing_away() -> None:
    rows = [hours(), Schedule(description="By appointment")]
    assert ask(rows, at(MONDAY, "20:00")).state == "closed"
    assert ask([Schedule(description="By appointment")], at(MONDAY, "20:00")).state == "unknown"


def test_the_same_time_twice_by_day_is_a_slip_not_a_day_and_a_night() -> None:
    assert ask([hours("MO", "09:00", "09:00")], at(MONDAY, "10:00")).state == "unknown"
    assert ask([hours("MO", "09:00", "09:00")], at("2026-11-24", "03:00")).state == "closed"


def test_one_closure_does_not_make_the_rest_of_the_year_closed() -> None:
    rows = [shut(date(2026, 12, 20), date(2026, 12, 24))]
    assert ask(rows, at(MONDAY, "10:00")).state == "unknown"
    assert ask(rows, at("2026-12-21", "10:00")).state == "closed"


def test_hours_that_have_run_out_say_nothing_of_today() -> None:
    summer = [hours(valid_from=date(2026, 6, 1), valid_to=date(2026, 8, 31))]
    assert ask(summer, at("2026-06-01", "10:00")).state == "open"
    assert ask(summer, at(MONDAY, "10:00")).state == "unknown"


def test_the_last_night_of_a_season_is_still_open() -> None:
    rows = [hours("", "22:00", "06:00", valid_from=date(2026, 6, 1), valid_to=date(2026, 6, 30))]
    assert ask(rows, at("2026-07-01", "05:00")).state == "open"
    assert ask(rows, at("2026-07-01", "07:00")).state == "unknown"


# --- exceptions -----------------------------------------------------------------------------------


def test_a_closure_overrides_the_week_and_the_week_returns() -> None:
    rows = [hours(), shut(MONDAY, date(2026, 11, 24))]
    assert ask(rows, at("2026-11-24", "10:00")) == Verdict("closed", opens=at("2026-11-25", "09:00"))
    assert ask(rows, at("2026-11-25", "10:00")).state == "open"


def test_other_hours_override_the_week() -> None:
    rows = [hours(), hours("", "14:00", "15:00", valid_from=MONDAY, valid_to=MONDAY)]
    assert ask(rows, at(MONDAY, "10:00")) == Verdict("closed", opens=at(MONDAY, "14:00"))
    assert ask(rows, at(MONDAY, "14:30")).until == at(MONDAY, "15:00")


def test_an_exception_without_times_is_unknown_that_day() -> None:
    rows = [hours(), Schedule(valid_from=MONDAY, valid_to=MONDAY, notes="Training, perhaps open")]
    assert ask(rows, at(MONDAY, "10:00")).state == "unknown"


def test_a_closure_wins_over_other_hours_of_the_same_day() -> None:
    rows = [hours("", "14:00", "15:00", valid_from=MONDAY, valid_to=MONDAY), shut(MONDAY, MONDAY)]
    assert ask(rows, at(MONDAY, "14:30")).state == "closed"


def test_closed_from_a_day_on_has_no_end() -> None:
    rows = [hours(), shut(MONDAY, None)]
    assert ask(rows, at(MONDAY - timedelta(3), "10:00")).state == "open"
    assert ask(rows, at(MONDAY + timedelta(364), "10:00")) == Verdict("closed")


def test_closed_until_a_day_has_no_beginning() -> None:
    rows = [hours(), Schedule(valid_to=MONDAY, closed=True)]
    assert ask(rows, at(MONDAY, "10:00")).state == "closed"
    assert ask(rows, at(MONDAY + timedelta(1), "10:00")).state == "open"


def test_hours_from_a_day_on_do_not_count_before() -> None:
    rows = [hours(valid_from=MONDAY)]
    assert ask(rows, at(MONDAY - timedelta(3), "10:00")).state == "unknown"
    assert ask(rows, at(MONDAY, "10:00")).state == "open"


def test_a_closed_weekday_is_closed() -> None:
    rows = [hours(",".join(DAYS)), Schedule(byday="WE", closed=True)]
    assert ask(rows, at("2026-11-25", "10:00")).state == "closed"
    assert ask(rows, at("2026-11-24", "10:00")).state == "open"


# --- holidays -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("says", "state"), [("call", "holiday"), ("closed", "closed"), ("open", "open")])
def test_a_public_holiday(says: str, state: str) -> None:
    found = ask([hours()], at(MONDAY, "10:00"), MONDAY, says)
    assert found.state == state
    if says != "open":
        assert found.opens == at("2026-11-24", "09:00")


def test_day_and_night_pauses_on_a_holiday_unless_the_entry_says_otherwise() -> None:
    rows = [hours(",".join(DAYS), "00:00", "00:00")]
    tomorrow = MONDAY + timedelta(1)
    assert ask(rows, at(MONDAY, "10:00"), tomorrow) == Verdict("open", until=at(tomorrow, "00:00"))
    assert ask(rows, at(tomorrow, "10:00"), tomorrow).state == "holiday"
    assert ask(rows, at(tomorrow, "10:00"), tomorrow, "open").state == "always"


def test_the_night_into_a_holiday_and_out_of_it() -> None:
    rows = [hours(",".join(DAYS), "22:00", "06:00")]
    assert ask(rows, at(MONDAY, "02:00"), MONDAY).state == "holiday"
    assert ask(rows, at(MONDAY + timedelta(1), "02:00"), MONDAY).state == "closed"


def test_unknown_hours_stay_unknown_on_a_holiday() -> None:
    assert ask([], at(MONDAY, "10:00"), MONDAY).state == "unknown"


def test_hours_for_these_very_days_say_otherwise() -> None:
    rows = [hours(), hours("", "10:00", "12:00", valid_from=MONDAY, valid_to=MONDAY + timedelta(1))]
    assert ask(rows, at(MONDAY, "11:00"), MONDAY).state == "open"
    closure = [hours(), shut(MONDAY - timedelta(20), MONDAY + timedelta(20))]
    assert ask(closure, at(MONDAY, "11:00"), MONDAY).state == "closed"


def test_hours_for_a_whole_season_did_not_think_of_the_holiday() -> None:
    rows = [hours("", "10:00", "12:00", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31))]
    assert ask(rows, at(MONDAY, "11:00"), MONDAY).state == "holiday"


# --- zones and the change of the clock ------------------------------------------------------------


def test_hours_are_the_clock_on_the_wall_when_the_clock_is_changed() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    rows = [hours("SU", "01:00", "05:00")]
    for day in (spring, autumn):
        assert ask(rows, at(day, "04:59")).state == "open"
        assert ask(rows, at(day, "05:00")).state == "closed"
        assert ask(rows, at(day, "02:30")).state == "open"


def test_a_row_of_another_zone_with_the_same_clock_counts() -> None:
    assert ask([hours(timezone="Europe/Paris")], at(MONDAY, "10:00")).state == "open"


@pytest.mark.parametrize(
    "zone", ["America/New_York", "Europe/London", "Nowhere/At_all", "-05:00", "../etc/passwd"]
)
def test_a_row_of_another_clock_is_not_known(zone: str) -> None:
    rows = [hours(timezone=zone)]
    assert ask(rows, at(MONDAY, "10:00")).state == "unknown"
    assert ask(rows, at(MONDAY, "23:30")).state == "unknown"
    assert ask(rows, at("2026-11-28", "10:00")).state == "closed"


def test_zones_that_change_the_clock_on_other_days_part_for_some_weeks() -> None:
    """Jordan keeps summer time for ever; Berlin joins it from March to October."""
    rows = [hours(timezone="Asia/Amman")]
    assert ask(rows, at("2026-07-06", "10:00")).state == "unknown"
    nicosia = [hours(timezone="Africa/Johannesburg")]
    assert ask(nicosia, at("2026-07-06", "10:00")).state == "open"
    assert ask(nicosia, at(MONDAY, "10:00")).state == "unknown"


def test_a_closure_of_another_zone_still_closes() -> None:
    assert (
        ask([hours(), shut(MONDAY, MONDAY, timezone="America/New_York")], at(MONDAY, "10:00")).state
        == "closed"
    )


# --- rhythms --------------------------------------------------------------------------------------


def test_every_second_week_counts_from_its_first_day() -> None:
    rows = [hours("MO,FR", interval=2, valid_from=date(2026, 11, 20))]  # a Friday
    open_days = [day for day in days(21) if spans_on(rows, day)]
    assert [day.isoformat() for day in open_days] == ["2026-11-30", "2026-12-04"]
    assert ask(rows, at("2026-11-23", "10:00")).state == "closed"


def days(number: int) -> list[date]:
    return [MONDAY + timedelta(ahead) for ahead in range(number)]


def test_every_second_week_of_nobody_knows_which_is_unknown() -> None:
    rows = [hours("MO", interval=2)]
    assert ask(rows, at(MONDAY, "10:00")).state == "unknown"
    assert ask(rows, at(MONDAY, "18:00")).state == "closed"
    assert maybes_on(rows, MONDAY)
    assert not spans_on(rows, MONDAY)


def test_closed_every_second_week_of_nobody_knows_which_is_unknown() -> None:
    rows = [hours(), Schedule(byday="MO", closed=True, interval=2)]
    assert ask(rows, at(MONDAY, "10:00")).state == "unknown"
    assert ask(rows, at("2026-11-24", "10:00")).state == "open"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"byday": "1TU"}, {"2026-12-01"}),
        ({"byday": "+2TU,-1FR"}, {"2026-11-27", "2026-12-08", "2026-12-25"}),
        ({"byday": "TU,TH", "bymonthday": "1,3"}, {"2026-12-01", "2026-12-03"}),
        ({"byday": "", "bymonthday": "24,-1"}, {"2026-11-24", "2026-11-30", "2026-12-24", "2026-12-31"}),
        ({"byday": "SU"}, {"2026-11-29", "2026-12-06", "2026-12-13", "2026-12-20", "2026-12-27"}),
        ({"byday": "", "valid_from": date(2026, 1, 15)}, {"2026-12-15"}),
        ({"byday": "1WE", "interval": 2, "valid_from": date(2026, 10, 7)}, {"2026-12-02"}),
    ],
)
def test_monthly_rows(fields: dict, expected: set[str]) -> None:
    row = hours(**{"freq": Schedule.Freq.MONTHLY, **fields})
    open_days = {day.isoformat() for day in days(39) if spans_on([row], day)}
    assert open_days == expected


def test_a_monthly_row_without_a_day_is_unknown() -> None:
    assert ask([hours("", freq=Schedule.Freq.MONTHLY)], at(MONDAY, "10:00")).state == "unknown"


def test_an_ordinal_weekday_is_monthly_whatever_the_row_calls_itself() -> None:
    row = hours("1TU")
    assert [day.isoformat() for day in days(28) if spans_on([row], day)] == ["2026-12-01"]
