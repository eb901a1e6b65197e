"""When nothing is found: people first, what was tried, and what to take away; and what is typed, gone on with."""

from __future__ import annotations

import pytest
from django.test import Client

import search
from agencies.models import ServicePage
from portal import directory

from . import small_town
from .searching import FETCH, HELP, drops, fetch, titles

# --- when nothing is found


def test_nothing_found_says_what_was_tried_and_offers_people_first(
    harbour: ServicePage, client: Client
) -> None:
    small_town.numbers()
    response = fetch(client, words="soup <>", language="ar")
    assert titles(response) == []
    text = response.content.decode()
    assert "<bdi>soup &lt;&gt;</bdi>" in text and "<bdi>العربيّة</bdi>" in text
    places = [text.index(words) for words in ("You looked for", "tel:116111", HELP, 'name="drop"', "school")]
    assert places == sorted(places)


def test_each_tick_that_stands_in_the_way_may_be_dropped_alone(harbour: ServicePage, client: Client) -> None:
    response = fetch(client, words="soup", language="ar")
    assert drops(response) == [("language:ar", 1)]
    two = {"words": "soup", "language": "ar", "audience": "parent-carer"}
    assert drops(fetch(client, **two)) == [("all", 1)], "neither alone is enough"
    dropped = fetch(client, words="soup", language="ar", drop="language:ar")
    assert titles(dropped) == ["Warm soup"] and dropped.context["facets_count"] == 0
    page = client.get(client.post("/en/find/", {**two, "drop": "all"})["Location"])
    assert titles(page) == ["Warm soup"] and page.context["facets_count"] == 0


def test_ticks_are_dropped_where_only_some_of_the_words_are_found_too(
    harbour: ServicePage, client: Client
) -> None:
    response = fetch(client, words="warm circle soup", language="en")
    assert response.context["results"].total == 0 and titles(response) and drops(response) == []
    small_town.service(small_town.agency("Other"), "Soup circle, warm")
    response = fetch(client, words="warm circle soup", language="en")
    assert drops(response) == [("language:en", 1)] and 'name="drop"' in response.content.decode()


def test_what_is_dropped_must_have_been_ticked(harbour: ServicePage, client: Client) -> None:
    for drop in ("language:de", "colour:red", ":", "open:", "language", "x" * 500):
        assert titles(fetch(client, words="circle", language="ar", drop=drop)) == ["Talking circle"], drop


def test_where_something_is_found_nothing_is_asked_twice(
    harbour: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page asks for its hits, for danger and for what is open; only an empty one asks for more, seven times."""
    asked_of_search = count_finds(monkeypatch)
    fetch(client, words="soup", language="en")
    few = len(asked_of_search)
    ticks = ticks_offered(client)
    asked_of_search.clear()
    response = client.post("/en/find/", {"words": "zzqx", **ticks}, headers=FETCH)
    assert len(response.context["results"].ticks) > 8
    assert few <= 3 and len(asked_of_search) <= few + 7


def count_finds(monkeypatch: pytest.MonkeyPatch) -> list[search.Query]:
    real, queries = search.find, []

    def find(query: search.Query) -> search.Results:
        queries.append(query)
        return real(query)

    monkeypatch.setattr(search, "find", find)
    return queries


def ticks_offered(client: Client) -> dict[str, list[str]]:
    """Every tick of the page."""
    groups = [group for group in fetch(client).context["facets"] if group.name in directory.FACETS]
    return {group.name: [value.value for value in (*group.values, *group.more)] for group in groups}


# --- suggestions while typing


def test_what_is_typed_goes_on_with_counts_and_leaves_no_trace(harbour: ServicePage, client: Client) -> None:
    response = client.post("/en/find/", {"suggest": "1", "words": "tal"}, headers=FETCH)
    assert response.json() == [{"words": "talking", "count": 2}]
    assert response["Cache-Control"] == "no-store" and "X-Seal" not in response
    assert client.post("/en/find/", {"suggest": "1"}, headers=FETCH).json() == []
    assert client.post("/en/find/", {"suggest": "1", "words": "t" * 10_000}, headers=FETCH).json() == []


def test_suggestions_are_eight_at_most(town: None, client: Client) -> None:
    house = small_town.agency("Harbour House")
    small_town.services(house, *({"title": f"Talk{letter}"} for letter in "abcdefghijklm"))
    assert len(client.post("/en/find/", {"suggest": "1", "words": "talk"}, headers=FETCH).json()) == 8


def test_without_the_scripts_mark_it_is_a_search(harbour: ServicePage, client: Client) -> None:
    assert client.post("/en/find/", {"suggest": "1", "words": "soup"}).status_code == 303


# --- another spelling


def test_it_says_what_else_it_looked_for_only_where_that_found_something(
    harbour: ServicePage, client: Client
) -> None:
    response = fetch(client, words="talkking")
    assert "Talking circle" in titles(response)
    text = response.content.decode()
    assert "We also looked for: <bdi>talking</bdi>" in " ".join(text.split())
    assert "We also looked for" not in fetch(client, words="talking").content.decode()
    nothing = fetch(client, words="talkking", district="no", language="ar", need="g-basics")
    assert titles(nothing) == [] and "We also looked for" not in nothing.content.decode()
