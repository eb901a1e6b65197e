"""How SQLite keeps terms and finds them: FTS5, with our own analysis before it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence

from search.engines.answer import Ranked
from search.engines.tables import FIELDS, LANGUAGES, Spoken, Tables
from search.question import NEAR_WORDS, Part, Question, Terms

FIELD_WEIGHTS = "10.0, 5.0, 3.0, 1.0, 0.0"  # title, summary, keywords, body, typed
MOST_ROWS = 500  # named in one statement, which any SQLite takes

# The analysis is ours: the tokenizer only splits at spaces, since all beyond ASCII are letters to it.
_TABLES = """
CREATE TABLE {document} (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, spoken TEXT NOT NULL, facts TEXT NOT NULL, face TEXT NOT NULL
);
CREATE INDEX {document}_sequence ON {document} (sequence);
CREATE TABLE {text} (
  row INTEGER PRIMARY KEY, title TEXT NOT NULL, sort TEXT NOT NULL,
  summary TEXT NOT NULL, body TEXT NOT NULL, places BLOB NOT NULL
);
CREATE INDEX {text}_sort ON {text} (sort);
CREATE VIRTUAL TABLE {words} USING fts5(
  title, summary, keywords, body, typed, tokenize="ascii tokenchars '-:='"
);
CREATE VIRTUAL TABLE {words}_terms USING fts5vocab({words}, 'row');
CREATE TABLE {gone} (number INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
CREATE TABLE {touched} (id TEXT PRIMARY KEY)
"""


class SqliteWords:
    """See `search.engines.tables.Words` (written) and `search.engines.answer.Matches` (asked)."""

    # --- written ---

    def create(self, db: sqlite3.Connection, tables: Tables) -> None:
        for statement in _TABLES.format(**{name: getattr(tables, name) for name in FIELDS}).split(";"):
            db.execute(statement)

    def generations(self, db: sqlite3.Connection) -> list[int]:
        names = db.execute(
            "SELECT name FROM sqlite_master WHERE name GLOB 'search_[0-9]*_document'"
        ).fetchall()
        return [int(found[1]) for (name,) in names if (found := re.fullmatch(r"search_(\d+)_document", name))]

    def exists(self, db: sqlite3.Connection, tables: Tables) -> bool:
        try:
            db.execute(f"SELECT 1 FROM {tables.gone} LIMIT 1")
        except sqlite3.OperationalError:
            return False
        return True

    def drop(self, db: sqlite3.Connection, tables: Tables) -> None:
        try:
            db.execute(f"DROP TABLE IF EXISTS {tables.words}_terms")
            for name in FIELDS:
                db.execute(f"DROP TABLE IF EXISTS {getattr(tables, name)}")
        except sqlite3.OperationalError:
            return  # a caller's open cursor still holds it: it goes the next time

    def write(self, db: sqlite3.Connection, tables: Tables, row: int, spoken: Spoken) -> None:
        fields = (spoken.title, spoken.summary, spoken.keywords, spoken.body, spoken.typed)
        db.execute(
            f"INSERT INTO {tables.words} (rowid, title, summary, keywords, body, typed)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (row, *(" ".join(terms) for terms in fields)),
        )

    def copy(self, db: sqlite3.Connection, old: Tables, new: Tables, rows: range, shift: int) -> None:
        columns = "title, summary, keywords, body, typed"
        db.execute(
            f"INSERT INTO {new.words} (rowid, {columns}) SELECT rowid + ?, {columns}"
            f" FROM {old.words} WHERE rowid BETWEEN ? AND ?",
            (shift, rows[0], rows[-1]),
        )

    def forget(self, db: sqlite3.Connection, tables: Tables, rows: range) -> None:
        db.execute(f"DELETE FROM {tables.words} WHERE rowid BETWEEN ? AND ?", (rows[0], rows[-1]))

    def optimize(self, db: sqlite3.Connection, tables: Tables) -> None:
        """FTS5 keeps deleted terms until it merges its segments."""
        db.execute(f"INSERT INTO {tables.words} ({tables.words}) VALUES ('optimize')")

    # --- asked ---

    def rows(
        self,
        db: sqlite3.Connection,
        tables: Tables,
        questions: Mapping[str, Question],
        *,
        every: bool,
    ) -> Iterable[int]:
        return self._rows(db, tables, _joined(questions, _all if every else _any))

    def ranked(
        self,
        db: sqlite3.Connection,
        tables: Tables,
        questions: Mapping[str, Question],
        among: Collection[int] | None,
        *,
        every: bool,
    ) -> Ranked:
        """`bm25` is worked out for those rows alone that the conditions leave."""
        words, expression = tables.words, _joined(questions, _all if every else _any)
        wanted = f"SELECT rowid, -bm25({words}, {FIELD_WEIGHTS}) FROM {words} WHERE {words} MATCH ?"
        if among is None:
            return db.execute(wanted, (expression,)).fetchall()
        named = f" AND rowid / {LANGUAGES} IN (SELECT value FROM json_each(?))"
        return db.execute(wanted + named, (expression, json.dumps(list(among)))).fetchall()

    def together(
        self, db: sqlite3.Connection, tables: Tables, questions: Mapping[str, Question]
    ) -> Iterable[int]:
        """The rows in which the words of the question stand near one another."""
        expression = _joined(questions, _near)
        return self._rows(db, tables, expression) if expression else ()

    def _rows(self, db: sqlite3.Connection, tables: Tables, expression: str) -> Iterable[int]:
        """As one text: ten thousand rows of one number each take longer to fetch than to find."""
        words = tables.words
        found = f"SELECT group_concat(rowid) FROM {words} WHERE {words} MATCH ?"
        (listed,) = db.execute(found, (expression,)).fetchone()
        return map(int, listed.split(",")) if listed else ()

    def terms_of(
        self, db: sqlite3.Connection, tables: Tables, rows: Sequence[int]
    ) -> dict[int, tuple[list[str], list[str]]]:
        """The terms of each row's summary and body, in order."""
        found: dict[int, tuple[list[str], list[str]]] = {}
        for start in range(0, len(rows), MOST_ROWS):
            portion = rows[start : start + MOST_ROWS]
            marks = ",".join("?" * len(portion))
            statement = f"SELECT rowid, summary, body FROM {tables.words} WHERE rowid IN ({marks})"
            for row, summary, body in db.execute(statement, portion):
                found[row] = (summary.split(" ") if summary else [], body.split(" ") if body else [])
        return found

    def known(
        self, db: sqlite3.Connection, tables: Tables, terms: Mapping[str, Collection[str]]
    ) -> Mapping[str, frozenset[str]]:
        """Of each language's terms those that occur in a text."""
        statement = f"SELECT 1 FROM {tables.words}_terms WHERE term = ?"
        return {
            code: frozenset(term for term in wanted if db.execute(statement, (f"{code}:{term}",)).fetchone())
            for code, wanted in terms.items()
        }

    def lexicon(self, db: sqlite3.Connection, tables: Tables, code: str, prefix: str = "") -> dict[str, int]:
        """Words as shown that begin like this (folded), and in how many documents each stands."""
        start = f"{code}={prefix}"
        rows = db.execute(
            f"SELECT term, doc FROM {tables.words}_terms WHERE term >= ? AND term < ?",
            (start, start + "\U0010ffff"),
        )
        return _shown(rows)

    def typed_with(
        self, db: sqlite3.Connection, tables: Tables, before: Question, code: str, prefix: str
    ) -> dict[str, int]:
        """The same among the texts that have all of a question."""
        expression = f'({_all(code, before)}) AND {{typed}} : "{code}={prefix}" *'
        start = f"{code}={prefix}"
        counted: dict[str, int] = {}
        words = tables.words
        for (typed,) in db.execute(f"SELECT typed FROM {words} WHERE {words} MATCH ?", (expression,)):
            for word in typed.split(" "):
                if word.startswith(start):
                    counted[word] = counted.get(word, 0) + 1
        return _shown(counted.items())


def _shown(counted: Iterable[tuple[str, int]]) -> dict[str, int]:
    """ "language=folded=shown" as what is shown; each document has one text in a language, so rows are documents."""
    found: dict[str, int] = {}
    for term, count in counted:
        word = term.split("=")[-1]
        found[word] = found.get(word, 0) + count
    return found


def _joined(questions: Mapping[str, Question], of_one) -> str:
    expressions = (of_one(code, question) for code, question in questions.items())
    return " OR ".join(f"({expression})" for expression in expressions if expression)


def _all(code: str, question: Question) -> str:
    return " AND ".join(_part(code, part) for part in question.parts)


def _any(code: str, question: Question) -> str:
    return " OR ".join(_each(code, terms) for terms in question.some)


def _part(code: str, part: Part) -> str:
    return f"({' OR '.join(_each(code, terms) for terms in part.alternatives)})"


def _each(code: str, terms: Terms) -> str:
    joined = " AND ".join(f'"{code}:{term}"' for term in terms)
    return joined if len(terms) == 1 else f"({joined})"


def _near(code: str, question: Question) -> str:
    together = " ".join(f'"{code}:{term}"' for term in question.together)
    return f"NEAR({together}, {NEAR_WORDS})" if together else ""
