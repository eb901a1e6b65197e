"""Every class of answer carries the headers of SAFETY.md 13, 14 and 23."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from portal import security
from portal.models import HomePage
from tests.agencies.stage import signed_in

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": {"'none'"},
    "script-src": {"'self'"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "manifest-src": {"'self'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}
FORM = "application/x-www-form-urlencoded"


def policy(response: HttpResponse) -> dict[str, set[str]]:
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: set(values) for name, *values in parts}


def assert_common(response: HttpResponse) -> None:
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]
    assert response["X-DNS-Prefetch-Control"] == "off"


def assert_public(response: HttpResponse) -> None:
    assert_common(response)
    assert policy(response) == STRICT
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()


PUBLIC = {
    "the root": ("GET", "/", 302),
    "home": ("GET", "/en/", 200),
    "home in Arabic": ("GET", "/ar/", 200),
    "the form": ("GET", "/en/find/", 200),
    "a search": ("POST", "/en/find/", 303),
    "people": ("GET", "/en/now/", 200),
    "safety": ("GET", "/en/safe/", 200),
    "components": ("GET", "/en/gallery/", 200),
    "the privacy notice": ("GET", "/en/privacy/", 200),
    "the accessibility statement": ("GET", "/en/accessibility/", 200),
    "the sitemap": ("GET", "/sitemap.xml", 200),
    "a sheet of it": ("GET", "/en/sitemap-1.xml", 200),
    "not found": ("GET", "/en/nothing-here/", 404),
    "no such code": ("GET", "/en/k7c3x9/", 404),
    "a forged seal": ("GET", f"/en/find/{'A' * 342}/", 404),
    "bad input": ("GET", "/en/?%FF", 400),
    "another method": ("PUT", "/en/", 405),
    "a head": ("HEAD", "/en/", 200),
    "the exit's burn": ("POST", "/burn", 204),
    "health": ("GET", "/healthz", 200),
    "robots": ("GET", "/robots.txt", 200),
    "the icon": ("GET", "/favicon.ico", 302),
    "no such file": ("GET", "/static/portal/nothing.js", 404),
    "no such image": ("GET", "/media/images/nothing.png", 404),
    "no such document": ("GET", "/documents/1/nothing.pdf", 404),
}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_answer_carries_the_headers(town: None, name: str) -> None:
    method, path, status = PUBLIC[name]
    client = Client(headers={"Cookie": "sessionid=abc"})
    response = client.generic(method, path, "words=help", FORM)
    assert response.status_code == status
    assert_public(response)
    assert response["Cache-Control"] == "no-store"


def test_results_at_their_sealed_address_and_as_a_fragment(client: Client, town: None) -> None:
    results = client.get(client.post("/en/find/", {"words": "help"})["Location"])
    fragment = client.post("/en/find/", {"words": "help"}, headers={"X-Requested-With": "fetch"})
    for response in (results, fragment):
        assert response.status_code == 200
        assert_public(response)
        assert response["Cache-Control"] == "no-store"


def test_a_static_file_carries_them_and_may_be_kept(settings: Any, town: None) -> None:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    response = Client().get("/static/portal/exit.js")
    assert response.status_code == 200
    assert_public(response)
    assert "no-store" not in response["Cache-Control"]
    response.close()


def test_the_towns_colours_may_be_kept_under_the_address_that_pages_name(client: Client, town: None) -> None:
    address = re.search(r"/theme\.css\?\w+", client.get("/en/").text)
    assert address
    response = client.get(address[0])
    assert_public(response)
    assert "immutable" in response["Cache-Control"]


def test_an_error_of_ours_carries_them(client: Client, town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*arguments: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("portal.views.doors_of", breaks)
    client.raise_request_exception = False
    response = client.get("/en/")
    assert response.status_code == 500
    assert_public(response)
    assert response["Cache-Control"] == "no-store"


def test_a_strange_host_gets_them_too(client: Client, town: None) -> None:
    response = client.get("/en/", headers={"Host": "elsewhere.example"})
    assert response.status_code == 400
    assert_public(response)


def test_a_secure_site_asks_for_https_from_now_on(settings: Any, town: None) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    client = Client()
    redirect = client.get("/en/")
    assert redirect.status_code == 301
    assert redirect["Location"].startswith("https://")
    assert_public(redirect)
    assert "max-age=31536000" in client.get("/en/", secure=True)["Strict-Transport-Security"]


def test_the_admin_alone_has_the_relaxed_policy(client: Client, town: None) -> None:
    response = client.get("/admin/login/")
    assert response.status_code == 200
    assert_common(response)
    relaxed = policy(response)
    assert relaxed["script-src"] == {"'self'", "'unsafe-inline'"}
    assert "'unsafe-eval'" not in response["Content-Security-Policy"]
    assert relaxed["frame-ancestors"] == relaxed["default-src"] == {"'self'"}
    assert relaxed["object-src"] == {"'none'"}
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("kind", ["pages", "images", "documents"])
def test_the_admins_api_carries_them(town: None, kind: str) -> None:
    for client, status in ((Client(), 302), (signed_in("town_admin"), 200)):
        response = client.get(f"/admin/api/main/{kind}/")
        assert response.status_code == status
        assert_common(response)
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert "no-store" in response["Cache-Control"]


def test_the_editors_preview_may_be_framed_by_the_admin_and_by_nobody_else(
    client: Client, town: None
) -> None:
    response = HomePage.objects.first().make_preview_request()
    assert response.status_code == 200
    assert_common(response)
    assert policy(response) == STRICT | {"frame-ancestors": {"'self'"}}
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert not response.cookies


def test_no_public_directive_is_unsafe() -> None:
    assert "unsafe" not in str(security.PUBLIC_POLICY)
