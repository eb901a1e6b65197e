"""`check --deploy` refuses a town that is not ready for families."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.test import Client

from portal import checks
from portal.accessibility import RESULTS
from portal.models import Town, TownNumber
from portal.settings import database

from . import small_town
from .test_papers import OFFICES

Kind = TownNumber.Kind


def ids() -> list[str]:
    found = run_checks(include_deployment_checks=True)
    return sorted(message.id for message in found if message.id.startswith("portal."))


FACTS = dict.fromkeys(("free_call", "anonymous", "recorded", "located", "on_bill"), "yes")


def asked(kind: str, number: str, **facts: Any) -> TownNumber:
    """A confirmed number of which all is known."""
    return small_town.confirmed(kind, number, **{**FACTS, "answers": "always", "spoken": "en"} | facts)


def ready_numbers() -> list[TownNumber]:
    """What a town needs before families rely on it: both numbers to call, and a way for who cannot speak aloud."""
    return [
        asked(Kind.EMERGENCY, "112"),
        asked(Kind.CHILD_HELPLINE, "116 111"),
        asked(Kind.CHILD_HELPLINE, "chat.example", type="chat"),
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"recorded": "unknown"}, ["portal.W003"]),
        ({"answers": "unknown"}, ["portal.W003"]),
        ({"spoken": ""}, ["portal.W003"]),
        ({"type": "chat", "recorded": "unknown"}, []),
        ({"type": "chat", "anonymous": "unknown"}, ["portal.W003"]),
        ({"type": "text", "on_bill": "unknown"}, ["portal.W003"]),
    ],
)
def test_what_nobody_asked_of_a_number_is_warned_of(
    town: None, settings: Any, facts: dict[str, str], expected: list[str]
) -> None:
    settings.DEMO = False
    small_town.numbers(*ready_numbers(), asked(Kind.OTHER, "01632 960 101", **facts))
    assert ids() == expected


@pytest.fixture(autouse=True)
def offices(request: pytest.FixtureRequest) -> None:
    """Named, in every town of these tests; the statement they stand in is of today."""
    if "town" in request.fixturenames:
        request.getfixturevalue("town")
        Town.load()
        Town.objects.update(**OFFICES)


def test_offices_that_are_not_named_are_warned_of(town: None, settings: Any) -> None:
    settings.DEMO = False
    Town.objects.update(host="")
    small_town.numbers(*ready_numbers())
    assert ids() == ["portal.W010"]


def test_a_statement_that_is_out_of_date_is_warned_of(town: None, settings: Any, tmp_path: Path) -> None:
    settings.DEMO = False
    small_town.numbers(*ready_numbers())
    row = json.loads((settings.FIXTURES_FOLDER / RESULTS).read_text()) | {"tested_on": "2020-01-01"}
    (tmp_path / RESULTS).write_text(json.dumps(row))
    settings.FIXTURES_FOLDER = tmp_path
    assert ids() == ["portal.W011"]


def test_a_town_with_both_numbers_confirmed_is_ready(town: None, settings: Any) -> None:
    settings.DEMO = False
    small_town.numbers(*ready_numbers())
    assert ids() == []


def test_a_single_way_to_reach_somebody_is_warned_of(town: None, settings: Any) -> None:
    settings.DEMO = False
    small_town.numbers(*ready_numbers()[:2])
    assert ids() == ["portal.W001"]
    small_town.numbers(
        *ready_numbers()[:2], TownNumber(kind=Kind.CHILD_HELPLINE, number="x.example", type="chat")
    )
    assert ids() == ["portal.W001"], "a chat that nobody confirmed is no way"
    desk = asked(Kind.IN_PERSON, "4 Quay Street", type="in_person")
    small_town.numbers(*ready_numbers()[:2], desk)
    assert ids() == []


@pytest.mark.parametrize(("days_ago", "expected"), [(92, []), (93, ["portal.W002"])])
def test_a_number_checked_too_long_ago_is_warned_of(
    town: None, settings: Any, days_ago: int, expected: list[str]
) -> None:
    settings.DEMO = False
    old = asked(Kind.POLICE, "01632 960 180", days_ago=days_ago)
    small_town.numbers(*ready_numbers(), old)
    assert ids() == expected


@pytest.mark.parametrize(
    "numbers",
    [
        [],
        [
            TownNumber(kind=Kind.EMERGENCY, number="112"),
            TownNumber(kind=Kind.CHILD_HELPLINE, number="116 111"),
        ],
        [TownNumber(kind=Kind.EMERGENCY, number="112", checked_by="Desk")],
        [TownNumber(kind=Kind.EMERGENCY, number="112", checked_by="Desk", checked_on=date(2026, 11, 1))],
    ],
)
def test_numbers_that_nobody_confirmed_do_not_count(
    town: None, settings: Any, numbers: list[TownNumber]
) -> None:
    settings.DEMO = False
    settings_of_town = Town.load()
    settings_of_town.numbers = numbers
    settings_of_town.save()
    assert ids() == ["portal.E001", "portal.E001"]


def test_a_chat_is_no_number_to_call(town: None, settings: Any) -> None:
    settings.DEMO = False
    chat = asked(Kind.CHILD_HELPLINE, "chat.example", type="chat")
    small_town.numbers(asked(Kind.EMERGENCY, "112"), chat)
    assert ids() == ["portal.E001", "portal.W001"]


def test_the_demo_is_not_for_families(town: None, settings: Any) -> None:
    settings.DEMO = True
    small_town.numbers(*ready_numbers())
    assert ids() == ["portal.E003"]


def test_the_demos_database_is_not_for_families(town: None, settings: Any) -> None:
    settings.DEMO = False
    small_town.numbers(*ready_numbers())
    Town.objects.update(is_demo=True)
    assert ids() == ["portal.E004"]


def test_no_warning_speaks_of_a_header_that_every_answer_has(town: None, client: Client) -> None:
    found = run_checks(include_deployment_checks=True)
    assert [each for each in found if each.id == "security.W002" and not each.is_silenced()] == []
    assert client.get("/en/")["X-Frame-Options"] == "DENY"


def test_a_database_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("no such table")

    monkeypatch.setattr("portal.frame.town_of", refuse)
    (error,) = checks.confirmed_numbers(None)
    assert error.id == "portal.E002" and "setup_town" in error.hint


@pytest.mark.parametrize("url", ["mysql://a@b/c", "nonsense", "postgres://a:b@c:99999999/d"])
def test_an_unknown_kind_of_database_is_refused_with_the_cure(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="Write postgres://"):
        database()


def test_words_that_nobody_compiled_stop_every_command(tmp_path: Path, settings: Any) -> None:
    settings.LOCALE_PATHS = [tmp_path]
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    assert [error.id for error in checks.compiled_catalogues(None)] == ["portal.E005"]
    (folder / "django.mo").touch()
    assert checks.compiled_catalogues(None) == []


def test_the_folder_of_the_database_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "var" / "deeper" / "db.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    assert Path(database()["NAME"]).parent.is_dir()
