"""The embedded engine: the index in the site's own SQLite database. It needs no server.

FTS5 finds and ranks; sets in the process filter and count.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search import analysis
from search.engines.database import DatabaseEngine, Store
from search.engines.sqlite_store import SqliteStore
from search.engines.sqlite_words import SqliteWords
from search.engines.tables import State, Tables
from search.question import Question
from search.spelling import farthest

MOST_NEAR = 20


class SqliteIndex(SqliteWords):
    """See `search.engines.database.Index`: its words, and the lexicons that spelling asks, kept in the process."""

    def __init__(self) -> None:
        self._lexicons: dict[str, tuple[tuple[int, int], dict[str, list[tuple[str, int]]]]] = {}

    def near(
        self, db: sqlite3.Connection, tables: Tables, state: State, word: str, code: str
    ) -> Sequence[tuple[str, int]]:
        lexicon = self._lexicon(db, tables, state, code)
        matches = process.extract(
            word, lexicon.keys(), scorer=OSA.distance, score_cutoff=farthest(word), limit=MOST_NEAR
        )
        return [shown for folded, _, _ in matches for shown in lexicon[folded]]

    def _lexicon(
        self, db: sqlite3.Connection, tables: Tables, state: State, code: str
    ) -> dict[str, list[tuple[str, int]]]:
        """Folded words with how they are shown. Reading them all takes a while, so it waits for a word to ask."""
        of = (tables.generation, state.sequence)
        kept = self._lexicons.get(code)
        if kept is None or kept[0] != of:
            words: dict[str, list[tuple[str, int]]] = {}
            for shown, count in self.lexicon(db, tables, code).items():
                words.setdefault(analysis.plain(shown), []).append((shown, count))
            kept = self._lexicons[code] = (of, words)
        return kept[1]

    def completions(
        self, db: sqlite3.Connection, tables: Tables, prefix: str, before: Question, code: str
    ) -> Mapping[str, int]:
        if before.parts:
            return self.typed_with(db, tables, before, code, prefix)
        return self.lexicon(db, tables, code, prefix)


class LogStore(Store, Protocol):
    """A place with a write-ahead log."""

    def outside(self) -> AbstractContextManager[sqlite3.Connection | None]:
        """The connection outside any transaction; None when the caller is inside one."""
        ...


class SqliteEngine(DatabaseEngine):
    """See `search.engines.base.Engine`."""

    name = "sqlite"

    def __init__(self, store: LogStore | None = None) -> None:
        self._file = store or SqliteStore()
        super().__init__(self._file, SqliteIndex())

    def scrub(self) -> None:
        """FTS5 keeps deleted terms until it merges its segments; the write-ahead log keeps old pages."""
        super().scrub()
        with self._file.outside() as outside:
            if outside is not None:
                outside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
