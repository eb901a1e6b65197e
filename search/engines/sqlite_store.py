"""The site's own SQLite database as the place of the index, which then changes in the outbox's transaction.

It hands out the plain sqlite3 connection. Django's cursor would log every statement with its values under
DEBUG, and the words of a question must reach no log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction

# Deleted text is overwritten with zeros, not only unlinked: a confidential address must not stay in the file.
_FORGET = "PRAGMA secure_delete=ON"


@contextmanager
def django_errors() -> Iterator[None]:
    """Callers know Django's database errors and no driver's."""
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(f"The search index: {error}") from error


class SqliteStore:
    """See `search.engines.database.Store`."""

    def __init__(self, alias: str = DEFAULT_DB_ALIAS) -> None:
        self.alias = alias

    def _raw(self) -> sqlite3.Connection:
        connections[self.alias].ensure_connection()
        return cast(sqlite3.Connection, connections[self.alias].connection)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with django_errors(), self._snapshot() as raw:
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
        with django_errors(), transaction.atomic(using=self.alias):
            raw = self._raw()
            raw.execute(_FORGET)
            yield raw

    @contextmanager
    def outside(self) -> Iterator[sqlite3.Connection | None]:
        """The connection outside any transaction; None when the caller is inside one."""
        raw = self._raw()
        yield None if raw.in_transaction else raw
