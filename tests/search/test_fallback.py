"""A town's Elasticsearch may be down, slow, old or empty: visitors and editors hardly notice, the log says so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

import search
from search import Query, Results, checks, find, outbox
from search.engines import base, elastic
from search.engines.elastic import ElasticEngine
from search.models import OutboxRow
from setup.search_server import HOST, free_port
from tests.search import loopback
from tests.search.shelf import Shelf, found, names, service

pytestmark = pytest.mark.skipif(
    "sqlite" not in base.OWN, reason="the database's own engine answers in these tests"
)
OLD = {"nodes": {"a": {"version": "7.17.29"}}}


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf(service("a", body="word"), service("b", body="word"))
    search.register(shelf)
    return shelf


@pytest.fixture
def configure(settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the site use the Elasticsearch at this address."""

    def at(url: str, prefix: str = "lantern", pause: float = 30.0) -> None:
        elastic._engine.cache_clear()
        monkeypatch.setattr(elastic, "PAUSE", pause)
        settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = url, prefix

    return at


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for each question that Elasticsearch answered."""
    answered: list[str] = []
    find_ = ElasticEngine.find

    def told(self: ElasticEngine, query: Query, questions) -> Results:
        results = find_(self, query, questions)
        answered.append(query.words)
        return results

    monkeypatch.setattr(ElasticEngine, "find", told)
    return answered


def waiting() -> list[tuple[str, str]]:
    return sorted(OutboxRow.objects.values_list("engine", "document_id"))


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name.startswith("search")]


# --- it cannot be used ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["down", "old", "busy", "forbidden", "nonsense"])
def test_the_own_engine_answers_and_the_log_says_so_once(
    kind: str, db: None, shelf: Shelf, configure, asked: list[str], caplog
) -> None:
    with ExitStack() as stack, caplog.at_level(logging.WARNING):
        url = {
            "down": lambda: loopback.nowhere(),
            "old": lambda: stack.enter_context(loopback.saying(OLD)),
            "busy": lambda: stack.enter_context(loopback.saying({}, 503)),
            "forbidden": lambda: stack.enter_context(loopback.saying({}, 403)),
            "nonsense": lambda: stack.enter_context(loopback.saying([1])),
        }[kind]()
        configure(url)
        outbox.note("service:a", "service:b")
        assert outbox.drain() == 2
        assert waiting() == [("elastic", "service:a"), ("elastic", "service:b")]
        assert found("word") == found("word") == ["a", "b"]
        assert [each.words for each in search.suggest("wo", "en")] == []
        shelf.held["service:a"] = service("a", body="changed")
        outbox.note("service:a")
        assert outbox.drain() == 1
        assert (found("word"), found("changed")) == (["b"], ["a"])
    assert asked == []
    (line,) = said(caplog)
    assert "Elasticsearch cannot be used" in line
    assert ("7.17.29" in line) == (kind == "old")


def test_one_that_never_answers_costs_a_bounded_time_once(db: None, shelf: Shelf, configure, caplog) -> None:
    with loopback.silent() as url:
        configure(url)
        began = time.monotonic()
        outbox.note("service:a")
        outbox.drain()
        assert time.monotonic() - began < 3.0
        for within in (0.5, 0.5):
            began = time.monotonic()
            assert found("word") == ["a"]
            assert time.monotonic() - began < within
        configure(url)
        began = time.monotonic()
        assert found("word") == ["a"]
        assert time.monotonic() - began < 3.0
    assert len(said(caplog)) == 2
    assert "no answer in time" in said(caplog)[0]


def test_commands_name_the_trouble(db: None, shelf: Shelf, configure) -> None:
    from django.core.management import CommandError, call_command

    configure(loopback.nowhere())
    for command in ("rebuild_search", "check_search"):
        with pytest.raises(CommandError, match="Elasticsearch"):
            call_command(command)
    assert found("word") == ["a", "b"]  # the own index is new all the same


# --- it can be used again -------------------------------------------------------------------------


@pytest.mark.elastic
@pytest.mark.django_db(transaction=True)
def test_it_recovers_by_itself(
    shelf: Shelf,
    configure,
    asked: list[str],
    elastic_url: str,
    elastic_prefix: str,
    elastic: ElasticEngine,
    caplog,
) -> None:
    port = free_port()
    configure(f"http://{HOST}:{port}", elastic_prefix, pause=0.05)
    with loopback.road(port, elastic_url):
        search.rebuild()
        assert names(find(Query("word"))) == ["a", "b"]
        assert asked == ["word"]

    # Away. A change reaches the own index alone.
    shelf.held["service:b"] = service("b", body="a secret place")
    outbox.note("service:b")
    assert waiting() == [("elastic", "service:b")]
    assert found("word") == ["a"]

    with loopback.road(port, elastic_url):
        time.sleep(0.1)
        # It is back, and lags: what it would say of b is old.
        assert found("word") == ["a"]
        assert asked == ["word"]
        # The next search has brought it up to date.
        assert found("secret") == ["b"]
        assert (asked, waiting()) == (["word", "secret"], [])
        assert found("word") == ["a"]
    away, back = said(caplog)
    assert "cannot be used (ConnectionError)" in away
    assert "can be used again" in back


@pytest.mark.elastic
def test_until_it_has_all_documents_the_own_engine_answers(
    db: None,
    shelf: Shelf,
    configure,
    asked: list[str],
    elastic_url: str,
    elastic_prefix: str,
    elastic: ElasticEngine,
    caplog,
) -> None:
    configure(elastic_url, elastic_prefix)
    assert (found("word"), asked) == ([], [])
    outbox.note("service:a")
    outbox.drain()
    assert waiting() == []
    assert (found("word"), asked) == (["a"], [])
    (line,) = said(caplog)
    assert "run rebuild_search" in line
    search.rebuild()
    assert (found("word"), asked) == (["a", "b"], ["word"])


@pytest.mark.elastic
def test_an_index_of_another_make_is_neither_asked_nor_written(
    db: None,
    shelf: Shelf,
    configure,
    asked,
    elastic_url: str,
    elastic_prefix: str,
    elastic: ElasticEngine,
    monkeypatch,
) -> None:
    configure(elastic_url, elastic_prefix)
    search.rebuild()
    for module in ("elastic_documents", "elastic_index", "elastic_rebuild"):
        monkeypatch.setattr(f"search.engines.{module}.MAKE", "elastic 99, analysis 99")
    outbox.note("service:a")
    assert outbox.drain() == 1
    assert waiting() == [("elastic", "service:a")]
    assert (found("word"), asked) == (["a", "b"], [])
    search.rebuild()
    outbox.drain()
    assert waiting() == []
    assert (found("word"), asked) == (["a", "b"], ["word"])


# --- the system checks ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["localhost:9200", "ftp://a:9200", "http://", "http://a:99999999", "http://[a"]
)
def test_an_address_that_is_none_is_an_error_that_does_not_repeat_it(url: str, settings) -> None:
    settings.ELASTICSEARCH_URL = url
    (error,) = checks.check_elasticsearch(None)
    assert (error.id, url in str(error)) == ("search.E003", False)
    assert checks.check_elasticsearch_answers(None) == []


def test_a_name_that_no_index_can_have_is_an_error(settings) -> None:
    settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_INDEX = "https://user:pass@search.example.org", "Ä*"
    assert [error.id for error in checks.check_elasticsearch(None)] == ["search.E004"]


def test_at_deployment_a_server_that_is_away_is_a_warning(configure) -> None:
    configure(loopback.nowhere())
    assert checks.check_elasticsearch(None) == []
    (warning,) = checks.check_elasticsearch_answers(None)
    assert warning.id == "search.W001"


@pytest.mark.elastic
def test_at_deployment_an_index_that_is_missing_is_a_warning(
    db: None, configure, shelf: Shelf, elastic_url: str, elastic_prefix: str, elastic: ElasticEngine
) -> None:
    configure(elastic_url, elastic_prefix)
    (warning,) = checks.check_elasticsearch_answers(None)
    assert "rebuild_search" in str(warning.hint)
    search.rebuild()
    assert checks.check_elasticsearch_answers(None) == []


def test_without_the_setting_nothing_is_checked_or_loaded(settings) -> None:
    settings.ELASTICSEARCH_URL = ""
    assert checks.check_elasticsearch(None) == checks.check_elasticsearch_answers(None) == []
    assert base.get_engines() == (base.get_own(),)
