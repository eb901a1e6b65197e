"""The totals of a week: who sees which, when small ones go, and what many processes write at once."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import freshness
from agencies.membership import AGENCY_ROLES
from agencies.models import District, Policy
from portal import demand, tally
from portal.models import Demand, WatchedWord
from tests.agencies.stage import Stage, person, proven, signed_in

from . import small_town

MONDAY = date(2026, 11, 23)
NEXT = MONDAY + timedelta(days=7)


@pytest.fixture(autouse=True)
def sunday(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything happens on the Sunday that ends the week of 23 November."""
    on(MONDAY + timedelta(days=6), monkeypatch)


def on(day: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "today", lambda policy: day)


def total(count: int, **fields: object) -> Demand:
    return Demand.objects.create(**{"week": MONDAY, "language": "en", "count": count, **fields})


def counts() -> list[int]:
    return sorted(Demand.objects.values_list("count", flat=True))


def page(client: Client, **parameters: str) -> str:
    answer = client.get(reverse("demand_report"), parameters)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client: Client, **parameters: str) -> list[dict[str, str]]:
    answer = client.get(reverse("demand_report"), {"export": "csv", **parameters})
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


# --- small totals and their week


def test_small_totals_go_with_their_week_and_not_before() -> None:
    for count in (1, 9, 10):
        total(count, need=f"n{count}")
    assert tally.forget_small(NEXT - timedelta(days=1)) == 0
    assert tally.forget_small(NEXT) == 2
    assert counts() == [10]


def test_the_first_batch_of_a_new_week_forgets_the_small_ones_of_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    total(9, need="old")
    on(NEXT, monkeypatch)
    tally.add([tally.Total(NEXT, language="en")])
    tally.flush()
    assert list(Demand.objects.values_list("week", "count")) == [(NEXT, 1)]


def test_a_batch_that_comes_after_its_week_leaves_nothing_small(monkeypatch: pytest.MonkeyPatch) -> None:
    total(10, need="known")
    tally.add([tally.Total(MONDAY, need=need, language="en") for need in ("known", "rare")])
    on(NEXT, monkeypatch)
    tally.flush()
    assert counts() == [11]


def test_the_command_forgets_them_where_nobody_searches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    total(9)
    on(NEXT, monkeypatch)
    call_command("tidy_demand")
    assert counts() == []
    assert capsys.readouterr().out.startswith("1 small totals")


def test_a_week_begins_on_the_monday_of_the_towns_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    late = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)  # Monday already in Berlin
    monkeypatch.setattr(freshness.timezone, "now", lambda: late)
    assert demand._read().week() == NEXT
    policy = Policy.load()
    policy.time_zone = "America/New_York"
    policy.save()
    assert demand._read().week() == MONDAY


# --- many at once


def test_two_batches_add_up() -> None:
    word = WatchedWord.objects.create(language="en", words="grief")
    first = tally.Total(MONDAY, word=word.pk, language="en")
    second = tally.Total(MONDAY, need="g-basics", district="harbour", language="en")
    tally.write({first: 3, second: 1}, MONDAY)
    tally.write({second: 4}, MONDAY)
    assert counts() == [3, 5]


@pytest.mark.django_db(transaction=True)
def test_batches_of_many_processes_at_the_same_moment_add_up() -> None:
    word = WatchedWord.objects.create(language="en", words="grief")
    kept = [
        tally.Total(MONDAY, word=word.pk, language="en"),
        *(tally.Total(MONDAY, need=f"n{number}", language="en") for number in range(6)),
    ]
    start = Barrier(4)

    def write(turn: int) -> None:
        try:
            start.wait(timeout=20)
            for _ in range(5):
                tally.write(dict.fromkeys(kept if turn % 2 else reversed(kept), 2), MONDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert counts() == [40] * 7


def test_threads_of_one_process_share_its_buffer() -> None:
    one = tally.Total(MONDAY, language="en")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tally.buffer.add([one]), range(200)))
    assert tally.buffer.take() == {one: 200}


# --- the report


@pytest.fixture
def seen() -> Client:
    """A member of the town's team, a week after everything was counted."""
    District.objects.create(code="harbour", name="Harbour")
    return signed_in("town_editor")


