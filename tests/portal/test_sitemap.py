"""The sitemap: every public page in every language by its code, and not a word of what it is about."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Address, Status
from portal import sitemap
from portal.models import Town

from . import small_town

LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
LINK = "{http://www.w3.org/1999/xhtml}link"


def tree(client: Client, address: str) -> ElementTree.Element:
    response = client.get(address)
    assert response.status_code == 200 and response["Content-Type"].startswith("application/xml")
    return ElementTree.fromstring(response.content)  # noqa: S314  (our own)


def addresses(found: ElementTree.Element) -> list[str]:
    return [loc.text or "" for loc in found.iter(LOC)]


def codes(client: Client, language: str = "en") -> set[str]:
    found = addresses(tree(client, f"/{language}/sitemap-1.xml"))
    return {match[1] for address in found if (match := re.search(rf"/{language}/(\w{{6}})/$", address))}


def test_robots_find_it_and_it_leads_to_a_sheet_for_each_language(
    town: None, client: Client, settings
) -> None:
    settings.SITE_URL = "https://lindemar.example"
    assert "Sitemap: https://lindemar.example/sitemap.xml\n" in client.get("/robots.txt").content.decode()
    sheets = addresses(tree(client, "/sitemap.xml"))
    assert sheets == [
        f"https://lindemar.example/{code}/sitemap-1.xml" for code, _ in Town.load().shown_languages()
    ]


def test_every_address_comes_with_its_other_languages(town: None, client: Client, settings) -> None:
    settings.SITE_URL = "https://lindemar.example"
    code = small_town.agency().code
    rows = {row.find(LOC).text: row for row in tree(client, "/ar/sitemap-1.xml")}
    row = rows[f"https://lindemar.example/ar/{code}/"]
    links = {link.get("hreflang"): link.get("href") for link in row.iter(LINK)}
    assert links == {
        language: f"https://lindemar.example/{language}/{code}/"
        for language, _ in Town.load().shown_languages()
    }
    assert "https://lindemar.example/ar/now/" in rows


def test_it_holds_what_is_public_and_nothing_else(town: None, client: Client) -> None:
    harbour = small_town.agency()
    service, defunct, draft = small_town.services(
        harbour, {"title": "Soup"}, {"title": "Old", "status": Status.DEFUNCT}, {"title": "Draft"}
    )
    draft.unpublish()
    page, gone = small_town.content("One"), small_town.content("Two")
    gone.unpublish()
    need, hidden = small_town.need("danger-now"), small_town.need("g-basics")
    hidden.hidden = True
    hidden.save()
    found = codes(client)
    assert {service.code, harbour.code, page.code, need.public_code} <= found
    assert not {defunct.code, draft.code, gone.code, hidden.public_code} & found
    assert {client.get(f"/en/{code}/").status_code for code in found} == {200}


def test_sensitive_pages_are_in_it_and_nothing_tells_them_apart(town: None, client: Client) -> None:
    secret = small_town.service(
        small_town.agency("Open Door Refuge", sensitive=True), "A bed", needs=("danger-now",)
    )
    text = client.get("/en/sitemap-1.xml").content.decode()
    assert secret.code in text and "Refuge" not in text and "bed" not in text
    rows = {re.sub(r"\b(?=\w*\d)\w{6}\b", "CODE", line) for line in text.splitlines() if secret.code in line}
    others = {re.sub(r"\b(?=\w*\d)\w{6}\b", "CODE", line) for line in text.splitlines() if "/en/" in line}
    assert rows <= others and len(rows) == 1
    named = {"find", "now", "safe"}
    assert (
        len({row for row in others if not any(f"/{name}/" in row for name in named)}) == 2
    )  # home, and all codes


def test_a_sheet_takes_as_many_queries_for_many_pages_as_for_one(town: None, client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get("/en/sitemap-1.xml")
        return len(found)

    harbour = small_town.agency()
    small_town.service(harbour)
    before = queries()
    small_town.services(harbour, *({"title": f"Soup {number}"} for number in range(5)))
    assert queries() == before


def test_many_pages_fill_several_sheets(town: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    all_codes = codes(client)
    monkeypatch.setattr(sitemap, "ON_ONE_SHEET", 10)
    sheets = [address for address in addresses(tree(client, "/sitemap.xml")) if "/en/" in address]
    assert len(sheets) == -(-len(all_codes) // 10)
    found = [code for n in range(len(sheets)) for code in addresses(tree(client, f"/en/sitemap-{n + 1}.xml"))]
    assert len(found) == len(set(found)) == len(all_codes) + len(sitemap.BY_NAME)
    assert client.get(f"/en/sitemap-{len(sheets) + 1}.xml").status_code == 404
    assert client.get("/en/sitemap-0.xml").status_code == 404
    assert client.get("/xx/sitemap-1.xml").status_code == 404


def test_a_retired_code_is_not_in_it(town: None, client: Client) -> None:
    page = small_town.service(small_town.agency())
    Address.objects.filter(code=page.code).update(retired_at="2026-01-01T00:00Z")
    assert page.code not in codes(client)
