"""The ways in: the town's address, a code alone, and the pages that stand by themselves."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.models import HomePage, Town

from . import small_town

HELP = "Who can I talk to right now?"


def offer(*languages: str) -> None:
    town = Town.load()
    town.languages = list(languages)
    town.save()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("pt-BR,ar;q=0.8,en;q=0.1", "ar"),
        ("tlh", "en"),
        ("", "en"),
        ("*", "en"),
        ("x" * 4000, "en"),
        ("de;q=nonsense,,,;;", "en"),
    ],
)
def test_the_towns_address_finds_the_readers_language(
    town: None, client: Client, header: str, language: str
) -> None:
    response = client.get("/", headers={"Accept-Language": header})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"]


def test_no_cookie_chooses_a_language(town: None, client: Client) -> None:
    client.cookies["django_language"] = "de"
    assert client.get("/")["Location"] == "/en/"
    assert client.get("/en/").wsgi_request.LANGUAGE_CODE == "en"


def test_a_reader_of_another_language_gets_the_towns_first(town: None, client: Client) -> None:
    offer("ar", "de")
    assert client.get("/", headers={"Accept-Language": "fr"})["Location"] == "/ar/"
    assert client.get("/", headers={"Accept-Language": "fr, de"})["Location"] == "/de/"


def test_a_code_alone_finds_the_readers_language(town: None, client: Client) -> None:
    code = small_town.agency().code
    for typed in (f"/{code}", f"/{code}/", f"/{code.upper()}", f"/{code.capitalize()}"):
        response = client.get(typed, headers={"Accept-Language": "uk"})
        assert (response.status_code, response["Location"]) == (302, f"/uk/{code}/"), typed


def test_a_code_is_found_in_whatever_case_it_was_typed(town: None, client: Client) -> None:
    code = small_town.agency(title="Harbour House").code
    assert "Harbour House" in client.get(f"/en/{code.upper()}/").content.decode()


def test_a_language_the_town_does_not_offer_has_no_pages(town: None, client: Client) -> None:
    code = small_town.agency().code
    offer("de", "ar")
    for path in ("", "find/", "now/", "safe/", f"{code}/"):
        assert client.get(f"/de/{path}").status_code == 200, path
        response = client.get(f"/fr/{path}")
        assert response.status_code == 404, path
        page = response.content.decode()
        assert '<html lang="de" dir="ltr">' in page and "/fr/" not in page, "no link leads back into the void"


def test_only_offered_languages_stand_in_the_picker(town: None, client: Client) -> None:
    offer("en", "ar")
    page = client.get("/en/").content.decode()
    assert 'hreflang="ar"' in page and 'hreflang="de"' not in page


def test_home_shows_the_needs_the_doors_and_what_there_is(town: None, client: Client) -> None:
    harbour = small_town.agency()
    small_town.service(harbour)
    small_town.content("For children", audience="child", in_navigation=True)
    response = client.get("/en/")
    assert response.context["counts"] == {"agencies": 1, "services": 1}
    assert [door.title for door in response.context["doors"]] == ["I am under 18"]
    assert len(response.context["needs"]) >= 8
    assert "1 agencies" not in response.content.decode(), "one is no plural"


def test_a_town_that_is_not_set_up_says_so_with_a_page(db: None, client: Client) -> None:
    HomePage.objects.all().delete()
    assert client.get("/en/").status_code == 404


def test_a_town_without_numbers_still_has_someone_to_talk_to(town: None, client: Client) -> None:
    Town.load().numbers.all().delete()
    small_town.service(small_town.agency(), "Talk at night", schedules=small_town.day_and_night())
    response = client.get("/en/now/")
    assert response.status_code == 200
    assert [str(card.title) for card in response.context["open_now"]] == ["Talk at night"]
    assert client.get("/en/").content.decode().count(HELP) >= 1


def test_now_leaves_out_what_is_closed_or_has_no_number(town: None, client: Client) -> None:
    harbour = small_town.agency()
    small_town.services(
        harbour,
        {"title": "Open", "schedules": small_town.day_and_night()},
        {"title": "Shut", "schedules": small_town.day_and_night(), "status": "temporarily closed"},
        {"title": "Nobody knows when"},
        {"title": "No number at all", "schedules": small_town.day_and_night(), "phones": []},
    )
    cards = client.get("/en/now/").context["open_now"]
    assert [str(card.title) for card in cards] == ["Open"]


def test_the_gallery_shows_every_part(town: None, client: Client) -> None:
    assert client.get("/en/gallery/").status_code == 200
    assert client.get("/ar/gallery/").status_code == 200
