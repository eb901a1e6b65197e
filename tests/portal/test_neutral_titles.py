"""What the browser's history, a chat's preview and a search engine keep of a page: nothing where it is sensitive."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.models import Town

from . import small_town
from .heads import head_of, title_of


@pytest.mark.parametrize("needs", [("danger-now",), ("g-sexual",)])
def test_a_sensitive_service_has_a_neutral_title_and_so_has_its_agency(
    town: None, client: Client, needs: tuple[str, ...]
) -> None:
    harbour = small_town.agency("Open Door Refuge")
    page = small_town.service(harbour, "A bed tonight", needs=needs)
    for code in (page.code, harbour.code, small_town.need("danger-now").address.code):
        assert head_of(client.get(f"/en/{code}/").content.decode()) == {Town.load().name}


def test_staff_mark_a_service_or_an_agency_with_all_its_services(town: None, client: Client) -> None:
    library, refuge = small_town.agency("Library"), small_town.agency("Open Door Refuge", sensitive=True)
    marked = small_town.service(library, "For those who were beaten", sensitive=True)
    of_refuge = small_town.service(refuge, "A bed tonight")
    for code in (marked.code, library.code, of_refuge.code, refuge.code):
        assert head_of(client.get(f"/en/{code}/").content.decode()) == {Town.load().name}


def test_unticked_by_staff_a_service_of_a_sensitive_need_stays_neutral(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency(), "A bed tonight", needs=("danger-now",), sensitive=False)
    assert head_of(client.get(f"/en/{page.code}/").content.decode()) == {Town.load().name}


def test_other_pages_have_their_own_title_and_say_what_they_are(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency("Library"), "Homework club", summary="Someone helps you.")
    town_name = Town.load().name
    response = client.get(f"/en/{page.code}/")
    assert title_of(response.content.decode()) == f"Homework club · {town_name}"
    assert head_of(response.content.decode()) == {
        f"Homework club · {town_name}",
        town_name,
        "Someone helps you.",
    }


def test_a_sensitive_page_gives_a_chats_preview_nothing_to_tell(town: None, client: Client) -> None:
    page = small_town.service(
        small_town.agency("Refuge"), "A bed tonight", summary="You are safe here.", needs=("danger-now",)
    )
    for path in (f"{page.code}/", f"{page.agency.code}/", f"{page.code}/wrong/", "find/"):
        assert head_of(client.get(f"/en/{path}").content.decode()) == {Town.load().name}, path


def test_the_list_of_languages_names_languages_alone(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency("Refuge"), "A bed tonight", needs=("danger-now",))
    text = client.get(f"/en/{page.code}/").content.decode()
    links = re.findall(r'<a class="language"[^>]*>[^<]*</a>', text)
    assert len(links) == 2 * len(Town.load().shown_languages())
    assert not any("bed" in link or "Refuge" in link or "title=" in link for link in links)


@pytest.mark.parametrize(("sensitive", "title"), [(True, "{town}"), (False, "Secrets · {town}")])
def test_a_page_of_the_town_may_be_sensitive_too(
    town: None, client: Client, sensitive: bool, title: str
) -> None:
    page = small_town.content("Secrets", intro="All of them.", sensitive=sensitive)
    response = client.get(f"/en/{page.code}/")
    assert title_of(response.content.decode()) == title.format(town=Town.load().name)
    assert ("All of them." in head_of(response.content.decode())) != sensitive


@pytest.mark.parametrize(
    "facts", [{"audience": "child"}, {"audience": "child", "age_band": "6-10"}, {"age_band": "3-5"}]
)
def test_every_page_of_the_town_for_children_is_neutral(
    town: None, client: Client, facts: dict[str, str]
) -> None:
    page = small_town.content("My rights", intro="You may say no.", **facts)
    assert head_of(client.get(f"/en/{page.code}/").content.decode()) == {Town.load().name}


def test_one_marked_translation_makes_all_neutral(town: None, client: Client) -> None:
    page = small_town.content("Secrets")
    german = small_town.translated(page, "de", title="Geheimnisse", sensitive=True)
    for path in (f"/en/{page.code}/", f"/de/{german.code}/"):
        assert "Secrets" not in title_of(client.get(path).content.decode())
        assert "Geheimnisse" not in title_of(client.get(path).content.decode())


def test_no_page_names_another_address_for_itself(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency())
    for path in ("/en/", "/en/find/", f"/en/{page.code}/"):
        text = client.get(path).content.decode()
        assert "canonical" not in text and 'rel="alternate"' not in text and "og:url" not in text
