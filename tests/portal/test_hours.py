"""Opening hours in words: what is open now, the week, and the exceptions ahead."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from agencies.models import Holiday, Location, Policy, Schedule, ServiceAtLocation, ServicePage
from portal import hours

from . import small_town

MONDAY = date(2026, 11, 23)
WEEKDAYS = {"byday": "MO,TU,WE,TH,FR", "opens_at": time(9), "closes_at": time(17)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the town's clock: `clock(day, hour)`."""

    def at(day: date, hour: int) -> None:
        moment = datetime.combine(day, time(hour), tzinfo=ZoneInfo("Europe/Berlin"))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def opening(language: str = "en", **facts: Any) -> hours.Opening:
    page = small_town.service(small_town.agency(), **facts)
    found = ServicePage.objects.for_page(language).get(pk=page.pk)
    return hours.opening_of(found, Policy.current(), language)


def test_what_is_closed_for_a_while_does_not_open_on_thursday(town: None, clock: Any) -> None:
    clock(MONDAY, 10)
    found = opening(status="temporarily closed", schedules=[Schedule(**WEEKDAYS)])
    assert (found.state, found.text) == ("closed", "Closed for now")


@pytest.mark.parametrize(
    ("day", "hour", "state", "said"),
    [
        (0, 10, "open", "Open now until 17:00"),
        (0, 8, "closed", "Opens 09:00"),
        (0, 17, "closed", "Opens Tuesday 09:00"),
        (4, 18, "closed", "Opens Monday 09:00"),
    ],
)
def test_now_in_one_short_line(town: None, clock: Any, day: int, hour: int, state: str, said: str) -> None:
    clock(MONDAY + timedelta(days=day), hour)
    shown = opening(schedules=[Schedule(**WEEKDAYS)])
    assert (shown.state, shown.text) == (state, said)


def test_the_week_marks_today(town: None, clock: Any) -> None:
    clock(MONDAY, 10)
    rows = opening(schedules=[Schedule(**WEEKDAYS)]).rows
    assert [(row.day, row.hours, row.today) for row in (rows[0], rows[6])] == [
        ("Monday", "09:00–17:00", True),
        ("Sunday", "closed", False),
    ]


def test_on_a_holiday_it_says_to_call_first(town: None, clock: Any) -> None:
    policy = Policy.load()
    policy.holidays = [Holiday(name="Market day", rule="fixed:11-23")]
    policy.save()
    clock(MONDAY, 10)
    assert opening(schedules=[Schedule(**WEEKDAYS)]).text == "Holiday: call first"
    assert opening(schedules=[Schedule(**WEEKDAYS)], holiday_hours="open").state == "open"


def test_what_nobody_filled_in_is_not_known(town: None) -> None:
    shown = opening(schedules=[], hours_text="Ask at the door.")
    assert (shown.state, shown.rows, str(shown.original)) == ("unknown", [], "Ask at the door.")


def test_exceptions_ahead_say_what_and_why(town: None, clock: Any) -> None:
    clock(MONDAY, 10)
    exceptions = [
        Schedule(closed=True, valid_from=date(2026, 12, 24), valid_to=date(2026, 12, 26), notes="Christmas"),
        Schedule(opens_at=time(10), closes_at=time(12), valid_from=MONDAY, valid_to=MONDAY),
        Schedule(closed=True, valid_from=date(2026, 11, 1), valid_to=date(2026, 11, 2)),
        Schedule(closed=True, valid_from=date(2027, 5, 1), valid_to=date(2027, 5, 1)),
    ]
    rows = opening(schedules=[Schedule(**WEEKDAYS), *exceptions]).exceptions
    assert [(row.date, row.text, str(row.note)) for row in rows] == [
        ("23 November", "10:00–12:00", ""),
        ("24 December – 26 December", "closed", "Christmas"),
    ]


def test_days_are_written_as_the_reader_writes_them() -> None:
    with translation.override("de"):
        assert hours.day_of_month(date(2026, 12, 24)) == "24. Dezember"


def test_a_service_without_hours_has_those_of_its_only_place(town: None, clock: Any) -> None:
    clock(MONDAY, 10)
    place = Location(name="Harbour")
    schedules = [Schedule(**WEEKDAYS, at=place.uid)]
    house = small_town.agency(locations=[place], schedules=schedules)
    given_there = [ServiceAtLocation(location=house.locations.get())]
    page = small_town.service(house, service_at_locations=given_there)
    found = ServicePage.objects.for_page("en").get(pk=page.pk)
    assert hours.opening_of(found, Policy.current(), "en").state == "open"
