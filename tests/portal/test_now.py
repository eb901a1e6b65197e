"""`/now/`: who answers at this hour, for the young and for grown-ups; and the number in the help bar."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import Policy
from portal.models import TownNumber

from . import small_town
from .test_frame import help_bar

Kind = TownNumber.Kind
WEEK = "MO,TU,WE,TH,FR,SA,SU"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the clock of the town: `at("2026-11-26 21:00")`."""

    def put(moment: str) -> None:
        zone = ZoneInfo(Policy.load().time_zone)
        local = datetime.fromisoformat(moment).replace(tzinfo=zone)
        monkeypatch.setattr(timezone, "now", lambda: local.astimezone(ZoneInfo("UTC")))

    return put


def line(kind: str, number: str, first: int = 0, last: int = 0, **facts: Any) -> TownNumber:
    """A confirmed number that answers every day from one hour until another; without them day and night."""
    if first != last:
        facts = {
            "answers": "hours",
            "byday": WEEK,
            "opens_at": time(first),
            "closes_at": time(last),
        } | facts
    return small_town.confirmed(kind, number, **{"answers": "always", "spoken": "en"} | facts)


def test_now_answers_the_young_and_grown_ups_and_keeps_danger_apart(
    town: None, client: Client, at: Any
) -> None:
    at("2026-11-26 21:00")
    small_town.numbers(
        line(Kind.PARENT_HELPLINE, "01632 960 340", 16, 23),
        line(Kind.CHILD_HELPLINE, "116 111"),
        line(Kind.EMERGENCY, "112"),
        line(Kind.CHILD_HELPLINE, "chat.example/now", 14, 23, type="chat"),
        line(Kind.MISSING_CHILDREN, "116 000"),
        line(Kind.POLICE, "01632 960 180"),
        TownNumber(kind=Kind.POLICE, number="01632 960 999"),
    )
    response = client.get("/en/now/")
    picked = {group.title: [n.display for n in group.numbers] for group in response.context["picked"]}
    assert picked == {
        "If you are under 18": ["116 111", "chat.example/now"],
        "If you are grown up": ["01632 960 340"],
    }
    assert [n.display for n in response.context["danger"]] == ["112"]
    assert [n.display for n in response.context["others"]] == ["116 000", "01632 960 180"]
    page = response.content.decode()
    assert "Answers now, until 23:00" in page and "Answers day and night" in page
    assert page.index("If you are under 18") < page.index("If you are grown up") < page.index(">In danger<")
    main = page[page.index("<main") :]
    assert "<form" not in main and "?" not in "".join(re.findall(r'href="(/[^"]*)"', main))


def test_now_says_what_is_closed_and_until_when(town: None, client: Client, at: Any) -> None:
    small_town.numbers(line(Kind.CHILD_HELPLINE, "116 111", 14, 22, byday="MO,TU,WE,TH,FR"))
    expected = {
        "2026-11-26 03:00": "Closed now, from 14:00",
        "2026-11-28 15:00": "Closed now, from Monday 14:00",
    }
    for moment, words in expected.items():
        at(moment)
        page = client.get("/en/now/").content.decode()
        assert words in page and "Nobody answers here at this moment" in page
    at("2026-11-26 15:00")
    assert "Nobody answers here" not in client.get("/en/now/").content.decode()


def test_the_language_of_the_page_decides_between_open_lines(town: None, client: Client) -> None:
    small_town.numbers(
        line(Kind.CHILD_HELPLINE, "116 111", spoken="en"),
        line(Kind.CHILD_HELPLINE, "116 999", spoken="ar,en"),
    )
    firsts = {
        code: client.get(f"/{code}/now/").context["picked"][0].numbers[0].display
        for code in ("en", "ar", "de")
    }
    assert firsts == {"en": "116 111", "ar": "116 999", "de": "116 111"}


def test_all_that_is_known_of_a_number_stands_there(town: None, client: Client) -> None:
    """SAFETY.md 8: free, hours, languages, anonymous, recorded, located, on the bill, who checked it and when."""
    facts = {"free_call": "yes", "anonymous": "yes", "recorded": "no", "located": "yes", "on_bill": "no"}
    small_town.numbers(line(Kind.CHILD_HELPLINE, "116 111", spoken="en,ar", days_ago=10, **facts))
    page = client.get("/en/now/").content.decode()
    for words in (
        "Free to call",
        "No name needed",
        "Not recorded",
        "They can see where you are",
        "Not on the phone bill",
        "English, Arabic",
        "Answers day and night",
        "Checked by <bdi>Duty desk</bdi> (<bdi>directory</bdi>)",
    ):
        assert words in page, words


def test_hours_in_words_stand_where_nobody_knows_the_hours(town: None, client: Client) -> None:
    small_town.numbers(line(Kind.CHILD_HELPLINE, "116 111", answers="unknown", hours="In the evening"))
    page = client.get("/en/now/").content.decode()
    assert "In the evening" in page and "Answers" not in page and "Closed now" not in page


def test_the_bar_has_the_line_that_answers(town: None, client: Client, at: Any) -> None:
    small_town.numbers(
        line(Kind.EMERGENCY, "112"),
        line(Kind.CHILD_HELPLINE, "116 111", 14, 22),
        line(Kind.CHILD_HELPLINE, "116 999", 20, 23),
    )
    for moment, number in {"2026-11-26 15:00": "116 111", "2026-11-26 22:30": "116 999"}.items():
        at(moment)
        bar = help_bar(client.get("/en/").content.decode())
        assert number in bar and "from" not in bar and "112" in bar, moment


def test_in_danger_the_bar_has_the_towns_first_number_for_everybody(town: None, client: Client) -> None:
    small_town.numbers(
        line(Kind.EMERGENCY, "112", answers="unknown", spoken="de"),
        line(Kind.EMERGENCY, "110", free_call="yes", anonymous="yes"),
    )
    bar = help_bar(client.get("/en/").content.decode())
    assert "112" in bar and "110" not in bar


def test_the_bar_is_honest_when_no_line_answers(town: None, client: Client, at: Any) -> None:
    small_town.numbers(line(Kind.CHILD_HELPLINE, "116 111", 14, 22, byday="MO,TU,WE,TH,FR"))
    at("2026-11-26 03:00")
    assert "Children&#x27;s line, from 14:00" in help_bar(client.get("/en/").content.decode())
    at("2026-11-28 15:00")
    assert "Children&#x27;s line, closed now" in help_bar(client.get("/en/").content.decode())


def test_a_town_without_numbers_for_someone_leaves_them_out(town: None, client: Client) -> None:
    small_town.numbers(line(Kind.EMERGENCY, "112"))
    response = client.get("/en/now/")
    assert response.context["picked"] == [] and [n.display for n in response.context["danger"]] == ["112"]


def test_many_numbers_with_hours_ask_the_database_as_often_as_one(town: None, client: Client) -> None:
    counts = []
    for many in (1, 5):
        small_town.numbers(*(line(Kind.CHILD_HELPLINE, f"116 11{n}", 8, 20) for n in range(many)))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/en/now/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
