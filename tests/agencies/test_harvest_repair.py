"""Single values, mended or refused with the cure."""

from __future__ import annotations

import datetime
import time

import pytest

from agencies.hsds import repair
from agencies.hsds.tongues import language_of


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-24", (2026, 1, 24)),
        ("2026-01-24T10:00:00Z", (2026, 1, 24)),
        ("1/24/2026", (2026, 1, 24)),
        ("1/2/14", (2014, 1, 2)),
        ("1/24/70", (1970, 1, 24)),
        ("24.12.2015", (2015, 12, 24)),
        ("December 24, 2014", (2014, 12, 24)),
        ("24 Dec 2014", (2014, 12, 24)),
    ],
)
def test_days(written: str, expected: tuple[int, int, int]) -> None:
    assert repair.day(written)[0] == datetime.date(*expected)


@pytest.mark.parametrize(
    "written", ["13/27/2014", "24/2/70", "January 01, 0001", "2026-02-30", "soon", "1/1", "٣/٤/٢٠٢٠x"]
)
def test_what_is_no_day_names_the_cure(written: str) -> None:
    with pytest.raises(repair.Refusal, match="like 2026-"):
        repair.day(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *(("9am", "09:00"), ("3:00 PM", "15:00"), ("9:30", "09:30"), ("17.30", "17:30"), ("0930", "09:30")),
        *(
            ("12 a.m.", "00:00"),
            ("12pm", "12:00"),
            ("noon", "12:00"),
            ("24:00", "00:00"),
            ("10:00:00+01:00", "10:00"),
        ),
    ],
)
def test_times(written: str, expected: str) -> None:
    assert repair.clock(written).isoformat("minutes") == expected


@pytest.mark.parametrize("written", ["25:00", "9:75", "13pm", "late", "", "-1"])
def test_what_is_no_time_names_the_cure(written: str) -> None:
    with pytest.raises(repair.Refusal, match="like 9:30"):
        repair.clock(written)


@pytest.mark.parametrize(
    ("written", "number", "extension"),
    [
        ("312-346-9766 x 715", "312-346-9766", "715"),
        ('"+44 1632 960000"', "+44 1632 960000", ""),
        ("01632 960000 ext. 12", "01632 960000", "12"),
        ("(01632) 960-000 (x5)", "(01632) 960-000", "5"),
        ("116 111", "116 111", ""),
    ],
)
def test_numbers(written: str, number: str, extension: str) -> None:
    assert repair.number(written)[:2] == (number, extension)


def test_several_numbers_in_one_cell_come_apart() -> None:
    assert repair.numbers("main: 305-285-5922, tdd: 800-955-8771") == [
        ("main", "305-285-5922"),
        ("tdd", "800-955-8771"),
    ]
    assert repair.numbers("01632 960000") == [("", "01632 960000")]


@pytest.mark.parametrize("written", ["", "x", "call us", "1" * 61])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(repair.Refusal):
        repair.number(written)


def test_web_addresses_get_their_scheme() -> None:
    assert repair.url("www.foxglove.example")[0] == "https://www.foxglove.example"
    assert repair.url("http://foxglove.example/a")[0] == "http://foxglove.example/a"


@pytest.mark.parametrize(
    "written", ["javascript:alert(1)", "N/A", "data:text/html,x", "mailto:a@b.example", "http://[::1", "a b"]
)
def test_what_is_no_web_address_is_refused(written: str) -> None:
    with pytest.raises(repair.Refusal, match="like https://"):
        repair.url(written)


def test_addresses_of_mail() -> None:
    assert repair.email("mailto:a@b.example") == ("a@b.example", "")
    assert repair.email("a@b.example; c@d.example")[0] == "a@b.example"
    with pytest.raises(repair.Refusal):
        repair.email("ask at the desk")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("<script>alert(1)</script>Food", "Food"),
        ("children < 12 & babies", "children < 12 & babies"),
        ("&lt;b&gt;bold&lt;/b&gt;", "<b>bold</b>"),
        ("a\x00b\u202ec\ud800", "abc"),
        ("  two   words \r\n\r\n\r\n\r\nmore ", "two words\n\nmore"),
    ],
)
def test_text_is_plain(written: str, plain: str) -> None:
    assert repair.text(written)[0] == plain


@pytest.mark.parametrize("hostile", ["<" * 200_000, "<script" * 30_000, "<!--" * 50_000, "&" * 200_000])
def test_hostile_text_takes_no_time(hostile: str) -> None:
    begin = time.perf_counter()
    repair.text(hostile)
    assert time.perf_counter() - begin < 5


def test_ages_are_months_and_the_last_one_counts() -> None:
    assert (repair.age("12"), repair.age("17", last=True), repair.age("0.5")) == (144, 215, 6)
    for wrong in ("old", "-1", "999", "NaN", "1e999"):
        with pytest.raises(repair.Refusal):
            repair.age(wrong)


def test_states_are_hsds_four_words() -> None:
    assert repair.status("Temporarily  Closed") == ("temporarily closed", "")
    assert repair.status("") == ("active", "")
    word, note = repair.status("paused")
    assert word == "active" and "paused" in note


def test_points_are_on_earth() -> None:
    assert repair.point("54.1", "10") == (54.1, 10.0)
    for north, east in (("95", "10"), ("54", ""), ("nan", "1"), ("x", "y")):
        with pytest.raises(repair.Refusal):
            repair.point(north, east)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Spanish", "es"),
        ("eng", "en"),
        ("ur", "ur"),
        ("Chinese (Mandarin)", "zh"),
        ("Tagalog", "tl"),
        ("Elvish", ""),
    ],
)
def test_languages_by_name_or_code(written: str, code: str) -> None:
    assert language_of(written)[0] == code


def test_days_of_the_week() -> None:
    assert [repair.weekday(word) for word in ("Monday", "tues", "FR", "7", "Thurs.")] == [
        "MO",
        "TU",
        "FR",
        "SU",
        "TH",
    ]
    assert repair.days("1MO, -1fr") == "1MO,-1FR"
    with pytest.raises(repair.Refusal):
        repair.days("every day")


def test_a_long_text_is_cut_between_words() -> None:
    assert repair.fitting("one two three", 9) == "one two…"
    assert len(repair.fitting("x" * 500, 300)) == 300
