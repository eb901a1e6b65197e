"""What families look for, counted without spying (SAFETY.md 15): what counts, and what is never written."""

from __future__ import annotations

import logging
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

import search
from agencies import freshness
from agencies.models import District, Policy, ServiceArea, ServicePage
from portal import demand, sealed, tally
from portal.models import Demand, WatchedWord

from . import small_town

MARKED = "zwiebelfisch"
FETCH = {"X-Requested-With": "fetch"}


def this_week() -> date:
    return tally.monday(freshness.today(Policy.current()))


def fetch(client: Client, words: str = "", language: str = "en", **fields: Any) -> HttpResponse:
    response = client.post(f"/{language}/find/", {"words": words, **fields}, headers=FETCH)
    assert response.status_code == 200
    return response


def post(client: Client, words: str = "", **fields: Any) -> str:
    response = client.post("/en/find/", {"words": words, **fields})
    assert response.status_code == 303
    return response["Location"]


def totals() -> dict[tuple[str, str, str], int]:
    """(word or need, district, language) -> count, once all that waits is written."""
    tally.flush()
    rows = Demand.objects.select_related("word")
    return {(row.word.words if row.word else row.need, row.district, row.language): row.count for row in rows}


def sql(client: Client, words: str, **fields: Any) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        fetch(client, words, **fields)
    return [query["sql"] for query in queries.captured_queries]


@pytest.fixture
def house(town: None) -> ServicePage:
    """A town with two districts; everything there is serves the old town alone."""
    old = District.objects.create(code="old-town", name="Old town")
    District.objects.create(code="harbour", name="Harbour")
    return small_town.service(
        small_town.agency("House"),
        "Talking circle",
        needs=("sad-anxious",),
        service_areas=[ServiceArea(reach="district", district=old)],
    )


@pytest.fixture
def needs(house: ServicePage) -> None:
    """The needs of the taxonomy are in search."""
    search.rebuild()


@pytest.fixture
def grief(house: ServicePage) -> WatchedWord:
    return WatchedWord.objects.create(language="en", words="grief group")


# --- searches without result


def test_a_search_that_finds_help_counts_nothing(house: ServicePage, client: Client) -> None:
    fetch(client, "talking")
    post(client, "talking")
    assert totals() == {}


@pytest.mark.parametrize("send", [fetch, post])
def test_a_search_without_result_counts_by_its_ticks(house: ServicePage, client: Client, send: Any) -> None:
    send(client, need="g-basics", district="harbour")
    send(client, need="g-basics")
    assert totals() == {("g-basics", "harbour", "en"): 1, ("g-basics", "", "en"): 1}


@pytest.mark.parametrize("send", [fetch, post])
def test_words_count_as_the_needs_that_they_mean(needs: None, client: Client, send: Any) -> None:
    name = small_town.need("food-clothes").name
    send(client, name, district="harbour")
    counted = totals()
    assert counted[("food-clothes", "harbour", "en")] == 1
    assert len(counted) <= 3


def test_the_page_of_a_need_is_no_help_by_itself(needs: None, client: Client) -> None:
    """It says what the need is; that nobody helps with it is what the town must know."""
    found = fetch(client, small_town.need("food-clothes").name)
    assert found.context["results"].total > 0
    assert totals()[("food-clothes", "", "en")] == 1


def test_words_that_mean_no_need_count_as_none(house: ServicePage, client: Client) -> None:
    fetch(client, MARKED, language="de")
    assert totals() == {("", "", "de"): 1}


def test_who_ticks_many_asks_for_none_in_particular(house: ServicePage, client: Client) -> None:
    District.objects.bulk_create(District(code=f"d{n}", name=f"D{n}") for n in range(4))
    fetch(client, MARKED, district=[f"d{n}" for n in range(4)])
    assert totals() == {("", "", "en"): 1}


def test_an_invented_tick_is_not_written_down(house: ServicePage, client: Client) -> None:
    for send in (fetch, post):
        send(client, MARKED, need=MARKED, district=MARKED)
    assert totals() == {("", "", "en"): 2}


@pytest.mark.parametrize(
    "ticks", [{"need": "food-clothes"}, {"access_mode": "x"}, {"need": "g-basics"}, {"district": "harbour"}]
)
def test_both_roads_count_the_same(house: ServicePage, client: Client, ticks: dict[str, str]) -> None:
    """Also where the page leaves a tick out: a need is ticked by its group."""
    fetch(client, "talking", **ticks)
    by_script = totals()
    Demand.objects.all().delete()
    post(client, "talking", **ticks)
    assert totals() == by_script
    assert bool(by_script) is (ticks in ({"need": "g-basics"}, {"district": "harbour"}))


