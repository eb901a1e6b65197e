"""The engine of a site on PostgreSQL: the index in the site's own database, beside what it is made from.

`tsvector` finds and ranks, `pg_trgm` finds the words that a misspelt one is like; sets in the process filter
and count.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

from psycopg import errors
from rapidfuzz.distance import OSA

from search.engines import lexemes
from search.engines.database import DatabaseEngine
from search.engines.postgres_store import Connection, PostgresStore
from search.engines.postgres_tables import has_trigrams
from search.engines.postgres_words import PostgresWords
from search.engines.tables import State, Tables
from search.question import Question
from search.spelling import farthest

MOST_NEAR = 20
MOST_ALIKE = 400  # words with some letters in common, of which the nearest are then chosen
ALIKE = "0.1"  # share of trigrams: one slip in a word of four letters may leave one in nine
AFTER_ALL = "\U0010ffff"

log = logging.getLogger(__name__)


class PostgresIndex(PostgresWords):
    """See `search.engines.database.Index`."""

    def __init__(self) -> None:
        super().__init__()
        self._has_warned = False

    def near(
        self, db: Connection, tables: Tables, state: State, word: str, code: str
    ) -> Sequence[tuple[str, int]]:
        most = farthest(word)
        near = sorted(
            (slips, -count, shown)
            for folded, shown, count in self._alike(db, tables, word, code)
            if (slips := OSA.distance(word, folded, score_cutoff=most)) <= most
        )
        return [(shown, -count) for _, count, shown in near[:MOST_NEAR]]

    def _alike(self, db: Connection, tables: Tables, word: str, code: str) -> Iterable[tuple[str, str, int]]:
        """Words of about this length, those with most letters in common first where trigrams tell."""
        of_length = (code, len(word) - farthest(word), len(word) + farthest(word))
        statement = (
            f"SELECT folded, shown, documents FROM {tables.words}_lexicon"
            " WHERE code = ? AND length(folded) BETWEEN ? AND ?"
        )
        if not self._can_compare(db, word):
            return db.execute(statement, of_length)
        # Every reading ends with a rollback, which sets this back.
        db.execute(f"SET LOCAL pg_trgm.similarity_threshold = {ALIKE}")
        return db.execute(
            f"{statement} AND folded % ? ORDER BY similarity(folded, ?) DESC, folded LIMIT {MOST_ALIKE}",
            (*of_length, word, word),
        )

    def _can_compare(self, db: Connection, word: str) -> bool:
        """Whether pg_trgm is here and, in this database's locale, takes the word's letters for letters."""
        if has_trigrams(db):
            return bool(db.execute("SELECT show_trgm(?)", (word,)).fetchone()[0])  # type: ignore[index]
        if not self._has_warned:
            self._has_warned = True
            log.warning(
                "The database has no extension pg_trgm: misspelt words are compared with all others, which is"
                " slower. Let its administrator run CREATE EXTENSION pg_trgm, then run rebuild_search."
            )
        return False

    def completions(
        self, db: Connection, tables: Tables, prefix: str, before: Question, code: str
    ) -> Mapping[str, int]:
        if not before.parts:
            rows = db.execute(
                f"SELECT shown, sum(documents)::bigint FROM {tables.words}_lexicon"
                " WHERE code = ? AND folded >= ? AND folded < ? GROUP BY shown",
                (code, prefix, prefix + AFTER_ALL),
            )
            return dict(rows.fetchall())
        rows = db.execute(
            f"SELECT split_part(word, '=', 2), count(*) FROM {tables.words} AS words"
            f" JOIN {tables.words}_said AS said USING (row), unnest(said.typed) AS word"
            " WHERE words.terms @@ ?::tsquery AND starts_with(word, ?) GROUP BY 1",
            (lexemes.with_all(code, before), prefix),
        )
        return dict(rows.fetchall())


class PostgresEngine(DatabaseEngine):
    """See `search.engines.base.Engine`."""

    name = "postgres"

    def __init__(self, store: PostgresStore | None = None) -> None:
        self._place = store or PostgresStore()
        self._own = PostgresIndex()
        super().__init__(self._place, self._own)

    def scrub(self) -> None:
        """Write the tables anew without what was deleted; inside a transaction that waits for the next time.

        PostgreSQL only marks deleted rows and even after a plain VACUUM leaves their bytes in the pages. What
        cannot be promised: the write-ahead log, its archive, replicas and backups keep what was written until
        they are recycled; the file system may keep the blocks of deleted files; and what a transaction that is
        still open can see stays until the next scrubbing. DatabaseError when somebody holds the tables for long.
        """
        super().scrub()
        with self._place.outside() as db:
            if db is None:
                return
            db.execute("SET lock_timeout = '5s'")  # else a long backup would stop all searches behind us
            try:
                for generation in self._own.generations(db):
                    self._rewrite(db, Tables(generation))
            finally:
                db.execute("RESET lock_timeout")

    def _rewrite(self, db: Connection, tables: Tables) -> None:
        try:
            db.execute(f"VACUUM (FULL, ANALYZE) {', '.join(self._own.all_of(tables))}")
        except errors.UndefinedTable:
            return  # a rebuild has just dropped it, its files with it
