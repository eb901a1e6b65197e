"""The site's own PostgreSQL database as the place of the index, which then changes in the outbox's transaction.

Statements go to psycopg directly: Django's cursor would log them with their values under DEBUG. Values travel
apart from the statement (server-side binding), so the server's log of a failed one has no words either. The
words of a question must reach no log.

Who may see what, when others write:

- Writers take turns: an advisory lock is theirs until their transaction ends, so no sequence number is lost.
- A reader outside a transaction has one snapshot. It holds `search_indexstate` in the weakest mode first, and
  whoever drops a generation's tables takes that table in the strongest: what a snapshot names is still there.
- A reader inside its caller's transaction, which sees others' commits between two statements, keeps writers
  out for the length of the reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from psycopg.pq import TransactionStatus

from search.engines.tables import STATE

LOCK = int.from_bytes(b"lantern", "big")  # any number that no other program in this database uses
PATIENCE = (
    "500ms"  # for a lock that readers hold; below deadlock_timeout, so that we give way and nobody fails
)

_BEGIN = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; LOCK TABLE {STATE} IN ACCESS SHARE MODE"


class Connection:
    """See `search.engines.tables.Database`: psycopg's connection, asked with ? for each value."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        return psycopg.Cursor(self._raw).execute(_translated(statement), values, binary=True)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> None:
        psycopg.Cursor(self._raw).executemany(_translated(statement), values)

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Inside, what waits for a lock longer than PATIENCE fails, and what fails is undone; we raise it."""
        self._raw.execute(f"SAVEPOINT search_impatient; SET LOCAL lock_timeout = '{PATIENCE}'")
        try:
            yield
        except psycopg.Error:
            self._raw.execute("ROLLBACK TO SAVEPOINT search_impatient; RELEASE SAVEPOINT search_impatient")
            raise
        self._raw.execute("SET LOCAL lock_timeout TO DEFAULT; RELEASE SAVEPOINT search_impatient")


def _translated(statement: str) -> str:
    return statement.replace("%", "%%").replace("?", "%s")


class PostgresStore:
    """See `search.engines.database.Store`."""

    def __init__(self, alias: str = DEFAULT_DB_ALIAS) -> None:
        self.alias = alias

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        raw = self._raw()
        snapshot = self._snapshot(raw) if self._is_outside(raw) else self._in_callers_transaction(raw)
        with connections[self.alias].wrap_database_errors, snapshot:
            yield Connection(raw)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with transaction.atomic(using=self.alias), connections[self.alias].wrap_database_errors:
            raw = self._raw()
            raw.execute(f"SELECT pg_advisory_xact_lock({LOCK})")
            yield Connection(raw)

    @contextmanager
    def outside(self) -> Iterator[Connection | None]:
        """The connection outside any transaction; None when the caller is inside one."""
        raw = self._raw()
        with connections[self.alias].wrap_database_errors:
            yield Connection(raw) if self._is_outside(raw) else None

    def _raw(self) -> psycopg.Connection[Any]:
        connections[self.alias].ensure_connection()
        return cast("psycopg.Connection[Any]", connections[self.alias].connection)

    def _is_outside(self, raw: psycopg.Connection[Any]) -> bool:
        return raw.autocommit and raw.info.transaction_status == TransactionStatus.IDLE

    @contextmanager
    def _snapshot(self, raw: psycopg.Connection[Any]) -> Iterator[None]:
        try:
            raw.execute(_BEGIN)
            yield
        finally:
            if not raw.closed and raw.info.transaction_status != TransactionStatus.IDLE:
                raw.execute("ROLLBACK")  # nothing was written

    @contextmanager
    def _in_callers_transaction(self, raw: psycopg.Connection[Any]) -> Iterator[None]:
        """What fails here must not break the caller's transaction: hence the savepoint."""
        raw.execute(f"SAVEPOINT search_reading; SELECT pg_advisory_lock_shared({LOCK})")
        try:
            yield
        finally:
            if not raw.closed:
                raw.execute(
                    "ROLLBACK TO SAVEPOINT search_reading; RELEASE SAVEPOINT search_reading;"
                    f" SELECT pg_advisory_unlock_shared({LOCK})"
                )
