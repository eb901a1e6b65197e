"""Finding: the form without a script, the script's fetches, sealed addresses and what becomes of them."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import search
from agencies.models import ServicePage
from portal import directory, sealed
from portal.models import Town

from . import small_town
from .searching import FETCH, HELP, asked, counts, fetch, titles

# --- without a script


def test_words_are_posted_and_answered_at_an_address_that_does_not_show_them(
    harbour: ServicePage, client: Client
) -> None:
    response = client.post("/en/find/", asked(words="soup"))
    assert response.status_code == 303 and response.content == b""
    assert re.fullmatch(r"/en/find/[\w-]{340,}/", response["Location"])
    assert "soup" not in response["Location"]
    page = client.get(response["Location"])
    assert page.status_code == 200 and titles(page) == ["Warm soup"]
    assert 'value="soup"' in page.content.decode()
    assert page.context["head"].title == Town.load().name


def test_the_form_carries_the_seal_on_so_that_exit_burns_the_whole_chain(
    harbour: ServicePage, client: Client
) -> None:
    first = client.post("/en/find/", asked(words="soup"))["Location"]
    seal = first.split("/")[-2]
    assert f'name="from" value="{seal}"' in client.get(first).content.decode()
    second = client.post("/en/find/", {"words": "circle", "from": seal})["Location"]
    client.generic(
        "POST",
        "/burn",
        f"seal={second.split('/')[-2]}",
        "application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert client.get(first).status_code == client.get(second).status_code == 410


def test_an_empty_form_shows_everything(harbour: ServicePage, client: Client) -> None:
    page = client.get("/en/find/")
    assert {"Talking circle", "Warm soup", "Harbour House"} <= set(titles(page))
    assert page.context["results"].others_start is None


def test_no_search_engine_keeps_a_search_whose_link_was_published(
    harbour: ServicePage, client: Client
) -> None:
    noindex = '<meta name="robots" content="noindex">'
    for token in (sealed.seal(asked(words="homework"), shared=True), "x" * 342):
        assert noindex in client.get(f"/en/find/{token}/").content.decode()
    assert noindex not in client.get("/en/find/").content.decode()


def test_the_language_switch_keeps_the_search(harbour: ServicePage, client: Client) -> None:
    location = client.post("/en/find/", asked(words="soup"))["Location"]
    links = {link.code: link.url for link in client.get(location).context["languages"]}
    assert titles(client.get(links["ar"])) == ["Warm soup"]


def test_what_is_closed_comes_last_with_its_alert(harbour: ServicePage, client: Client) -> None:
    page = client.get(client.post("/en/find/", asked(words="talking"))["Location"])
    assert titles(page) == ["Talking circle", "Talking by night"]
    card = page.context["results"].cards[-1]
    assert card.closed and card.chips[0].text == "Closed for now"
    assert "Closed until the roof is mended." in page.content.decode()


@pytest.mark.parametrize("status", ["inactive", "defunct"])
def test_what_has_ended_is_not_found(harbour: ServicePage, client: Client, status: str) -> None:
    harbour.status = status
    harbour.save_revision().publish()
    search.outbox.drain()
    assert titles(fetch(client, words="talking")) == ["Talking circle"]


def test_a_hit_whose_page_has_gone_since_is_left_out(harbour: ServicePage, client: Client) -> None:
    ServicePage.objects.filter(pk=harbour.pk).update(live=False)
    assert titles(fetch(client, words="talking")) == ["Talking circle"]


# --- ticks


def test_ticks_narrow_and_count_and_stay_ticked(harbour: ServicePage, client: Client) -> None:
    everything = fetch(client)
    assert counts(everything, "language") == {"en": 2, "ar": 1}
    arabic = client.post("/en/find/", {"words": "", "language": "ar"}, headers=FETCH)
    assert titles(arabic) == ["Talking circle"]
    assert counts(arabic, "language") == {"en": 2, "ar": 1}, "a facet's own ticks do not narrow its counts"
    assert arabic.context["facets_count"] == 1
    assert 'value="ar" form="find-form" checked' in arabic.content.decode()


def test_a_need_is_ticked_by_its_group(harbour: ServicePage, client: Client) -> None:
    response = fetch(client, need="g-basics")
    assert "Warm soup" in titles(response) and "Talking circle" not in titles(response)


WRONG = [
    {"colour": "red"},
    {"need": "no-such-need"},
    {"district": "<b>"},
    {"language": "';--"},
    {"age_band": "x" * 500},
    {"page": "abc"},
    {"page": "0"},
    {"page": "-1"},
    {"page": "1000000000"},
    {"page": "9999999"},
    {"page": "٣"},
    {"page": ""},
    {"from": "nonsense"},
    {"kind": "need"},
    {"csrfmiddlewaretoken": "x"},
]


def test_a_wrong_tick_or_page_sends_nobody_away(harbour: ServicePage, client: Client) -> None:
    for fields in WRONG:
        page = client.get(client.post("/en/find/", {"words": "soup", **fields})["Location"])
        assert page.status_code == 200 and titles(page) == ["Warm soup"], fields
        assert page.context["facets_count"] == 0, fields


def test_a_question_that_search_refuses_is_asked_again_without_its_ticks(
    harbour: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = search.find

    def find(query: search.Query) -> search.Results:
        if query.facets:
            raise search.Refused("There is no such facet.")
        return real(query)

    monkeypatch.setattr(search, "find", find)
    assert titles(client.post("/en/find/", {"words": "soup", "need": "g-basics"}, headers=FETCH)) == [
        "Warm soup"
    ]


def test_long_words_are_cut_and_it_is_said(harbour: ServicePage, client: Client) -> None:
    location = client.post("/en/find/", asked(words="soup " + "x" * 100_000))["Location"]
    assert len(location) < 4000
    page = client.get(location)
    assert len(page.context["results"].asked) == 200
    assert "first 200 characters" in page.content.decode()


ODD = [
    "\x00\x00soup\x00",
    "  soup \r\n\t ",
    "soup*",
    '"soup',
    "NEAR(soup",
    "سoup soup",
    "soup OR",
    "-soup",
    "^soup",
]


def test_odd_words_find_what_they_can(harbour: ServicePage, client: Client) -> None:
    for words in ODD:
        assert "Warm soup" in titles(fetch(client, words=words)), words


def test_so_many_ticks_that_no_address_holds_them_still_search(harbour: ServicePage, client: Client) -> None:
    data = {name: [secrets.token_hex(30) for _ in range(50)] for name in directory.FACETS} | {"words": "soup"}
    location = client.post("/en/find/", data)["Location"]
    assert sealed.unseal(location.split("/")[-2]).query["facets"] == {}
    assert titles(client.get(location)) == ["Warm soup"]
    assert titles(client.post("/en/find/", data, headers=FETCH)) == ["Warm soup"]


# --- pages of results


@pytest.fixture
def many(town: None) -> None:
    house = small_town.agency("Harbour House")
    small_town.services(house, *({"title": f"Soup kitchen {number}"} for number in range(23)))


def test_results_come_in_pages(many: None, client: Client) -> None:
    first = fetch(client, words="soup")
    pager = first.context["results"].pager
    assert (len(titles(first)), pager.page, pager.pages, pager.previous, pager.next) == (20, 1, 2, None, 2)
    assert '<button class="button button--quiet" type="submit" form="find-form" name="page" value="2"' in (
        first.content.decode()
    )
    second = fetch(client, words="soup", page="2")
    assert len(titles(second)) == 3 and second.context["results"].pager.previous == 1
    assert not set(titles(first)) & set(titles(second))


def test_beyond_the_last_page_stands_the_last_one(many: None, client: Client) -> None:
    response = fetch(client, words="soup", page="999")
    assert len(titles(response)) == 3 and response.context["results"].pager.page == 2


def test_what_has_only_some_of_the_words_follows_under_a_heading(many: None, client: Client) -> None:
    small_town.service(small_town.agency("Other"), "Winter coats")
    response = fetch(client, words="soup coats")
    results = response.context["results"]
    assert results.total == 0 and results.others_start == 0
    assert "Nothing has all your words" in response.content.decode()


# --- the script's fetches


def test_a_fetch_gets_the_results_alone_with_their_seal(harbour: ServicePage, client: Client) -> None:
    response = fetch(client, words="soup")
    text = response.content.decode().strip()
    assert response.status_code == 200 and text.startswith('<div class="find" id="results" data-results')
    assert text.count("data-results") == 1 and "<html" not in text
    assert f'data-seal="{response["X-Seal"]}"' in text and 'data-words="soup"' in text
    assert sealed.unseal(response["X-Seal"]).query["words"] == "soup"


def test_a_seal_restores_its_search(harbour: ServicePage, client: Client) -> None:
    seal = fetch(client, words="soup")["X-Seal"]
    again = fetch(client, seal=seal)
    assert titles(again) == ["Warm soup"] and again["X-Seal"] == seal


def test_a_search_inherits_its_chain(harbour: ServicePage, client: Client) -> None:
    seal = fetch(client, words="soup")["X-Seal"]
    child = fetch(client, words="circle", **{"from": seal})["X-Seal"]
    assert sealed.unseal(child).chain == sealed.unseal(seal).chain
    assert sealed.unseal(fetch(client, words="circle")["X-Seal"]).chain != sealed.unseal(seal).chain


def test_a_link_is_copied_lives_longer_and_says_until_when(
    harbour: ServicePage, client: Client, settings: Any
) -> None:
    settings.SITE_URL = "https://help.lindemar.example/"
    seal = fetch(client, words="soup")["X-Seal"]
    link = fetch(client, seal=seal, share="1")
    assert link.status_code == 200 and link["Content-Type"].startswith("text/plain")
    address = link.content.decode()
    assert address.startswith("https://help.lindemar.example/en/find/")
    shared = sealed.unseal(address.split("/")[-2])
    assert shared.shared and shared.expires > timezone.now() + timedelta(days=29)
    sealed.burn(seal)
    page = client.get(address.removeprefix("https://help.lindemar.example"))
    assert page.status_code == 200 and titles(page) == ["Warm soup"]
    assert f"It works until {shared.expires.day} {shared.expires:%B %Y}" in page.content.decode()


def test_a_link_made_by_an_older_version_still_opens(harbour: ServicePage, client: Client) -> None:
    old = sealed.seal({"words": "soup", "facets": {"need": ["g-basics"], "colour": ["red"]}}, shared=True)
    page = client.get(f"/en/find/{old}/")
    assert page.status_code == 200 and titles(page) == ["Warm soup"]


# --- seals that open nothing


def broken_seals(seal: str) -> dict[str, tuple[str, int]]:
    other = "A" if seal[100] != "A" else "B"
    return {
        "forged": (seal[:100] + other + seal[101:], 404),
        "cut off": (seal[:-8], 404),
        "invented": ("x" * 342, 404),
    }


@pytest.mark.parametrize("kind", ["forged", "cut off", "invented", "expired", "burnt"])
def test_a_seal_that_opens_nothing_asks_to_search_again(
    harbour: ServicePage, client: Client, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    seal, status = fetch(client, words="soup")["X-Seal"], 410
    if kind in broken_seals(seal):
        seal, status = broken_seals(seal)[kind]
    if kind == "burnt":
        sealed.burn(seal)
    if kind == "expired":
        later = timezone.now() + sealed.LIFE
        monkeypatch.setattr(sealed.timezone, "now", lambda: later)
    for response in (
        client.get(f"/en/find/{seal}/"),
        fetch(client, seal=seal),
        fetch(client, seal=seal, share="1"),
    ):
        assert response.status_code == status
        text = response.content.decode()
        assert "This search is over" in text and "We found nothing" not in text
        assert "data-results" in text and "X-Seal" not in response and "soup" not in text
    assert HELP in client.get(f"/en/find/{seal}/").content.decode()


def test_a_seal_is_not_answered_with_what_was_only_searched_before(
    harbour: ServicePage, client: Client
) -> None:
    """A shared link's reader starts a chain of their own: their exit ends nobody else's link."""
    shared = sealed.seal(directory.Asked(words="soup").sealable(), shared=True)
    child = fetch(client, words="circle", **{"from": shared})["X-Seal"]
    assert sealed.unseal(child).chain != sealed.unseal(shared).chain


# --- people first


def test_a_grave_need_brings_people_before_results(harbour: ServicePage, client: Client) -> None:
    small_town.numbers()
    response = fetch(client, need="g-danger")
    urgent = response.context["results"].urgent
    assert urgent and [number.display for number in urgent.numbers] == ["112", "116 111"]
    assert fetch(client, need="g-basics").context["results"].urgent is None


def test_finding_writes_nothing_into_the_database(harbour: ServicePage, client: Client) -> None:
    fetch(client)
    with CaptureQueriesContext(connection) as queries:
        fetch(client, words="soup")
    assert queries.captured_queries
    for query in queries.captured_queries:
        assert query["sql"].lstrip().upper().startswith(("SELECT", "WITH")), query["sql"]
