"""The town's rules: its zone and its public holidays."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from agencies.models import Holiday
from agencies.models.policy import easter, holiday_date, validate_holiday_rule, validate_time_zone


@pytest.mark.parametrize(
    ("year", "day"),
    [(1961, "04-02"), (2000, "04-23"), (2008, "03-23"), (2024, "03-31"), (2026, "04-05"), (2038, "04-25")],
)
def test_easter_of_known_years(year: int, day: str) -> None:
    assert easter(year) == date.fromisoformat(f"{year}-{day}")


@given(st.integers(1583, 4099))
def test_easter_is_a_sunday_in_spring(year: int) -> None:
    day = easter(year)
    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("fixed:12-25", date(2026, 12, 25)),
        ("easter", date(2026, 4, 5)),
        ("easter+1", date(2026, 4, 6)),
        ("easter-2", date(2026, 4, 3)),
        ("date:2026-05-08", date(2026, 5, 8)),
    ],
)
def test_rules_of_holidays(rule: str, day: date) -> None:
    validate_holiday_rule(rule)
    assert holiday_date(rule, 2026) == day
    assert Holiday(rule=rule, name="x").falls_on(day)
    assert not Holiday(rule=rule, name="x").falls_on(day.replace(day=day.day + 1))


def test_a_leap_day_falls_in_leap_years_alone() -> None:
    validate_holiday_rule("fixed:02-29")
    assert Holiday(rule="fixed:02-29").falls_on(date(2028, 2, 29))
    assert not Holiday(rule="fixed:02-29").falls_on(date(2027, 3, 1))


def test_a_single_date_falls_in_its_year_alone() -> None:
    assert not Holiday(rule="date:2026-05-08").falls_on(date(2027, 5, 8))


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "fixed:13-01",
        "fixed:02-30",
        "fixed:12",
        "easter*2",
        "easterly",
        "easter+x",
        "date:2026",
        "Xmas",
        "fixed:",
    ],
)
def test_other_rules_are_refused_and_never_fall(rule: str) -> None:
    with pytest.raises(ValidationError, match="fixed:12-25"):
        validate_holiday_rule(rule)
    assert not Holiday(rule=rule).falls_on(date(2026, 12, 25))


def test_time_zones() -> None:
    validate_time_zone("Europe/Berlin")
    for wrong in ("Berlin", "", "Europe/Nowhere", "/etc/passwd"):
        with pytest.raises(ValidationError, match="is not a time zone"):
            validate_time_zone(wrong)
