"""The checklist's pages: all of it as a plain list, no title that tells, and nothing that could be sent."""

from __future__ import annotations

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import AgencyPage, ServicePage
from portal import deck
from portal.checklist_facts import BANDS
from portal.models import ChecklistItem, ContentPage, Town
from tests.databases import ROOT

from . import small_town
from .heads import head_of
from .searching import main_of as raw_main_of

FAMILY, CHILD = "/en/checklist/", "/en/checklist/short/"
LANGUAGES = ("en", "de", "fr", "uk", "ar")

both = pytest.mark.parametrize("path", [FAMILY, CHILD])


def main_of(client: Client, path: str) -> str:
    return html.unescape(raw_main_of(client, path))


def behind(house: AgencyPage, item: str, title: str = "Talk at night") -> ServicePage:
    """A checked service behind an item of the list."""
    service = small_town.service(house, title, assured_date=timezone.localdate())
    service.kinds = list(ChecklistItem.objects.get(code=item).kinds.all())[:1]
    service.save()
    return service


def row_of(main: str, statement: str) -> str:
    """One item of the plain list, from its statement to the end of its row."""
    return main.partition('class="plain"')[2].partition(statement)[2].partition("</li>\n")[0]


# The plain list


def test_every_item_stands_in_its_group(client: Client, house: AgencyPage) -> None:
    main = main_of(client, FAMILY)
    for item in ChecklistItem.objects.all():
        assert item.statement in main
        assert main.index(item.group.name) < main.index(item.statement)
    assert ChecklistItem.objects.count() == 40


def test_an_item_leads_to_the_services_behind_it(client: Client, house: AgencyPage) -> None:
    service = behind(house, "c03")
    row = row_of(main_of(client, FAMILY), ChecklistItem.objects.get(code="c03").statement)
    assert f'href="/en/{service.code}/"' in row and "Talk at night" in row and "Harbour House" in row


def test_an_item_without_a_service_leads_to_people(client: Client, house: AgencyPage) -> None:
    row = row_of(main_of(client, FAMILY), ChecklistItem.objects.get(code="c03").statement)
    assert 'href="/en/now/"' in row


def test_it_says_for_which_ages_and_in_which_situations(client: Client, house: AgencyPage) -> None:
    row = row_of(main_of(client, FAMILY), ChecklistItem.objects.get(code="c08").statement)
    assert "Under 18 years" in row and "For you, if:" in row and "Was sexually abused" in row
    for_all = row_of(main_of(client, FAMILY), ChecklistItem.objects.get(code="c01").statement)
    assert "years" not in for_all and "For you, if:" not in for_all


def test_the_sheet_knows_every_band_of_ages(client: Client, house: AgencyPage) -> None:
    sheet = (ROOT / "portal" / "static" / "portal" / "checklist.css").read_text("utf-8")
    main = main_of(client, FAMILY)
    for first, _last in BANDS:
        assert f":has(#age-{first}:checked) .plain__item:not(.fits-{first})" in sheet
        assert f'id="age-{first}"' in main and f"fits-{first}" in main


def test_what_the_town_does_not_have_stands_apart_with_its_reason(client: Client, house: AgencyPage) -> None:
    item = ChecklistItem.objects.get(code="c34")
    item.not_applicable = "No child arrives here without parents."
    item.save()
    deck.forget()
    before, _heading, apart = main_of(client, FAMILY).partition("What this town does not have, and why")
    assert item.statement not in before and item.statement in apart
    assert "No child arrives here without parents." in apart
    assert item.child_statement not in main_of(client, CHILD)


def test_a_hidden_item_is_nowhere(client: Client, house: AgencyPage) -> None:
    item = ChecklistItem.objects.get(code="c34")
    item.hidden = True
    item.save()
    deck.forget()
    assert item.statement not in main_of(client, FAMILY)
    assert item.child_statement not in main_of(client, CHILD)


def test_children_get_their_own_words_and_readable_twins(client: Client, house: AgencyPage) -> None:
    service = behind(house, "c03")
    main = main_of(client, CHILD)
    assert f'href="/en/{service.code}/short/"' in main and f'href="/en/{service.code}/"' not in main
    for item in ChecklistItem.objects.all():
        assert item.statement not in main or item.statement == item.child_statement
        assert item.child_statement in main
    assert 'href="tel:116111"' in main


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_readers_language(client: Client, house: AgencyPage, language: str) -> None:
    item = ChecklistItem.objects.get(code="c03")
    main = main_of(client, f"/{language}/checklist/")
    assert str(item.said("statement", language)) in main
    assert str(item.said("child_statement", language)) in main_of(client, f"/{language}/checklist/short/")


