"""The engines under test, each with an empty index and no source but a test's own."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from elasticsearch import Elasticsearch

from search import outbox, sources
from search.engines import base, elastic_index
from search.engines.base import Engine
from search.engines.elastic import ElasticEngine
from search.engines.elastic_server import Server
from search.engines.postgres import PostgresEngine
from search.engines.sqlite import SqliteEngine

CONTRACTS = ("contract", "contract_narrowing", "contract_upkeep", "contract_words")
pytest.register_assert_rewrite(*(f"tests.search.{name}" for name in CONTRACTS))

OWN = {"sqlite": SqliteEngine, "postgres": PostgresEngine}
if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    HERE = "sqlite"
    # Not collected here, rather than skipped, which would fail a run in CI: `tests/test_postgres.py` runs it.
    collect_ignore = ["test_postgres_engine.py"]
else:
    HERE = "postgres"
PARAMETERS = [pytest.param(HERE), pytest.param("elastic", marks=pytest.mark.elastic)]


@pytest.fixture(params=PARAMETERS)
def engine(request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Each engine in turn, in the place of the configured ones."""
    engine = OWN[request.param]() if request.param in OWN else request.getfixturevalue("elastic")
    monkeypatch.setattr(base, "get_engine", lambda: engine)
    monkeypatch.setattr(base, "get_engines", lambda: (engine,))
    return engine


@pytest.fixture(scope="session")
def elastic_server(elastic_url: str) -> Server:
    return Server(elastic_url, pause=0.0)


@pytest.fixture(scope="session")
def elastic_prefix(elastic_server: Server) -> Iterator[str]:
    """This run's own, so that several runs share a server."""
    prefix = f"test-{os.getpid()}"
    yield prefix
    elastic_server.ask(lambda client: client.indices.delete(index=f"{prefix}-*"), 30.0)


@pytest.fixture
def elastic(
    elastic_server: Server, elastic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ElasticEngine]:
    """An engine whose index is empty, or not there yet. Its scrubbing does not wait for half a minute."""
    monkeypatch.setattr(elastic_index, "_is_clean", lambda client, index: True)
    yield ElasticEngine(elastic_server, elastic_prefix)
    elastic_server.ask(lambda client: _clean(client, elastic_index.Names(elastic_prefix)), 30.0)


def _clean(client: Elasticsearch, names: elastic_index.Names) -> None:
    """An index that no test has rebuilt is emptied: to make the next one anew takes ten times as long."""
    state = elastic_index.read(client, names)
    if state.building or state.is_complete or not state.is_of_this_make:
        client.indices.delete(index=f"{names.prefix}-*")
        return
    hits = elastic_index.listed(client, names.answering, {"match_all": {}}, fields=[])
    if deletes := [{"delete": {"_id": hit["_id"]}} for hit in hits]:
        client.bulk(index=names.answering, operations=deletes, refresh=True)


@pytest.fixture(autouse=True)
def _no_other_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the apps above registered, or an earlier test left, is none of these tests' business."""
    monkeypatch.setattr(sources, "_sources", {})
    monkeypatch.setattr(outbox, "_leftovers_may_exist", False)
    monkeypatch.setattr(outbox, "_next_look", math.inf)
