"""The town's settings as its people edit them: forms that save, and refusals that say what to do."""

from __future__ import annotations

from datetime import time
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from agencies.models import Policy
from portal.founding import suggest_numbers
from portal.models import Town
from tests.agencies import stage
from tests.agencies.stage import proven

from . import small_town
from .test_checks import ready_numbers

SETTINGS = {"town": ("portal", "town"), "policy": ("agencies", "policy")}


class Fields(HTMLParser):
    """What a browser would post: every named field of the page with its value."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.select = self.area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name and "disabled" not in given:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given:
                usual = "on" if kind == "checkbox" else ""
                self.found.setdefault(name, []).append(given.get("value", usual))
        if tag == "select":
            self.select = name
        if tag == "option" and "selected" in given and self.select:
            self.found[self.select] = [given.get("value", "")]
        if tag == "textarea" and name:
            self.area = name
            self.found[name] = [""]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""


@pytest.fixture
def staff(town: None, settings: Any) -> Client:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    return proven(get_user_model().objects.create_superuser("mayor", "mayor@lindemar.example", "x"))


def save(staff: Client, which: str, **changes: Any) -> Any:
    model = Town if which == "town" else Policy
    address = reverse("wagtailsettings:edit", args=[*SETTINGS[which], model.load().pk])
    page = staff.get(address)
    assert page.status_code == 200
    fields = {
        name: value for name, value in Fields(page.content.decode()).found.items() if "__prefix__" not in name
    }
    return staff.post(address, fields | changes)


def test_the_town_is_saved_from_its_form(staff: Client, client: Client) -> None:
    small_town.numbers()
    response = save(
        staff, "town", name="Lindemar", tagline="for families", languages=["en", "ar"], brand="#6a3a7c"
    )
    assert response.status_code == 302, response.context["form"].errors
    town = Town.load()
    assert (town.name, town.languages, town.brand) == ("Lindemar", ["en", "ar"], "#6a3a7c")
    assert town.numbers.count() == 2
    assert "Lindemar" in client.get("/ar/").content.decode() and client.get("/de/").status_code == 404


def test_the_quiet_look_is_switched_on_in_the_form(staff: Client, client: Client) -> None:
    assert save(staff, "town", quiet_look="on", quiet_title="Town services").status_code == 302
    assert "<title>Town services</title>" in client.get("/en/").content.decode()


def test_a_colour_that_cannot_be_read_comes_back_with_one_that_can(staff: Client) -> None:
    response = save(staff, "town", brand="#ffff00")
    assert response.status_code == 200 and "The nearest colour that works is #" in response.content.decode()
    assert Town.load().brand == "#0d5c56"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("languages", [], "required"),
        ("languages", ["tlh"], "tlh"),
        ("exit_url", "javascript:alert(1)", "valid URL"),
        ("name", "", "required"),
    ],
)
def test_what_cannot_be_is_refused(staff: Client, field: str, value: Any, said: str) -> None:
    response = save(staff, "town", **{field: value})
    assert response.status_code == 200 and said in str(response.context["form"].errors)


def test_a_check_cannot_lie_in_the_future(staff: Client) -> None:
    small_town.numbers(small_town.confirmed("emergency", "112"))
    response = save(staff, "town", **{"numbers-0-checked_on": "2999-01-01"})
    assert response.status_code == 200 and "has not come yet" in response.content.decode()


def test_what_is_only_suggested_is_named_with_its_source_until_it_is_confirmed(staff: Client) -> None:
    suggest_numbers(Town.load(), "AT")
    address = reverse("wagtailsettings:edit", args=["portal", "town", Town.load().pk])
    page = staff.get(address).content.decode()
    for words in (
        "not on the site yet",
        "Child helpline: 147",
        "run by Rat auf Draht",
        "rataufdraht.at 2024-09-18",
    ):
        assert words in page, words
    confirmed = {"checked_by": "Town hall", "checked_role": "duty desk", "checked_on": "2026-01-01"}
    changes = {f"numbers-{n}-{field}": text for n in range(3) for field, text in confirmed.items()}
    assert save(staff, "town", **changes).status_code == 302
    assert "not on the site yet" not in staff.get(address).content.decode()
    assert all(number.is_confirmed for number in Town.load().numbers.all())


def test_hours_of_a_number_are_saved_from_ticks(staff: Client) -> None:
    small_town.numbers(small_town.confirmed("child_helpline", "116 111"))
    changes = {"answers": "hours", "byday": ["MO", "FR"], "opens_at": "14:00", "closes_at": "22:00"}
    assert (
        save(staff, "town", **{f"numbers-0-{field}": to for field, to in changes.items()}).status_code == 302
    )
    number = Town.load().numbers.get()
    assert (number.byday, number.opens_at, number.other_days) == ("MO,FR", time(14), "")
    assert save(staff, "town", **{"numbers-0-note": "Hello"}).status_code == 302
    assert Town.load().numbers.get().byday == "MO,FR", "ticks stay when something else is changed"


HOURS = {"answers": "hours", "byday": "MO,TU", "opens_at": time(9), "closes_at": time(17)}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"byday": ""}, "Tick the days"),
        ({"closes_at": None}, "belong together"),
        ({"other_days": "SA"}, "belong together"),
        ({"other_opens_at": time(9), "other_closes_at": time(12)}, "belong together"),
        ({"closes_at": time(9)}, "at the minute it opens"),
        ({"other_days": "TU", "other_opens_at": time(9), "other_closes_at": time(12)}, "in both lines"),
    ],
)
def test_hours_that_nobody_could_read_are_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        small_town.confirmed("other", "116 111", **HOURS | facts).clean()


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"opens_at": time(22), "closes_at": time(6)},
        {"opens_at": time(0), "closes_at": time(0)},
        {"other_days": "SA", "other_opens_at": time(9), "other_closes_at": time(12)},
        {"answers": "unknown", "byday": ""},
    ],
)
def test_hours_that_can_be_read_are_taken(facts: dict[str, Any]) -> None:
    small_town.confirmed("other", "116 111", **HOURS | facts).clean()


def test_the_dashboard_warns_of_what_the_numbers_lack(staff: Client) -> None:
    home = reverse("wagtailadmin_home")
    small_town.numbers(
        small_town.confirmed("emergency", "112"),
        small_town.confirmed("child_helpline", "116 111", days_ago=93),
    )
    page = staff.get(home).content.decode()
    assert "in one way only: by a call" in page and "Checked too long ago: child helpline 116 111" in page
    assert "Not all is known of: emergency 112, child helpline 116 111." in page
    small_town.numbers(*ready_numbers())
    assert "The numbers on every page" not in staff.get(home).content.decode()


def test_nobody_else_is_bothered_with_the_towns_numbers(town: None) -> None:
    page = stage.signed_in("town_editor").get(reverse("wagtailadmin_home")).content.decode()
    assert "The numbers on every page" not in page


def test_the_rules_for_entries_are_saved_from_their_form(staff: Client) -> None:
    response = save(staff, "policy", time_zone="Europe/Kyiv", default_interval="100")
    assert response.status_code == 302, response.context["form"].errors
    policy = Policy.load()
    assert (policy.time_zone, policy.default_interval) == ("Europe/Kyiv", 100)
    assert policy.intervals.count() > 0


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="is not a time zone"):
        Policy(time_zone="Europe/Lindemar").clean_fields()
