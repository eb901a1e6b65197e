"""Bad input anywhere gives a clear page with the help bar, never a 500; and when all breaks, a page still stands."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation
from wagtail.images import get_image_model

from portal import errors, frame
from portal.models import Town

from . import small_town

HELP = "/now/"
FETCH = {"X-Requested-With": "fetch"}
FORM = "application/x-www-form-urlencoded"
GETS = ["/en/", "/en/find/", "/en/now/", "/en/safe/", "/healthz", "/robots.txt", "/theme.css"]


@pytest.fixture
def helped(town: None) -> None:
    small_town.numbers()


def assert_clear(response: Any, *statuses: int) -> None:
    text = response.content.decode()
    assert response.status_code in statuses, (response.status_code, text[:300])
    assert text.count('class="top"') == 1 and HELP in text and "tel:112" in text
    assert "Traceback" not in text and response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/en/c2c2c2/",
        "/xx/",
        "/en/nothing/at/all/",
        "/en/find/short/",
        "/en/find/" + "A" * 342 + "/",
        "/en/find/" + "A" * 5000 + "/",
        "/en/" + "a" * 8000,
        "/wp-login.php",
        "/.env",
        "/en/../../etc/passwd",
        "/media/images/../../manage.py",
        "/media/documents/secret.pdf",
        "/media/images/" + "a" * 400 + ".png",
        "/media/images/",
        "/static/../manage.py",
        "/en/%3Cscript%3E/",
        "/en/%E2%80%AEgnp.exe/",
        "/c2c2c2c2",
        "/ec2c2c/",
    ],
)
def test_an_address_that_leads_nowhere(helped: None, client: Client, path: str) -> None:
    response = client.get(path)
    if response.status_code in (301, 302):
        response = client.get(response["Location"])
    assert_clear(response, 400, 404)
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/%FF", "/en/%C3%28/", "/en/%00/", "/en/find/%FF/", "/media/images/%00.png", "/%ff%fe?x=%ff"]
)
def test_an_address_that_is_no_text(helped: None, client: Client, path: str) -> None:
    assert_clear(client.get(path), 400, 404)


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize(
    "query", ["?page=10000000000", "?" + "q=x&" * 2500, "?q=" + "x" * 100_000, "?need=%F0%9F%92%A9&page=-1"]
)
def test_a_query_string_is_ignored(helped: None, client: Client, path: str, query: str) -> None:
    assert client.get(path + query).status_code == 200


@pytest.mark.parametrize("query", ["?q=%FF", "?%00=1", "?a=%C3%28"])
def test_a_query_string_that_is_no_text(helped: None, client: Client, query: str) -> None:
    assert_clear(client.get("/en/find/" + query), 400)


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
@pytest.mark.parametrize("path", ["/en/", "/en/find/", "/en/c2c2c2/", "/burn", "/healthz"])
def test_other_methods_are_refused_with_a_page(helped: None, client: Client, method: str, path: str) -> None:
    response = getattr(client, method)(path)
    assert_clear(response, 405)
    assert response["Allow"]


@pytest.mark.parametrize(
    "path", ["/en/", "/en/now/", "/en/c2c2c2/", "/theme.css", "/en/find/" + "A" * 342 + "/"]
)
def test_a_form_that_no_page_has_is_refused_with_a_page(helped: None, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(path, {"words": "soup"})
    assert_clear(response, 405)
    assert response["Allow"] == "GET, HEAD"


def test_a_stale_form_of_the_staff_says_what_to_do(helped: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403 and "load the page again" in response.content.decode()


BODIES = {
    "3 MB": (b"words=" + b"x" * 3_000_000, FORM),
    "12,000 fields": (b"&".join(b"need=x" for _ in range(12_000)), FORM),
    "no boundary": (b"words=soup", "multipart/form-data"),
    "utf-16": ("words=soup".encode("utf-16"), FORM + "; charset=utf-16"),
}
HARMLESS = {
    "unknown charset": (b"words=soup", FORM + "; charset=klingon"),
    "half a multipart": (b"--x\r\nContent-Disposition: form-data; name", "multipart/form-data; boundary=x"),
    "100 KB": (b"words=" + b"x" * 100_000, FORM),
    "2,500 fields": (b"&".join(b"need=x" for _ in range(2_500)), FORM),
    "broken UTF-8": (b"words=%FF%C3%28&need=%FF", FORM),
    "raw bytes": (bytes(range(256)), FORM),
    "NULs": (b"words=%00%00&page=%00", FORM),
    "JSON": (b'{"words": ["soup"]}', "application/json"),
    "nothing": (b"", FORM),
    "bidi": (urllib.parse.urlencode({"words": "\u202e\u2066soup\u200f"}).encode(), FORM),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_body_that_cannot_be_read(helped: None, client: Client, kind: str) -> None:
    body, content_type = BODIES[kind]
    for headers in ({}, FETCH):
        response = client.generic("POST", "/en/find/", body, content_type, headers=headers)
        if response.status_code != 303:
            assert_clear(response, 400)
    assert client.generic("POST", "/burn", body, content_type).status_code == 204


@pytest.mark.parametrize("kind", HARMLESS)
def test_a_body_that_is_only_odd(helped: None, client: Client, kind: str) -> None:
    body, content_type = HARMLESS[kind]
    response = client.generic("POST", "/en/find/", body, content_type)
    assert response.status_code == 303
    assert client.get(response["Location"]).status_code == 200
    assert client.generic("POST", "/en/find/", body, content_type, headers=FETCH).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost:99999999", "a b", "[::1", "", "лиса.example"])
def test_a_host_that_is_not_ours(helped: None, client: Client, settings: Any, host: str) -> None:
    settings.ALLOWED_HOSTS = ["lindemar.example"]
    assert_clear(client.get("/en/now/", headers={"Host": host}), 400)


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "\x00\xff;q=" + "9" * 300},
        {"If-Modified-Since": "yesterday"},
        {"Range": "bytes=0-99999999999"},
        {"Cookie": "sessionid=" + "x" * 9000},
        {"X-Requested-With": "fetch"},
        {"Accept": "application/json"},
    ],
)
def test_odd_headers_change_nothing(helped: None, client: Client, headers: dict[str, str]) -> None:
    assert client.get("/en/", headers=headers).status_code == 200
    assert client.get("/", headers=headers).status_code == 302


def test_an_error_speaks_a_language_of_the_town(helped: None, client: Client) -> None:
    town = Town.load()
    town.languages = ["de", "ar"]
    town.save()
    response = client.get("/xx/yy/", headers={"Accept-Language": "ar"})
    assert response.status_code == 404 and '<html lang="ar" dir="rtl">' in response.content.decode()
    response = client.get("/xx/yy/", headers={"Accept-Language": "fr"})
    assert '<html lang="de" dir="ltr">' in response.content.decode()


# --- files


def test_images_are_served_and_nothing_beside_them(helped: None, client: Client, settings: Any) -> None:
    media = Path(settings.MEDIA_ROOT)
    for name in ("images/logo.webp", "documents/secret.pdf", "secret.txt"):
        (media / name).parent.mkdir(parents=True, exist_ok=True)
        (media / name).write_bytes(b"RIFFxxxxWEBP")
    assert b"".join(client.get("/media/images/logo.webp").streaming_content).startswith(b"RIFF")
    for path in (
        "/media/images/../documents/secret.pdf",
        "/media/images/..%2Fdocuments/secret.pdf",
        "/media/images/%2e%2e/documents/secret.pdf",
        "/media/images/..\\documents\\secret.pdf",
        "/media/images//etc/passwd",
        f"/media/images/{'a' * 400}.png",
        "/media/secret.txt",
        "/media/documents/secret.pdf",
    ):
        assert_clear(client.get(path), 400, 404)


# --- when all breaks


@contextmanager
def no_database() -> Iterator[Client]:
    """A client of a site whose database has gone."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the database has gone")

    with connection.execute_wrapper(refuse):
        yield Client(raise_request_exception=False)