def test_an_empty_form_looks_for_nothing(town: None, client: Client) -> None:
    fetch(client)
    post(client)
    assert totals() == {}


# --- each new search once


def test_results_that_are_shown_again_count_once(house: ServicePage, client: Client) -> None:
    location = post(client, MARKED)
    for _ in range(3):
        client.get(location)
    seal = fetch(client, "another " + MARKED)["X-Seal"]
    for _ in range(3):
        fetch(client, seal=seal)
    fetch(client, seal=seal, share="1")
    assert totals() == {("", "", "en"): 2}


def test_ticks_added_to_a_search_are_no_other_family(grief: WatchedWord, client: Client) -> None:
    seal = fetch(client, "grief group")["X-Seal"]
    for mode in ("in-person", "by-phone", "online"):
        seal = fetch(client, "grief group", access_mode=mode, **{"from": seal})["X-Seal"]
    counted = totals()
    assert set(counted.values()) == {1}
    fetch(client, "grief group", district="harbour", **{"from": seal})
    again = totals()
    assert {key: again[key] for key in counted} == counted
    assert [key[1] for key in again if key not in counted] == ["harbour"] * (len(again) - len(counted))


def test_a_copied_link_was_somebody_elses_search(grief: WatchedWord, client: Client) -> None:
    shared = sealed.seal({"words": "grief group", "facets": {}}, shared=True)
    fetch(client, "grief group", **{"from": shared})
    assert totals()[("grief group", "", "en")] == 1


def test_a_second_page_is_no_new_search(grief: WatchedWord, client: Client) -> None:
    small_town.services(
        small_town.agency("Other"), *({"title": f"Grief group {number}"} for number in range(23))
    )
    fetch(client, "grief group", page="2")
    post(client, "grief group", page="2")
    assert totals() == {}


# --- watched words


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("grief group", True),
        ("GROUPS for my griefs", True),
        ("is there a group near grief street", True),
        ("grief", False),
        ("group", False),
        ("griefgroup", False),
    ],
)
def test_all_words_of_a_phrase_in_any_form_and_order(
    grief: WatchedWord, client: Client, words: str, counts: bool
) -> None:
    fetch(client, words)
    assert (("grief group", "", "en") in totals()) is counts


def test_a_watched_word_counts_whether_or_not_something_is_found(house: ServicePage, client: Client) -> None:
    WatchedWord.objects.create(language="en", words="circle")
    fetch(client, "circle")
    post(client, "circle", district="harbour")
    assert totals()[("circle", "", "en")] == 2


def test_a_compound_counts_in_its_parts_and_as_one(house: ServicePage, client: Client) -> None:
    WatchedWord.objects.create(language="de", words="Trauergruppe")
    fetch(client, "Trauergruppe", language="de")
    fetch(client, "Gruppe für Trauer", language="de")
    assert totals()[("Trauergruppe", "", "de")] == 2


def test_the_same_letters_in_another_language_are_another_word(house: ServicePage, client: Client) -> None:
    WatchedWord.objects.create(language="en", words="gift")
    fetch(client, "Gift", language="de")
    assert ("gift", "", "de") not in totals() and ("gift", "", "en") not in totals()


def test_an_edited_word_starts_at_nought_and_a_removed_one_is_gone(
    grief: WatchedWord, client: Client
) -> None:
    fetch(client, "grief group")
    assert totals()
    grief.words = "mourning"
    grief.save()
    assert not Demand.objects.filter(word=grief).exists()
    fetch(client, "mourning")
    grief.delete()
    assert not [key for key in totals() if key[0] == "mourning"]


def test_a_word_removed_while_its_count_waits_is_not_written(grief: WatchedWord) -> None:
    key = grief.pk
    grief.delete()
    tally.add([tally.Total(this_week(), word=key, language="en"), tally.Total(this_week(), language="en")])
    assert totals() == {("", "", "en"): 1}


@pytest.mark.parametrize("words", ["", "  ", "=1+1", "+49", "@x", "…"])
def test_a_watched_word_begins_with_a_letter_or_number(town: None, words: str) -> None:
    with pytest.raises(ValidationError):
        WatchedWord(language="en", words=words).full_clean()


# --- nothing that was typed is written


