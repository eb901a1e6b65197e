"""What machines ask for: colours, robots, the icon, and whether all is well."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

import search
from portal import colours, machines
from portal.models import Town


def css_address(client: Client) -> str:
    return client.get("/en/").context["theme_css_url"]


def test_the_colours_are_kept_for_long_at_an_address_that_changes_with_them(
    town: None, client: Client
) -> None:
    before = css_address(client)
    response = client.get(before)
    assert response["Content-Type"].startswith("text/css") and "immutable" in response["Cache-Control"]
    settings = Town.load()
    settings.brand = "#6a3a7c"
    settings.save()
    after = css_address(client)
    assert after != before and "--brand:#6a3a7c" in client.get(after).content.decode()
    assert "immutable" not in client.get(before)["Cache-Control"], "an old address must not keep new colours"
    assert client.get("/theme.css")["Cache-Control"] == "no-cache"


def test_only_a_brand_of_the_towns_own_has_a_computed_night(town: None, client: Client) -> None:
    assert "prefers-color-scheme" not in client.get("/theme.css").content.decode()
    Town.objects.update(brand="#6a3a7c")
    assert f"--brand:{colours.night_twin('#6a3a7c')}" in client.get("/theme.css").content.decode()


def test_robots_stay_out_of_the_staffs_rooms(town: None, client: Client) -> None:
    response = client.get("/robots.txt")
    assert response.content.startswith(b"User-agent: *\nDisallow: /admin/\n")


def test_there_is_an_icon(town: None, client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302 and "favicon" in response["Location"]


def test_all_is_well(town: None, client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (
        200,
        {"database": "ok", "search": "ok", "nightly": None},
    )


@pytest.mark.parametrize("part", ["database", "search"])
def test_what_does_not_answer_is_named(
    town: None, client: Client, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("secret details of the server")

    if part == "database":
        monkeypatch.setattr(machines.Town.objects, "exists", refuse)
    else:
        monkeypatch.setattr(search, "find", refuse)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "search": "ok", "nightly": None} | {part: "OperationalError"}
