"""The whole site below a path: no address, redirect or form leads out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_script_prefix, set_script_prefix

from agencies.models import Address, ServicePage

PREFIX = "/children"
ADDRESS = re.compile(r'(?:href|src|action|data-burn|data-icon|srcset)="(/[^"]*)"')


@pytest.fixture
def below(demo: None, settings: Any) -> Iterator[Client]:
    """A client of a site that answers below /children."""
    before = get_script_prefix()
    settings.FORCE_SCRIPT_NAME = PREFIX
    settings.STATIC_URL, settings.MEDIA_URL = f"{PREFIX}/static/", f"{PREFIX}/media/"
    settings.SITE_URL = f"https://lindemar.example{PREFIX}/"
    set_script_prefix(f"{PREFIX}/")  # a real server's handler does it; the test's does not
    yield Client()
    set_script_prefix(before)


def assert_stays(text: str) -> None:
    addresses = ADDRESS.findall(text)
    assert addresses
    outside = {address for address in addresses if not address.startswith(f"{PREFIX}/")}
    assert outside == set()


def test_every_address_of_every_page_stays_below(below: Client) -> None:
    codes = {
        kind: Address.objects.filter(kind=kind, retired_at=None).first().code for kind in Address.Kind.values
    }
    paths = ["en/", "ar/find/", "en/now/", "en/safe/", "en/gallery/", "en/c2c2c2/"]
    for path in [*paths, *(f"en/{code}/" for code in codes.values())]:
        assert_stays(below.get(f"/{path}").content.decode())


def test_redirects_stay_below(below: Client) -> None:
    code = Address.objects.filter(kind="service").first().code
    for path in ("/", f"/{code}", "/favicon.ico"):
        assert below.get(path)["Location"].startswith(f"{PREFIX}/"), path


def test_a_search_and_its_hits_stay_below(below: Client) -> None:
    sent = below.post("/en/find/", {"words": "school"})
    assert sent["Location"].startswith(f"{PREFIX}/en/find/")
    found = below.get(sent["Location"].removeprefix(PREFIX))
    assert found.context["results"].cards
    assert all(card.url.startswith(f"{PREFIX}/en/") for card in found.context["results"].cards)
    assert_stays(found.content.decode())
    seal = sent["Location"].split("/")[-2]
    link = below.post("/en/find/", {"seal": seal, "share": "1"}, headers={"X-Requested-With": "fetch"})
    assert link.content.decode().startswith(f"https://lindemar.example{PREFIX}/en/find/")


def test_the_printed_address_has_the_prefix_once(below: Client) -> None:
    service = ServicePage.objects.public().select_related("address").first()
    page = below.get(f"/en/{service.code}/")
    assert page.context["service"]["share_url"] == f"https://lindemar.example{PREFIX}/{service.code}"


def test_when_something_breaks_the_way_back_stays_below(below: Client) -> None:
    from portal.errors import server_error

    request = below.get("/en/safe/").wsgi_request
    assert_stays(server_error(request).content.decode())


def test_robots_and_the_command_know_the_prefix(below: Client) -> None:
    assert f"Disallow: {PREFIX}/admin/" in below.get("/robots.txt").content.decode()
    out = StringIO()
    call_command("find", "school", "--json", stdout=out)
    assert all(hit["url"].startswith(f"{PREFIX}/en/") for hit in json.loads(out.getvalue())["hits"])
