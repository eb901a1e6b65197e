"""A family in trouble, from the first page to a number to call: without a script, in the demo town."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client


def text_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def search(client: Client, reader: str, words: str, **ticks: str) -> HttpResponse:
    sent = client.post(f"/{reader}/find/", {"words": words, **ticks})
    assert sent.status_code == 303
    return client.get(sent["Location"])


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "counselling after divorce"), ("de", "Beratung nach der Trennung"), ("ar", "الانفصال")],
)
def test_a_parent_finds_whom_to_call_after_a_separation(
    demo: None, client: Client, language: str, words: str
) -> None:
    home = text_of(client.get("/", headers={"Accept-Language": language}, follow=True))
    assert f'action="/{language}/find/"' in home and 'method="post"' in home
    found = search(client, language, words)
    card = next(card for card in found.context["results"].cards if card.kind == "service" and card.number)
    assert card.url in text_of(found)
    page = client.get(card.url)
    assert str(card.title) in text_of(page)
    numbers = page.context["service"]["numbers"]
    assert numbers[0].href.startswith("tel:") and numbers[0].href in text_of(page)
    checked = page.context["service"]["checked"]
    assert checked.by and checked.on


def test_a_child_reaches_a_person_in_two_clicks(demo: None, client: Client) -> None:
    home = text_of(client.get("/en/"))
    assert 'href="tel:116111"' in home, "no click at all: the help bar"
    door = re.search(r'<div class="door door--plum">.*?href="([^"]+)"', home, re.DOTALL)[1]
    assert 'href="tel:' in text_of(client.get(door)).partition("<main")[2]
    assert 'href="tel:' in text_of(client.get("/en/now/")).partition("<main")[2]


def test_narrowing_down_to_ones_language(demo: None, client: Client) -> None:
    everything = search(client, "en", "")
    arabic = search(client, "en", "", language="ar")
    assert 0 < arabic.context["results"].total < everything.context["results"].total
    group = next(group for group in everything.context["facets"] if group.name == "language")
    promised = {value.value: value.count for value in (*group.values, *group.more)}["ar"]
    assert arabic.context["results"].total == promised, "a count says what its tick finds"


def test_every_count_of_a_facet_says_what_its_tick_finds(demo: None, client: Client) -> None:
    everything = search(client, "en", "")
    for group in everything.context["facets"]:
        value = (*group.values, *group.more)[-1]
        found = search(client, "en", "", **{group.name: value.value})
        assert found.context["results"].total == value.count, (group.name, value.value)


def test_what_has_closed_is_found_last_and_says_so(demo: None, client: Client) -> None:
    from agencies.models import ServicePage

    closed = (
        ServicePage.objects.filter(status="temporarily closed", live=True).select_related("address").first()
    )
    page = client.get(f"/en/{closed.code}/")
    assert page.context["service"]["closed"] and closed.alert in text_of(page)
    found = search(client, "en", closed.title)
    results = found.context["results"]
    assert results.cards[: results.others_start][-1].closed


def test_no_draft_of_the_demo_is_seen_anywhere(demo: None, client: Client) -> None:
    from agencies.models import ServicePage

    drafts = list(ServicePage.objects.filter(live=False).select_related("address"))
    assert drafts
    for draft in drafts:
        assert client.get(f"/en/{draft.code}/").status_code == 404
        found = search(client, "en", draft.title)
        assert all(not card.url.endswith(f"/{draft.code}/") for card in found.context["results"].cards)


def test_from_a_printed_code_to_the_page_in_ones_language(demo: None, client: Client) -> None:
    from agencies.models import Address

    code = Address.objects.filter(kind="agency").first().code
    page = client.get(f"/{code.upper()}", headers={"Accept-Language": "ar"}, follow=True)
    assert '<html lang="ar" dir="rtl">' in text_of(page) and code in text_of(page)


def test_nothing_is_found_and_a_person_is_offered(demo: None, client: Client) -> None:
    page = search(client, "en", "qzxqzx")
    text = text_of(page)
    assert page.context["results"].cards == [] and "That is not your fault" in text
    assert text.partition("<main")[2].count('href="tel:') >= 1
