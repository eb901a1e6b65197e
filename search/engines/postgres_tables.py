"""How PostgreSQL keeps terms: the tables of a generation and what is written into them.

    search_<n>_words          what is matched and ranked: a row's terms as a tsvector, and how many there are
    search_<n>_words_said     what is read of the few rows shown: the terms in order, and the words as typed
    search_<n>_words_lexicon  every word as typed, in how many documents: for completions and spelling
    search_<n>_words_sums     of each language, how many rows and terms there are: for ranking

No column with words has statistics: PostgreSQL would copy frequent words of texts into its catalogue, where
nobody forgets them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from psycopg import errors

from search.engines.lexemes import vector
from search.engines.postgres_store import Connection
from search.engines.tables import FIELDS, STATE, Spoken, Tables

# A vector is looked into at every match: stored plain and beside its row (up to 8 KB), that needs no unpacking.
_TABLES = """
CREATE TABLE {document} (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT COLLATE "C" NOT NULL UNIQUE,
  sequence BIGINT NOT NULL, fingerprint TEXT NOT NULL, spoken TEXT NOT NULL, facts TEXT NOT NULL,
  face TEXT NOT NULL
);
CREATE INDEX ON {document} (sequence);
CREATE TABLE {text} (
  row BIGINT PRIMARY KEY, title TEXT NOT NULL, sort TEXT COLLATE "C" NOT NULL,
  summary TEXT NOT NULL, body TEXT NOT NULL, places BYTEA NOT NULL
);
CREATE INDEX ON {text} (sort);
CREATE TABLE {words} (row BIGINT PRIMARY KEY, tokens INTEGER NOT NULL, terms TSVECTOR NOT NULL)
  WITH (toast_tuple_target = 8160);
