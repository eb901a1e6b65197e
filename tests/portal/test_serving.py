"""What of a path a log may hold; what a running server writes is in tests/browser/test_access_log.py."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest
from django.test import Client

from portal.quiet_log import WithoutPaths, path_to_write


@pytest.mark.parametrize(
    ("path", "status", "written"),
    [
        ("/en/k7c3x9/", 200, "/en/k7c3x9/"),
        (f"/en/find/{'A' * 342}/", 200, "/en/find/.../"),
        (f"/en/confirm/{'t' * 43}/", 200, "/en/confirm/.../"),
        ("/en/my-uncle/", 404, "..."),
        ("/\xff", 400, "..."),
        ("/en/a\nb/", 200, "/en/a%0Ab/"),
    ],
)
def test_a_path_is_written_without_what_it_could_give_away(path: str, status: int, written: str) -> None:
    assert path_to_write(path, status) == written


@pytest.mark.parametrize(("status", "written"), [(404, "Not Found: ..."), (500, "Not Found: /en/.../")])
def test_djangos_own_lines_lose_their_paths(status: int, written: str) -> None:
    path = f"/en/{'s' * 30}/"
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", path), None)
    record.request, record.status_code = SimpleNamespace(path=path), status
    assert WithoutPaths().filter(record)
    assert record.getMessage() == written


def test_a_word_typed_as_an_address_lands_in_no_log(town: None, capfd: pytest.CaptureFixture[str]) -> None:
    from logging.config import dictConfig

    from django.conf import settings

    dictConfig(settings.LOGGING)  # a handler that writes to the stream of this test
    Client().get("/en/zwiebelturm/")
    said = capfd.readouterr().err
    assert "Not Found: ..." in said and "zwiebelturm" not in said
