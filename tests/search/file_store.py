"""An index in an SQLite file of its own: for tests of several processes, and for measuring."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.engines.sqlite_store import django_errors

_STATE = """
CREATE TABLE IF NOT EXISTS search_indexstate (
  id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, recent TEXT NOT NULL,
  languages TEXT NOT NULL, make TEXT NOT NULL, building INTEGER, builder TEXT NOT NULL
)"""


class FileStore:
    """See `search.engines.database.Store`. One connection, for one thread."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, timeout=20, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute(_STATE)

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with django_errors(), self._transaction("BEGIN DEFERRED") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        self.db.execute("PRAGMA secure_delete=ON")
        with django_errors(), self._transaction("BEGIN IMMEDIATE") as db:
            yield db

    @contextmanager
    def outside(self) -> Iterator[sqlite3.Connection | None]:
        yield None if self.db.in_transaction else self.db

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        if self.db.in_transaction:
            yield self.db
            return
        self.db.execute(begin)
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