ALTER TABLE {words} ALTER COLUMN terms SET STORAGE EXTERNAL;
CREATE INDEX {words}_terms ON {words} USING gin (terms) WITH (gin_pending_list_limit = 256);
CREATE TABLE {words}_said (
  row BIGINT PRIMARY KEY, code TEXT NOT NULL, tokens INTEGER NOT NULL,
  summary TEXT NOT NULL, body TEXT NOT NULL, typed TEXT[] NOT NULL
);
CREATE TABLE {words}_lexicon (
  code TEXT COLLATE "C" NOT NULL, folded TEXT COLLATE "C" NOT NULL, shown TEXT COLLATE "C" NOT NULL,
  documents INTEGER NOT NULL, PRIMARY KEY (code, folded, shown)
) WITH (fillfactor = 70);
CREATE TABLE {words}_sums (
  code TEXT COLLATE "C" PRIMARY KEY, rows BIGINT NOT NULL, tokens BIGINT NOT NULL
) WITH (fillfactor = 10);
CREATE TABLE {gone} (number BIGINT PRIMARY KEY, sequence BIGINT NOT NULL);
CREATE TABLE {touched} (id TEXT COLLATE "C" PRIMARY KEY)
"""
_WITHOUT_STATISTICS = {
    "document": ("id", "facts", "face"),
    "text": ("title", "sort", "summary", "body"),
    "words": ("terms",),
    "words_said": ("summary", "body", "typed"),
    "words_lexicon": ("folded", "shown"),
}
_NEAR_INDEX = "CREATE INDEX ON {words}_lexicon USING gin (folded gin_trgm_ops)"

PARTS = ("said", "lexicon", "sums")

# What is inserted into `said` is counted at once.
_COUNTED = """
WITH said AS ({insert} RETURNING code, tokens, typed),
summed AS (
  INSERT INTO {words}_sums AS sums (code, rows, tokens) SELECT code, 1, tokens FROM said
  ON CONFLICT (code) DO UPDATE SET rows = sums.rows + 1, tokens = sums.tokens + excluded.tokens
)
INSERT INTO {words}_lexicon AS lexicon (code, folded, shown, documents)
SELECT code, split_part(word, '=', 1), split_part(word, '=', 2), 1 FROM said, unnest(typed) AS word
ON CONFLICT (code, folded, shown) DO UPDATE SET documents = lexicon.documents + 1
"""
_UNCOUNTED = """
WITH said AS (
  DELETE FROM {words}_said WHERE row BETWEEN ? AND ? RETURNING code, tokens, typed
),
summed AS (
  UPDATE {words}_sums AS sums SET rows = sums.rows - 1, tokens = sums.tokens - said.tokens
  FROM said WHERE sums.code = said.code
)
UPDATE {words}_lexicon AS lexicon SET documents = documents - 1
FROM (
  SELECT code, split_part(word, '=', 1) AS folded, split_part(word, '=', 2) AS shown
  FROM said, unnest(typed) AS word
) AS word
WHERE (lexicon.code, lexicon.folded, lexicon.shown) = (word.code, word.folded, word.shown)
RETURNING lexicon.code, lexicon.folded, lexicon.shown, lexicon.documents
"""


def has_trigrams(db: Connection) -> bool:
    """Whether the extension pg_trgm is in this database, where our statements find it."""
    return bool(db.execute("SELECT to_regproc('similarity') IS NOT NULL").fetchone()[0])  # type: ignore[index]


class PostgresTables:
    """See `search.engines.tables.Words`."""

    def create(self, db: Connection, tables: Tables) -> None:
        names = {name: getattr(tables, name) for name in FIELDS}
        for statement in _TABLES.format(**names).split(";"):
            db.execute(statement)
        for field, columns in _WITHOUT_STATISTICS.items():
            without = ", ".join(f"ALTER COLUMN {column} SET STATISTICS 0" for column in columns)
            db.execute(f"ALTER TABLE search_{tables.generation}_{field} {without}")
        if has_trigrams(db):
            db.execute(_NEAR_INDEX.format(**names))

    def generations(self, db: Connection) -> list[int]:
        names = db.execute(
            "SELECT relname::text FROM pg_class WHERE relname >= 'search_' AND relname < 'search`'"
            " AND relkind = 'r' AND pg_table_is_visible(oid)"
        ).fetchall()
        return [int(found[1]) for (name,) in names if (found := re.fullmatch(r"search_(\d+)_document", name))]

    def exists(self, db: Connection, tables: Tables) -> bool:
        return bool(db.execute("SELECT to_regclass(?) IS NOT NULL", (tables.gone,)).fetchone()[0])  # type: ignore[index]

    def drop(self, db: Connection, tables: Tables) -> None:
        """Or leave them for the next time, when some reader has been holding them for long: see the store."""
        try:
            with db.impatient():
                db.execute(f"LOCK TABLE {STATE} IN ACCESS EXCLUSIVE MODE")
                db.execute(f"DROP TABLE IF EXISTS {', '.join(self.all_of(tables))}")
        except (errors.LockNotAvailable, errors.DeadlockDetected, errors.ObjectInUse):
            return

    def all_of(self, tables: Tables) -> list[str]:
        """The names of all tables of a generation."""
        return [getattr(tables, name) for name in FIELDS] + [f"{tables.words}_{part}" for part in PARTS]

    def write(self, db: Connection, tables: Tables, row: int, spoken: Spoken) -> None:
        tokens = len(spoken.title) + len(spoken.summary) + len(spoken.keywords) + len(spoken.body)
        db.execute(
            f"INSERT INTO {tables.words} (row, tokens, terms) VALUES (?, ?, ?::tsvector)",
            (row, tokens, vector(spoken)),
        )
        insert = (
            f"INSERT INTO {tables.words}_said (row, code, tokens, summary, body, typed)"
            " VALUES (?, ?, ?, ?, ?, ?::text[])"
        )
        summary, body = " ".join(spoken.summary), " ".join(spoken.body)
        db.execute(
            _COUNTED.format(insert=insert, words=tables.words),
            (row, _code_of(spoken), tokens, summary, body, _typed(spoken.typed)),
        )

    def copy(self, db: Connection, old: Tables, new: Tables, rows: range, shift: int) -> None:
        of_these = (shift, rows[0], rows[-1])
        db.execute(
            f"INSERT INTO {new.words} (row, tokens, terms) SELECT row + ?, tokens, terms FROM {old.words}"
            " WHERE row BETWEEN ? AND ?",
            of_these,
        )
        columns = "code, tokens, summary, body, typed"
        insert = (
            f"INSERT INTO {new.words}_said (row, {columns}) SELECT row + ?, {columns}"
            f" FROM {old.words}_said WHERE row BETWEEN ? AND ?"
        )
        db.execute(_COUNTED.format(insert=insert, words=new.words), of_these)

    def forget(self, db: Connection, tables: Tables, rows: range) -> None:
        of_these = (rows[0], rows[-1])
        db.execute(f"DELETE FROM {tables.words} WHERE row BETWEEN ? AND ?", of_these)
        left = db.execute(_UNCOUNTED.format(words=tables.words), of_these).fetchall()
        for *word, documents in left:
            if documents <= 0:
                db.execute(
                    f"DELETE FROM {tables.words}_lexicon WHERE (code, folded, shown) = (?, ?, ?)", word
                )

    def optimize(self, db: Connection, tables: Tables) -> None:
        """What waits to be indexed is indexed, and the planner learns how large the tables are."""
        db.execute(f"SELECT gin_clean_pending_list('{tables.words}_terms'::regclass)")
        for name in self.all_of(tables):
            db.execute(f"ANALYZE {name}")


def _code_of(spoken: Spoken) -> str:
    """The language that each term begins with; "" of a text without words."""
    terms: Iterable[str] = chain(spoken.title, spoken.summary, spoken.keywords, spoken.body)
    return next(iter(terms), "").partition(":")[0]


def _typed(words: Sequence[str]) -> list[str]:
    """ "language=folded" and "language=folded=shown" as "folded=shown"."""
    parts = (word.split("=") for word in words)
    return [f"{part[1]}={part[-1]}" for part in parts]