def test_words_in_another_language_say_so(client: Client, house: AgencyPage) -> None:
    behind(house, "c03")
    ChecklistItem.objects.get(code="c03").words.all().delete()
    main = main_of(client, "/ar/checklist/")
    assert '<span lang="en" dir="ltr">Talk at night</span>' in main
    statement = ChecklistItem.objects.get(code="c03").statement
    assert f'<span lang="en" dir="ltr">{statement}</span>' in main


def test_it_asks_the_database_as_often_for_five_services_as_for_one(
    client: Client, house: AgencyPage
) -> None:
    def asked() -> int:
        deck.forget()
        with CaptureQueriesContext(connection) as queries:
            main_of(client, FAMILY)
        return len(queries)

    behind(house, "c03")
    asked()
    once = asked()
    for code in ("c01", "c02", "c05", "c32"):
        behind(house, code, f"More {code}")
    assert asked() == once


# What a list must not leave behind


@both
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_tells_that_somebody_makes_a_list(
    client: Client, house: AgencyPage, path: str, language: str
) -> None:
    page = client.get(path.replace("en", language, 1)).content.decode()
    name = str(Town.load().said("name", language))
    assert head_of(page) == {name}


@both
def test_there_is_nothing_to_send_and_nothing_the_browser_keeps(
    client: Client, house: AgencyPage, path: str
) -> None:
    answer = client.get(path)
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    forms = re.findall("<form[^>]*>", main)
    assert len(forms) == 1 and 'autocomplete="off"' in forms[0] and "action" not in forms[0]
    before, _form, inside = main.partition("<form")
    assert "<input" not in before and "<input" not in inside.partition("</form>")[2]
    first, *others = re.findall("<button[^>]*>", inside)
    assert "disabled" in first, "Enter sends a form by its first button"
    assert all('type="button"' in button for button in others)
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


@both
def test_it_takes_no_answer(client: Client, house: AgencyPage, path: str) -> None:
    assert client.post(path, {"years": "9"}).status_code == 405
    assert client.get(path, {"years": "9"}).content == client.get(path).content


def test_a_language_the_town_does_not_offer_has_no_checklist(client: Client, house: AgencyPage) -> None:
    town = Town.load()
    town.languages = ["en"]
    town.save()
    assert client.get("/de/checklist/").status_code == 404
    assert client.get("/de/checklist/short/").status_code == 404


def test_the_script_that_draws_qr_codes_waits_until_it_is_asked_for(
    client: Client, house: AgencyPage
) -> None:
    page = client.get(FAMILY).content.decode()
    assert re.findall(r'<script[^>]* src="[^"]*uqr[^"]*"', page) == []
    assert "uqr" in page
    assert "uqr" not in client.get(CHILD).content.decode(), "children get no link with their answers in it"


# The way there


def test_the_first_page_and_the_foot_of_every_page_lead_there(client: Client, house: AgencyPage) -> None:
    assert f'href="{FAMILY}"' in main_of(client, "/en/")
    foot = client.get("/en/safe/").content.decode().partition("<footer")[2]
    assert f'href="{FAMILY}"' in foot


@pytest.mark.parametrize(
    ("audience", "path"), [(ContentPage.Audience.PARENT, FAMILY), (ContentPage.Audience.CHILD, CHILD)]
)
def test_a_door_leads_to_the_list_of_whom_it_is_for(
    client: Client, house: AgencyPage, audience: str, path: str
) -> None:
    door = small_town.content("A door", audience=audience, in_navigation=True)
    below = small_town.content("A page below", audience=audience, parent=door)
    assert f'href="{path}"' in main_of(client, f"/en/{door.code}/")
    assert f'href="{path}"' not in main_of(client, f"/en/{below.code}/")


def test_the_vendored_script_says_whose_it_is() -> None:
    text = (ROOT / "portal" / "static" / "portal" / "uqr.js").read_text("utf-8")
    assert "MIT License" in text and "Anthony Fu" in text and re.search(r"uqr \d+\.\d+\.\d+", text)
