"""The quiet look: one plain title and icon for every page, whatever it is about (SAFETY.md 6)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from portal import frame
from portal.models import Town

from . import small_town
from .heads import head_of, icons_of
from .test_errors import no_database

PATHS = ("", "find/", "now/", "safe/", "gallery/", "c2c2c2/", "find/" + "A" * 342 + "/")


@pytest.fixture
def quiet(town: None) -> Town:
    small_town.numbers()
    Town.objects.update(quiet_look=True)
    return Town.load()


def paths(language: str) -> list[str]:
    service = small_town.service(
        small_town.agency("Library", summary="Books."), "Homework club", summary="Help."
    )
    page = small_town.content("How to ask", intro="Words to say.")
    codes = (service.code, service.agency.code, page.code, small_town.need("danger-now").address.code)
    return [
        f"/{language}/{path}" for path in (*PATHS, *(f"{code}/" for code in codes), f"{service.code}/wrong/")
    ]


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_has_the_plain_title_and_icon(quiet: Town, client: Client, language: str) -> None:
    with translation.override(language):
        title = gettext("Information")
    for path in paths(language):
        page = client.get(path).content.decode()
        assert (head_of(page), icons_of(page)) == ({title}, ["plain"]), path
        assert quiet.name in page and "tel:112" in page, "the page itself is as before"


def test_the_towns_own_plain_title_in_each_language(quiet: Town, client: Client) -> None:
    quiet.quiet_title = "Town services"
    quiet.words.create(language="ar", field="quiet_title", text="خدمات")
    quiet.save()
    assert head_of(client.get("/en/now/").content.decode()) == {"Town services"}
    assert head_of(client.get("/ar/now/").content.decode()) == {"خدمات"}


def test_without_the_quiet_look_pages_are_named_after_the_town(town: None, client: Client) -> None:
    Town.objects.update(quiet_title="Town services")
    page = client.get("/en/").content.decode()
    assert "Town services" not in page and icons_of(page) == ["favicon"]


@pytest.mark.parametrize(("is_quiet", "icon"), [(False, "favicon"), (True, "plain")])
def test_the_icon_that_browsers_ask_for_by_themselves(
    town: None, client: Client, is_quiet: bool, icon: str
) -> None:
    Town.objects.update(quiet_look=is_quiet)
    assert f"/portal/{icon}" in client.get("/favicon.ico")["Location"]


def test_a_page_that_says_the_database_is_down_stays_quiet(quiet: Town, client: Client) -> None:
    assert client.get("/en/").status_code == 200
    with no_database() as broken:
        page = broken.get("/en/now/").content.decode()
        icon = broken.get("/favicon.ico")["Location"]
    assert (head_of(page), icons_of(page)) == ({"Information"}, ["plain"])
    assert "/portal/plain" in icon and "tel:112" in page


def test_a_process_that_has_never_seen_the_town_says_nothing_and_has_an_exit(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_last_shown", {})
    with no_database() as broken:
        page = broken.get("/en/now/").content.decode()
    assert (head_of(page), icons_of(page)) == ({"Information"}, ["plain"])
    assert "data-exit=" in page and 'class="exit"' in page