def everything_written() -> str:
    """Every row of every table, the search index's own among them."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(f"{table}: {cursor.fetchall()!r}")
    return "\n".join(found).lower()


def test_no_word_lands_in_a_table_or_a_log(
    house: ServicePage, client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO):
        for send in (fetch, post):
            for _ in range(12):
                send(client, f"{MARKED} street", need=f"g-{MARKED}", district="harbour")
    assert totals() == {("", "harbour", "en"): 24}
    assert MARKED not in everything_written()
    assert MARKED not in caplog.text.lower()
    assert MARKED not in "".join(capfd.readouterr()).lower()


def test_a_watched_word_stands_in_the_lists_own_row_alone(house: ServicePage, client: Client) -> None:
    WatchedWord.objects.create(language="en", words=MARKED)
    fetch(client, f"{MARKED} street")
    assert totals()[(MARKED, "", "en")] == 1
    lines = [line for line in everything_written().splitlines() if MARKED in line]
    assert len(lines) == 1 and lines[0].startswith("portal_watchedword:") and lines[0].count(MARKED) == 1


@pytest.mark.django_db(transaction=True)
def test_no_word_lands_in_the_files_of_the_database(house: ServicePage, client: Client) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the files of another database are not ours to read")
    for _ in range(tally.BATCH + 1):
        fetch(client, MARKED)
    assert Demand.objects.get().count >= tally.BATCH
    path = Path(settings.DATABASES["default"]["NAME"])
    files = [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]
    assert files
    assert not [file.name for file in files if MARKED.encode() in file.read_bytes().lower()]


def test_a_row_holds_no_time_and_its_key_no_order(house: ServicePage, client: Client) -> None:
    kinds = {field.get_internal_type() for field in Demand._meta.get_fields()}
    assert not kinds & {"DateTimeField", "TimeField", "AutoField", "BigAutoField"}
    for day in range(12):
        tally.write({tally.Total(this_week() + timedelta(days=7 * day), language="en"): 1}, this_week())
    keys = list(Demand.objects.order_by("week").values_list("pk", flat=True))
    assert len(keys) == 12 and keys != sorted(keys)


def test_rows_are_written_in_their_own_order(house: ServicePage) -> None:
    counted = [tally.Total(this_week(), need=need, language="en") for need in ("c", "a", "b")]
    with CaptureQueriesContext(connection) as queries:
        tally.write(dict.fromkeys(counted, 1), this_week())
    updates = [query["sql"] for query in queries.captured_queries if query["sql"].startswith("UPDATE")]
    needs = [match for line in updates for match in re.findall(r"need\"? = '([abc])'", line)]
    assert needs == ["a", "b", "c"]


# --- what a search costs, and what it never breaks


@pytest.mark.parametrize("watched", ["grief", "circle"])
def test_a_search_with_results_asks_no_more_than_without_counting(
    house: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch, watched: str
) -> None:
    WatchedWord.objects.create(language="en", words=watched)
    fetch(client, "circle")  # what a process asks once is asked
    counted = sql(client, "circle")
    monkeypatch.setattr(demand, "note", lambda *args: None)
    assert len(counted) == len(sql(client, "circle"))


def test_counts_are_written_in_batches(house: ServicePage, client: Client) -> None:
    fetch(client, MARKED)
    asked = [sql(client, MARKED) for _ in range(tally.BATCH)]
    writing = [number for number, lines in enumerate(asked) if any("portal_demand" in line for line in lines)]
    assert writing == [tally.BATCH - 2]
    assert len({len(lines) for number, lines in enumerate(asked) if number not in writing}) == 1
    assert Demand.objects.get().count == tally.BATCH


def test_what_has_waited_long_goes_with_the_next_search(
    house: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(client, MARKED)
    start = tally.time.monotonic()
    monkeypatch.setattr(tally.time, "monotonic", lambda: start + tally.LONGEST_WAIT)
    client.get("/en/")
    assert not Demand.objects.exists(), "a GET writes nothing"
    fetch(client, "talking")
    assert Demand.objects.get().count == 1


@pytest.mark.parametrize("send", [fetch, post])
@pytest.mark.parametrize("broken", ["reading", "writing", "asking"])
def test_a_broken_database_breaks_no_search(
    house: ServicePage,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
    send: Any,
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise OperationalError(f"no such row: {MARKED}")

    place = {
        "reading": (demand, "_read"),
        "writing": (tally, "forget_small"),
        "asking": (demand, "_results"),
    }[broken]
    monkeypatch.setattr(*place, fails)
    monkeypatch.setattr(tally, "BATCH", 1)
    seal = sealed.seal({"words": "", "facets": {"need": ["g-basics"], "district": ["harbour"]}})
    send(client, MARKED, **{"from": seal})
    assert not Demand.objects.exists()
    assert "OperationalError" in caplog.text
    assert MARKED not in caplog.text


def test_an_engine_that_refuses_breaks_no_search(
    house: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*args: Any) -> None:
        raise search.Refused("There is no such facet.")

    monkeypatch.setattr(demand, "_results", refuses)
    assert post(client, MARKED)
    assert totals() == {}
