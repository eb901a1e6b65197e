"""What of a request the logs may hold; what a running server writes is in tests/browser/test_access_log.py."""

from __future__ import annotations

import logging
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connections
from django.test import Client
from gunicorn.config import Config

import search
from portal import serving
from portal.quiet_log import WithoutPaths, path_to_write
from portal.serving import QuietLogger
from search import synonyms

SEAL = "A" * 342


@pytest.mark.parametrize(
    ("path", "status", "written"),
    [
        ("/en/k7c3x9/", 200, "/en/k7c3x9/"),
        (f"/en/find/{SEAL}/", 200, "/en/find/.../"),
        (f"/en/confirm/{'t' * 43}/", 200, "/en/confirm/.../"),
        ("/en/my-uncle/", 404, "..."),
        ("/\xff", 400, "..."),
        ("/en/a\nb/", 200, "/en/a%0Ab/"),
        ("/en/тато/\udcff", 405, "/en/%D1%82%D0%B0%D1%82%D0%BE/%3F"),
    ],
)
def test_a_path_is_written_without_what_it_could_give_away(path: str, status: int, written: str) -> None:
    assert path_to_write(path, status) == written


@pytest.mark.parametrize("path", ["/en/my-uncle-hits-me/", "/en/тато/", f"/en/find/{SEAL}/", "/en/%FFuncle/"])
def test_django_writes_no_path_of_a_request_that_it_refuses(
    town: None, client: Client, path: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
    caplog.handler.addFilter(WithoutPaths())
    client.get(path)
    caplog.handler.filters.clear()
    written = "\n".join(record.getMessage() for record in caplog.records)
    assert "..." in written
    assert not any(trace in written for trace in ("uncle", "тато", "\\u0442", SEAL))


def test_every_handler_that_ships_cuts_paths(settings: Any) -> None:
    assert settings.LOGGING["filters"] == {"without paths": {"()": "portal.quiet_log.WithoutPaths"}}
    for handler in settings.LOGGING["handlers"].values():
        assert "without paths" in handler["filters"]


def test_gunicorn_neither_names_who_sent_what_it_cannot_read_nor_quotes_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = QuietLogger(Config())
    monkeypatch.setattr(logger.error_log, "propagate", True)
    logger.warning("Invalid request from ip=203.0.113.9: Invalid header name: 'my uncle'")
    logger.exception("Error handling request %s %s", "GET", "/en/my-uncle/")
    logger.warning("Worker %s", "stopped")
    said = [record.getMessage() for record in caplog.records]
    assert said == ["A request could not be read.", "A request could not be answered.", "Worker stopped"]


def test_a_process_reads_beside_its_first_pages_what_its_first_search_would_wait_for(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synonyms, "_kept", {})
    monkeypatch.setattr(connections, "close_all", Mock())  # the test's own one stays open
    serving._warm()
    read = Mock(side_effect=AssertionError("read again"))
    monkeypatch.setattr(synonyms, "_read", read)
    assert "en" in synonyms.current()


def test_a_process_begins_without_a_database_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(search, "warm", Mock(side_effect=OperationalError("no such table")))
    monkeypatch.setattr(connections, "close_all", Mock())
    serving._warm()
    assert "the database does not answer" in caplog.text
