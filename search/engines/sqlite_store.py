"""Where the SQLite index lies, and how to read and write it.

    SharedStore   in the site's own SQLite database: the index changes in the same transaction as the outbox
    FileStore     in a SQLite file of its own, beside a database that is not SQLite (PostgreSQL); one machine
    only

Both hand out the plain sqlite3 connection. Django's cursor would log every statement with its values under
DEBUG, and the words of a question must reach no log.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

WAIT = 20.0  # seconds that a writer waits for another one
# Deleted text is overwritten with zeros, not only unlinked: a confidential address must not stay in the file.
_FORGET = "PRAGMA secure_delete=ON"


class Store(Protocol):
    """A SQLite database that holds the index."""

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """One snapshot: what a rebuild or an editor does meanwhile is not seen."""
        ...

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """All that is written inside is kept, or nothing."""
        ...

    def outside(self) -> AbstractContextManager[sqlite3.Connection | None]:
        """The connection outside any transaction; None when the caller is inside one."""
        ...


@contextmanager
def _django_errors() -> Iterator[None]:
    """Callers know Django's database errors and no driver's."""
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(f"The search index: {error}") from error


class SharedStore:
    """The index in the site's own SQLite database."""

    def __init__(self, alias: str = DEFAULT_DB_ALIAS) -> None:
        self.alias = alias

    def _raw(self) -> sqlite3.Connection:
        connections[self.alias].ensure_connection()
        return cast(sqlite3.Connection, connections[self.alias].connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with _django_errors(), self._snapshot() as raw:
            yield raw

    @contextmanager
    def _snapshot(self) -> Iterator[sqlite3.Connection]:
        raw = self._raw()
        if raw.in_transaction:
            yield raw
            return
        # Not transaction.atomic(): under IMMEDIATE every visitor's search would take the only write lock.
        raw.execute("BEGIN DEFERRED")
        try:
            yield raw
        finally:
            if raw.in_transaction:
                raw.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with _django_errors(), transaction.atomic(using=self.alias):
            raw = self._raw()
            raw.execute(_FORGET)
            yield raw

    @contextmanager
    def outside(self) -> Iterator[sqlite3.Connection | None]:
        raw = self._raw()
        yield None if raw.in_transaction else raw


class FileStore:
    """The index in a SQLite file of its own; one connection a thread and process."""

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = path
        self._mine = threading.local()

    def _raw(self) -> sqlite3.Connection:
        if getattr(self._mine, "process", None) != os.getpid():
            self._mine.connection = self._connect()
            self._mine.process = os.getpid()
        return cast(sqlite3.Connection, self._mine.connection)

    def close(self) -> None:
        """Close this thread's connection; the next use opens another."""
        if connection := getattr(self._mine, "connection", None):
            connection.close()
        self._mine = threading.local()

    def _connect(self) -> sqlite3.Connection:
        path = self._path or getattr(settings, "SEARCH_INDEX_PATH", None)
        if not path:
            raise ImproperlyConfigured(
                "The search index has no place: set SEARCH_INDEX_PATH to a file on a local disk, "
                "because the database is not SQLite."
            )
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        raw = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=NORMAL")
        return raw

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with _django_errors(), self._transaction("BEGIN DEFERRED") as raw:
            yield raw

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with _django_errors():
            raw = self._raw()
            raw.execute(_FORGET)
            with self._transaction("BEGIN IMMEDIATE"):
                yield raw

    @contextmanager
    def outside(self) -> Iterator[sqlite3.Connection | None]:
        raw = self._raw()
        yield None if raw.in_transaction else raw

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        raw = self._raw()
        if raw.in_transaction:
            yield raw
            return
        raw.execute(begin)
        try:
            yield raw
        except BaseException:
            raw.execute("ROLLBACK")
            raise
        raw.execute("COMMIT")


def default_store() -> Store:
    """The site's own database where it is SQLite, else the file that the settings name."""
    return SharedStore() if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" else FileStore()
