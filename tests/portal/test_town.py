"""The town's settings as its people edit them: forms that save, and refusals that say what to do."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from agencies.models import Policy
from portal.models import Town
from tests.agencies.stage import proven

from . import small_town

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


def test_the_rules_for_entries_are_saved_from_their_form(staff: Client) -> None:
    response = save(staff, "policy", time_zone="Europe/Kyiv", default_interval="100")
    assert response.status_code == 302, response.context["form"].errors
    policy = Policy.load()
    assert (policy.time_zone, policy.default_interval) == ("Europe/Kyiv", 100)
    assert policy.intervals.count() > 0


def test_a_time_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="is not a time zone"):
        Policy(time_zone="Europe/Lindemar").clean_fields()
