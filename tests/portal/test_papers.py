"""What the law asks a public site to say, and when it says that it no longer knows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agencies.corrections import TEXT_DAYS
from portal import accessibility, languages, sealed
from portal.models import Demand, Town

from .heads import title_of

OFFICES = {
    "responsible": "Town of Otherby\n1 Market Square",
    "data_protection": "privacy@otherby.example",
    "host": "Otherby computing",
    "privacy_authority": "The commissioner",
    "accessibility_authority": "The ombudsman",
}

Results = Callable[..., None]


def shown(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def results(tmp_path: Path, settings: Any) -> Results:
    """Writes results as `make accessibility` does, and has the site read them."""
    settings.FIXTURES_FOLDER = tmp_path

    def write(**changes: Any) -> None:
        row = {
            "tested_on": timezone.localdate().isoformat(),
            "pages": 120,
            "looks": 480,
            "languages": ["en", "ar"],
            "tools": {"axe-core": "4.12.1"},
            "violations": {},
            "by_people": False,
        }
        (tmp_path / accessibility.RESULTS).write_text(json.dumps(row | changes))

    write()
    return write


# --- privacy --------------------------------------------------------------------------------------


def test_the_privacy_notice_says_the_numbers_that_the_code_keeps(town: None) -> None:
    page = shown("/en/privacy/")
    assert f"works for {sealed.LIFE.seconds // 60} minutes" in page
    assert f"Totals under {Demand.FEWEST} are thrown away" in page
    assert f"is deleted after {TEXT_DAYS} days at the latest" in page


def test_it_names_the_towns_offices_and_says_which_are_missing(town: None) -> None:
    assert "This notice is not complete" in shown("/en/privacy/")
    Town.objects.update(**OFFICES)
    page = shown("/en/privacy/")
    assert "This notice is not complete" not in page
    assert "Town of Otherby<br>1 Market Square" in page
    for said in ("privacy@otherby.example", "Otherby computing", "The commissioner"):
        assert said in page


@pytest.mark.parametrize("language", ["en", "de", "fr", "uk", "ar"])
def test_every_page_leads_to_the_notices_and_they_to_each_other(town: None, language: str) -> None:
    home = shown(f"/{language}/")
    for path in ("privacy", "accessibility"):
        assert f'href="/{language}/{path}/"' in home
    assert f'href="/{language}/privacy/short/"' in shown(f"/{language}/privacy/")
    assert f'href="/{language}/privacy/"' in shown(f"/{language}/privacy/short/")


def test_the_digits_of_an_office_keep_their_order_on_a_page_from_right_to_left(
    town: None, results: Results
) -> None:
    numbers = {name: f"01632 960 10{i}" for i, name in enumerate(OFFICES)}
    Town.objects.update(**numbers)
    pages = shown("/ar/privacy/") + shown("/ar/accessibility/")
    assert all(f"<bdi>{number}</bdi>" in pages for number in numbers.values())


def test_what_a_town_writes_is_text(town: None) -> None:
    Town.objects.update(responsible="<script>alert(1)</script>")
    assert "<script>alert" not in shown("/en/privacy/")


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_that_somebody_read_the_childrens_version_is_in_no_history(town: None, language: str) -> None:
    page = shown(f"/{language}/privacy/short/")
    assert title_of(page) == str(Town.load().said("name", language))


# --- the accessibility statement ------------------------------------------------------------------


def test_the_statement_tells_the_results(town: None, results: Results) -> None:
    page = shown("/en/accessibility/")
    assert "480 looks at 120 pages" in page
    assert "axe-core 4.12.1" in page
    assert "partially compliant" in page
    assert "No person who uses a screen reader" in page
    assert "is out of date" not in page
    assert f"It was made on {languages.full_day(timezone.localdate())} from" in page


def test_only_people_make_it_fully_compliant(town: None, results: Results) -> None:
    results(by_people=True)
    assert "fully compliant" in shown("/en/accessibility/")
    results(by_people=True, violations={"color-contrast": 3})
    page = shown("/en/accessibility/")
    assert "partially compliant" in page
    assert "“color-contrast” was broken: 3" in page


def test_it_goes_out_of_date_by_itself(town: None, results: Results) -> None:
    year_ago = timezone.localdate() - timedelta(days=366)
    results(tested_on=year_ago.isoformat())
    assert "This statement is out of date" in shown("/en/accessibility/")


@pytest.mark.parametrize(
    ("on", "until"), [(date(2026, 11, 26), date(2027, 11, 26)), (date(2028, 2, 29), date(2029, 2, 28))]
)
def test_it_holds_a_year(results: Results, on: date, until: date) -> None:
    results(tested_on=on.isoformat())
    tested = accessibility.tested()
    assert tested.holds_until == until
    assert not tested.is_out_of_date(until)
    assert tested.is_out_of_date(until + timedelta(days=1))


def test_where_to_complain_is_the_towns_to_say(town: None, results: Results) -> None:
    assert "has not said yet where to write" in shown("/en/accessibility/")
    Town.objects.update(contact_email="desk@otherby.example", **OFFICES)
    page = shown("/en/accessibility/")
    assert 'href="mailto:desk@otherby.example"' in page
    assert "complain to: <bdi>The ombudsman</bdi>" in page


def test_the_results_that_ship_were_made_by_the_crawls() -> None:
    shipped = accessibility.tested()
    assert shipped.looks >= shipped.pages > 200
    assert set(shipped.languages) == {"en", "de", "fr", "uk", "ar"}
    assert shipped.violations == {}
    assert shipped.tools
