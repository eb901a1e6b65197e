"""The engines under test, each with an empty index and no source but a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from search import outbox, sources
from search.engines import base
from search.engines.base import Engine
from search.engines.sqlite import SqliteEngine
from search.engines.sqlite_store import FileStore

pytest.register_assert_rewrite("tests.search.contract", "tests.search.contract_upkeep")


def _in_the_database(folder: Path) -> Engine:
    return SqliteEngine()


def _in_a_file(folder: Path) -> Engine:
    return SqliteEngine(FileStore(folder / "index" / "search.sqlite3"))


# A further engine joins the contract by a line here.
ENGINES: dict[str, Callable[[Path], Engine]] = {"sqlite-file": _in_a_file}
if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    ENGINES["sqlite"] = _in_the_database


@pytest.fixture(params=ENGINES)
def engine(
    request: pytest.FixtureRequest, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """Each engine in turn, in the place of the configured one."""
    engine = ENGINES[request.param](tmp_path)
    monkeypatch.setattr(base, "get_engine", lambda: engine)
    yield engine
    if isinstance(engine, SqliteEngine) and isinstance(engine._store, FileStore):
        engine._store.close()


@pytest.fixture(autouse=True)
def _no_other_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the apps above registered, or an earlier test left, is none of these tests' business."""
    monkeypatch.setattr(sources, "_sources", {})
    monkeypatch.setattr(outbox, "_leftovers_may_exist", False)