def test_without_a_database_a_page_says_that_it_was_not_you(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "_last_shown", {})
    for path in ("/", "/en/", "/de/now/", "/en/find/", "/en/c2c2c2/", "/c2c2c2/x"):
        with no_database() as client:
            response = client.get(path)
        text = response.content.decode()
        assert response.status_code in (404, 500) and "<h1>" in text and 'class="top"' in text, path
        assert "OperationalError" not in text and "Traceback" not in text and "The numbers at" not in text


def test_without_a_database_the_numbers_last_shown_stay(helped: None, client: Client) -> None:
    assert client.get("/ar/").status_code == 200
    with no_database() as broken:
        response = broken.get("/ar/now/")
    text = response.content.decode()
    assert response.status_code == 500
    assert 'href="tel:112"' in text and "data-exit" in text and '<html lang="ar" dir="rtl">' in text


def test_whatever_breaks_the_frame_too_a_page_stands(
    helped: None, rf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ImproperlyConfigured("everything")

    monkeypatch.setattr(errors, "context_of", broken)
    monkeypatch.setattr(frame, "_last_shown", {})
    with translation.override("de"):
        response = errors.server_error(rf.get("/de/"))
    assert response.status_code == 500 and '<html lang="de"' in response.content.decode()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Wagtail leaves a file open
def test_a_logo_whose_file_is_lost_breaks_no_page(helped: None, client: Client) -> None:
    town = Town.load()
    town.logo = get_image_model().objects.create(title="Logo", file="lost.png", width=10, height=10)
    town.save()
    response = client.get("/en/")
    assert response.status_code == 200 and response.context["town"].logo_url is None