def test_ten_are_shown_and_nine_are_not(seen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    name = small_town.need("food-clothes").name
    total(10, need="food-clothes", district="harbour")
    total(9, need="sad-anxious", district="harbour")
    on(NEXT, monkeypatch)
    shown = page(seen)
    assert (
        f"In the week of 23 November 2026, families looked for “{name}” in Harbour and found nothing: 10 times"
        in shown
    )
    assert small_town.need("sad-anxious").name not in shown
    assert [row["Times"] for row in rows(seen)] == ["10"]


def test_every_kind_of_total_is_a_sentence(seen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    word = WatchedWord.objects.create(language="ar", words="حزن")
    total(11, word=word, language="ar")
    total(12, need="gone-since")
    total(13, district="harbour")
    total(14)
    on(NEXT, monkeypatch)
    start = "In the week of 23 November 2026, families looked for"
    assert [row["In a sentence"] for row in rows(seen)] == [
        f"{start} something else and found nothing: 14 times",
        f"{start} something else in Harbour and found nothing: 13 times",
        f"{start} “gone-since” and found nothing: 12 times",
        f"{start} “حزن”: 11 times",
    ]


def test_the_running_week_is_shown_in_tens(seen: Client) -> None:
    total(19, district="harbour")
    total(9, need="sad-anxious")
    assert "Harbour and found nothing: so far at least 10 times" in page(seen)
    assert [row["Times"] for row in rows(seen)] == ["10"]


def test_an_export_as_a_workbook_holds_the_same(seen: Client) -> None:
    total(20, district="harbour")
    total(9, need="sad-anxious")
    answer = seen.get(reverse("demand_report"), {"export": "xlsx"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    heading, *lines = book.active.iter_rows(values_only=True)
    assert heading == ("Week of", "What", "Part of town", "Language", "Times", "In a sentence")
    assert [line[2:5] for line in lines] == [("Harbour", "English", 20)]


def test_newest_week_first_and_one_language_alone(seen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    total(30)
    total(10, week=NEXT)
    total(20, language="ar")
    on(NEXT + timedelta(days=7), monkeypatch)
    assert [row["Times"] for row in rows(seen)] == ["10", "30", "20"]
    assert [row["Times"] for row in rows(seen, ordering="count")] == ["10", "30", "20"]
    assert [row["Language"] for row in rows(seen, language="ar")] == ["Arabic"]
    assert "20 times" in page(seen, language="ar") and "30 times" not in page(seen, language="ar")


def test_an_empty_report_says_so(seen: Client) -> None:
    total(9)
    assert "Nothing was looked for ten times in a week." in page(seen)


def test_a_report_asks_as_often_for_many_totals_as_for_one(seen: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(seen)
        return len(asked)

    total(10, need="g-basics", district="harbour")
    page(seen)
    few = queries()
    for number in range(30):
        total(10, need=f"n{number}", district="harbour")
        word = WatchedWord.objects.create(language="en", words=f"word {number}")
        total(10, word=word)
    assert queries() == few


@pytest.mark.parametrize("role", ["town_admin", "town_editor", "town_reviewer", "superuser"])
def test_the_towns_people_may_see_it(role: str) -> None:
    total(10)
    client = signed_in(role)
    assert "10 times" in page(client)
    assert reverse("demand_report") in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("role", [*AGENCY_ROLES, "safeguarding_reviewer", "youth_council_editor"])
def test_nobody_else_may(stage: Stage, role: str) -> None:
    total(10)
    client = signed_in(role, stage.own if role in AGENCY_ROLES else None)
    for name in ("demand_report", "demand_report_results"):
        for export in ({}, {"export": "csv"}, {"export": "xlsx"}):
            answer = client.get(reverse(name), export)
            assert answer.status_code == 302 and answer["Location"] == reverse("wagtailadmin_home")
    assert reverse("demand_report") not in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize(
    ("role", "may"), [("town_admin", True), ("town_editor", True), ("town_reviewer", False)]
)
def test_who_keeps_the_list_of_words(role: str, may: bool) -> None:
    user = person(role)
    assert [user.has_perm(f"portal.{verb}_watchedword") for verb in ("add", "change", "delete")] == [may] * 3
    client = proven(user)
    address = reverse("wagtailsnippets_portal_watchedword:add")
    answer = client.get(address)
    assert (answer.status_code == 200) is may
    if may:
        assert "Never watch a person&#x27;s name" in answer.content.decode()
        client.post(address, {"language": "en", "words": " grief   group "})
        assert WatchedWord.objects.get().words == "grief group"
