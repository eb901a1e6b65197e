"""What stands around every page: help bar, exit, navigation, languages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.models import Town, TownNumber

from . import small_town

Kind = TownNumber.Kind
PATHS = ("", "find/", "now/", "safe/", "gallery/", "c2c2c2/")


def help_bar(page: str) -> str:
    return re.search(r'<nav class="top".*?</nav>', page, re.DOTALL)[0]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_begins_with_the_exit_and_the_numbers(town: None, client: Client, path: str) -> None:
    small_town.numbers()
    page = client.get(f"/en/{path}").content.decode()
    bar = help_bar(page)
    assert 'href="tel:112"' in bar and 'href="tel:116111"' in bar and "/en/now/" in bar
    assert page.index('class="exit"') < page.index("tel:112") < page.index("<main")
    first_links = re.findall(r"<a [^>]*>", page)[:2]
    assert 'class="skip"' in first_links[0] and 'class="exit"' in first_links[1]


@pytest.mark.parametrize("path", (*PATHS, "find/" + "A" * 342 + "/"))
def test_every_page_leads_to_staying_safe_online(town: None, client: Client, path: str) -> None:
    assert 'href="/en/safe/"' in client.get(f"/en/{path}").content.decode()


def test_only_confirmed_numbers_show(town: None, client: Client) -> None:
    small_town.numbers(
        TownNumber(kind=Kind.EMERGENCY, number="112"),
        TownNumber(kind=Kind.CHILD_HELPLINE, number="116 111", checked_by="Duty desk"),
        small_town.confirmed(Kind.POLICE, "01632 960 900"),
    )
    for path in PATHS[:4]:
        page = client.get(f"/en/{path}").content.decode()
        assert "tel:112" not in page and "116 111" not in page, path
    assert "01632 960 900" in client.get("/en/now/").content.decode()


def test_a_number_past_its_time_stays_and_says_so(town: None, client: Client) -> None:
    small_town.numbers(small_town.confirmed(Kind.CHILD_HELPLINE, "116 111", days_ago=93))
    assert "tel:116111" in help_bar(client.get("/en/").content.decode())
    page = client.get("/en/now/").content.decode()
    assert "verified--stale" in page and "Last checked on" in page
    small_town.numbers(small_town.confirmed(Kind.CHILD_HELPLINE, "116 111", days_ago=92))
    assert "verified--stale" not in client.get("/en/now/").content.decode()


def test_the_bar_has_calls_alone_and_the_first_of_each_kind(town: None, client: Client) -> None:
    small_town.numbers(
        small_town.confirmed(Kind.CHILD_HELPLINE, "chat.example/now", type="chat"),
        small_town.confirmed(Kind.CHILD_HELPLINE, "116 111"),
        small_town.confirmed(Kind.CHILD_HELPLINE, "116 999"),
    )
    bar = help_bar(client.get("/en/").content.decode())
    assert "116 111" in bar and "chat.example" not in bar and "116 999" not in bar


def test_a_town_without_an_exit_address_has_neither_button_nor_script(town: None, client: Client) -> None:
    Town.objects.update(exit_url="")
    page = client.get("/en/").content.decode()
    assert "exit.js" not in page and 'class="exit"' not in page


def test_navigation_names_the_sections_in_the_readers_language(town: None, client: Client) -> None:
    page = small_town.content("For children", audience="child", in_navigation=True)
    about = small_town.content("About us", in_navigation=True)
    small_town.content("Not in the navigation", audience="parent")
    small_town.translated(page, "de", title="Für Kinder")
    german = client.get(f"/de/{page.code}/")
    assert [str(link.title) for link in german.context["nav"]][1:] == ["Für Kinder"]
    assert [link.current for link in german.context["nav"]] == [False, True]
    assert [str(link.title) for link in german.context["footer_links"]] == ["About us"]
    assert '<span lang="en" dir="ltr">About us</span>' in german.content.decode()
    assert f"/de/{about.code}/" in german.content.decode()


def test_the_languages_name_themselves_and_lead_to_the_same_page(town: None, client: Client) -> None:
    code = small_town.agency().code
    links = {link.code: link for link in client.get(f"/en/{code}/").context["languages"]}
    assert links["ar"].name == "العربية" and links["ar"].direction == "rtl"
    assert links["ar"].url == f"/ar/{code}/" and links["en"].current


def test_a_town_in_another_source_language_says_its_name_in_the_readers(town: None, client: Client) -> None:
    settings = Town.load()
    settings.name = "Lindemar"
    settings.words.create(language="ar", field="name", text="ليندمار")
    settings.save()
    assert "ليندمار" in client.get("/ar/").content.decode()
    assert "ليندمار" not in client.get("/en/").content.decode()
