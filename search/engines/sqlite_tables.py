"""The tables of the SQLite index, and what is written into them.

An index is a *generation*: its tables carry its number. A rebuild fills the next generation while the
present one answers, then the one row of `search_indexstate` names the new one. Tables are made when first
needed, not by a migration: they are derived from the sources and may be thrown away at any time.

    search_<n>_document   one row a document: number, id, what is filtered by, what a hit shows
    search_<n>_text       one row a document and language: its words, and where each term stands in them
    search_<n>_words      FTS5 over the terms of the same rows
    search_<n>_gone       numbers of removed documents, for processes that remember an older sequence
    search_<n>_touched    ids that changed while this generation was being built

A text's row number is its document's number times 64 plus its language's place in the state's list, so a
match needs no join. Every term is stored as "language:term": what one language's analysis made never meets
another's. The column `typed` holds the title's words unstemmed, as "language=word", to suggest from.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from search import analysis
from search.engines.facet_sets import Facts
from search.types import Document, Refused, Text

TABLES_VERSION = 1
MAKE = f"tables {TABLES_VERSION}, analysis {analysis.VERSION}"
LANGUAGES = 64  # at most, see above
RECENT = 64  # writes that a process may have missed without reading all documents anew
STATE = "search_indexstate"

_STATE_TABLE = f"""
CREATE TABLE IF NOT EXISTS {STATE} (
  id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, recent TEXT NOT NULL,
  languages TEXT NOT NULL, make TEXT NOT NULL, building INTEGER, builder TEXT NOT NULL
)"""
# The analysis is ours: the tokenizer only splits at spaces, since all beyond ASCII are letters to it.
_TABLES = """
CREATE TABLE {document} (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sequence INTEGER NOT NULL,
  fingerprint TEXT NOT NULL, facts TEXT NOT NULL, face TEXT NOT NULL
);
CREATE INDEX {document}_sequence ON {document} (sequence);
CREATE TABLE {text} (
  row INTEGER PRIMARY KEY, title TEXT NOT NULL, sort TEXT NOT NULL,
  summary TEXT NOT NULL, body TEXT NOT NULL, places BLOB NOT NULL
);
CREATE VIRTUAL TABLE {words} USING fts5(
  title, summary, keywords, body, typed, tokenize="ascii tokenchars '-:='"
);
CREATE TABLE {gone} (number INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
CREATE TABLE {touched} (id TEXT PRIMARY KEY)
"""
_FIELDS = ("document", "text", "words", "gone", "touched")


@dataclass(frozen=True, slots=True)
class State:
    """The one row that says which index answers."""

    generation: int
    recent: tuple[int, ...]
    languages: tuple[str, ...]
    make: str
    building: int | None
    builder: str

    @property
    def sequence(self) -> int:
        """The number of the last write."""
        return self.recent[-1]

    def moved_on(self, *, afresh: bool = False) -> State:
        """The state after one more write; `afresh` when nothing that was known before holds.

        Numbers come from the clock, and a process looks its own up in the list: the number of a write that
        was rolled back, or made in another copy of the database, is never taken for one of these.
        """
        number = max(time.time_ns(), self.sequence + 1)
        return replace(self, recent=(number,) if afresh else (*self.recent, number)[-RECENT:])


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of one generation's tables."""

    generation: int

    def __getattr__(self, name: str) -> str:
        if name not in _FIELDS:
            raise AttributeError(name)
        return f"search_{self.generation}_{name}"

    def create(self, db: sqlite3.Connection) -> None:
        for statement in _TABLES.format(**{name: getattr(self, name) for name in _FIELDS}).split(";"):
            db.execute(statement)

    def drop(self, db: sqlite3.Connection) -> None:
        for name in _FIELDS:
            db.execute(f"DROP TABLE IF EXISTS {getattr(self, name)}")


def read_state(db: sqlite3.Connection) -> State | None:
    """The state, or None when no index of this make is there."""
    try:
        row = db.execute(
            f"SELECT generation, recent, languages, make, building, builder FROM {STATE} LIMIT 1"
        ).fetchone()
    except sqlite3.OperationalError:  # a new file, or a database before its migrations
        return None
    if row is None:
        return None
    state = State(row[0], tuple(json.loads(row[1])), tuple(json.loads(row[2])), *row[3:])
    exists = state.generation in generations(db)
    same_tables = state.make.partition(",")[0] == MAKE.partition(",")[0]
    return state if exists and same_tables else None


def write_state(db: sqlite3.Connection, state: State) -> None:
    db.execute(
        f"INSERT OR REPLACE INTO {STATE}"
        " (id, generation, recent, languages, make, building, builder) VALUES (1, ?, ?, ?, ?, ?, ?)",
        (
            state.generation,
            json.dumps(state.recent),
            json.dumps(state.languages),
            state.make,
            state.building,
            state.builder,
        ),
    )


def state_for_writing(db: sqlite3.Connection) -> State:
    """The state, one write further; begins a first, empty index where there is none."""
    state = read_state(db)
    if state is None:
        db.execute(_STATE_TABLE)
        db.execute(f"DELETE FROM {STATE}")
        state = State(new_tables(db).generation, (0,), (), MAKE, None, "")
    state = state.moved_on()
    write_state(db, state)
    return state


def new_tables(db: sqlite3.Connection) -> Tables:
    """A further, empty generation."""
    tables = Tables(max(generations(db), default=0) + 1)
    tables.create(db)
    return tables


def generations(db: sqlite3.Connection) -> list[int]:
    """The numbers of all generations that have tables, also of those that a killed rebuild left."""
    names = db.execute("SELECT name FROM sqlite_master WHERE name GLOB 'search_[0-9]*_document'").fetchall()
    return [int(found[1]) for (name,) in names if (found := re.fullmatch(r"search_(\d+)_document", name))]


def drop_others(db: sqlite3.Connection, keep: Iterable[int]) -> None:
    """Drop what nobody needs; what a caller's open cursor still holds is left for the next time."""
    for generation in set(generations(db)) - set(keep):
        try:
            Tables(generation).drop(db)
        except sqlite3.OperationalError:
            return


def with_languages(db: sqlite3.Connection, state: State, codes: Iterable[str]) -> State:
    """The state, its list holding these languages too."""
    added = [code for code in dict.fromkeys(codes) if code not in state.languages]
    if not added:
        return state
    if len(state.languages) + len(added) > LANGUAGES:
        raise Refused(f"The index holds {LANGUAGES} languages at most: leave {', '.join(added)} out.")
    state = replace(state, languages=(*state.languages, *added))
    write_state(db, state)
    return state


def fingerprint(document: Document) -> str:
    """Changes whenever the document, the analysis or the tables do."""
    content = json.dumps([MAKE, asdict(_plain(document)), list(document.texts)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _plain(document: Document) -> Document:
    """The document with plain dictionaries, which asdict can copy, and its facets' values in order."""
    return replace(
        document,
        texts=dict(document.texts),
        facets={name: tuple(sorted(set(values))) for name, values in document.facets.items() if values},
        payload=dict(document.payload),
    )


def put_document(db: sqlite3.Connection, tables: Tables, state: State, document: Document) -> None:
    """Write a document in place of what has its id; nothing when it is there already, unchanged."""
    mark = fingerprint(document)
    row = db.execute(
        f"SELECT number, fingerprint FROM {tables.document} WHERE id = ?", (document.id,)
    ).fetchone()
    if row and row[1] == mark:
        return
    facts = {
        "kind": document.kind,
        "facets": {name: sorted(set(values)) for name, values in document.facets.items() if values},
        "ages": document.ages,
        "weight": document.weight,
        "last": document.last,
    }
    face = {"url": document.url, "payload": dict(document.payload), "languages": list(document.texts)}
    values = (document.id, state.sequence, mark, json.dumps(facts), json.dumps(face))
    if row:
        _forget_texts(db, tables, row[0])
        db.execute(
            f"UPDATE {tables.document} SET id = ?, sequence = ?, fingerprint = ?, facts = ?, face = ?"
            f" WHERE number = {row[0]:d}",
            values,
        )
    number = row[0] if row else _insert_document(db, tables, values)
    for code, text in document.texts.items():
        _write_text(db, tables, number * LANGUAGES + state.languages.index(code), code, text)


def _insert_document(db: sqlite3.Connection, tables: Tables, values: Sequence[object]) -> int:
    cursor = db.execute(
        f"INSERT INTO {tables.document} (id, sequence, fingerprint, facts, face) VALUES (?, ?, ?, ?, ?)",
        values,
    )
    return int(cursor.lastrowid or 0)


def _write_text(db: sqlite3.Connection, tables: Tables, row: int, code: str, text: Text) -> None:
    title, summary, body = analysis.clean(text.title), analysis.clean(text.summary), analysis.clean(text.body)
    places = array("I")
    stored: list[str] = []
    for words, with_places in (
        (title, False),
        (summary, True),
        (analysis.clean(text.keywords), False),
        (body, True),
    ):
        found = list(analysis.tokens(words, code))
        stored.append(" ".join(f"{code}:{token.term}" for token in found))
        if with_places:
            places.extend(place for token in found for place in (token.start, token.end))
    db.execute(
        f"INSERT INTO {tables.text} (row, title, sort, summary, body, places) VALUES (?, ?, ?, ?, ?, ?)",
        (row, title, analysis.fold(title), summary, body, places.tobytes()),
    )
    db.execute(
        f"INSERT INTO {tables.words} (rowid, title, summary, keywords, body, typed)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (row, *stored, " ".join(f"{code}={word}" for word in analysis.plain_words(title, code))),
    )


def _forget_texts(db: sqlite3.Connection, tables: Tables, number: int) -> None:
    rows = (number * LANGUAGES, (number + 1) * LANGUAGES - 1)
    db.execute(f"DELETE FROM {tables.text} WHERE row BETWEEN ? AND ?", rows)
    db.execute(f"DELETE FROM {tables.words} WHERE rowid BETWEEN ? AND ?", rows)


def remove_document(db: sqlite3.Connection, tables: Tables, state: State, document_id: str) -> None:
    """Forget a document, and tell those who remember it."""
    row = db.execute(f"SELECT number FROM {tables.document} WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        return
    _forget_texts(db, tables, row[0])
    db.execute(f"DELETE FROM {tables.document} WHERE number = ?", row)
    db.execute(
        f"INSERT OR REPLACE INTO {tables.gone} (number, sequence) VALUES (?, ?)", (row[0], state.sequence)
    )


def touch(db: sqlite3.Connection, state: State, ids: Iterable[str]) -> None:
    """Tell the rebuild that is running, if one is, that what it has read of these may be old."""
    if state.building is None:
        return
    db.executemany(
        f"INSERT OR IGNORE INTO {Tables(state.building).touched} (id) VALUES (?)", [(each,) for each in ids]
    )


def copy_touched(db: sqlite3.Connection, old: Tables, new: Tables, state: State) -> None:
    """Bring what changed during a rebuild from the generation that answers into the one that will."""
    for (document_id,) in db.execute(f"SELECT id FROM {new.touched}").fetchall():
        remove_document(db, new, state, document_id)
        row = db.execute(
            f"SELECT number, id, sequence, fingerprint, facts, face FROM {old.document} WHERE id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            continue
        number = _insert_document(db, new, row[1:])
        db.execute(f"DELETE FROM {new.gone} WHERE number = ?", (number,))
        shift = (number - row[0]) * LANGUAGES
        rows = (shift, row[0] * LANGUAGES, (row[0] + 1) * LANGUAGES - 1)
        for table, key, columns in (
            ("text", "row", "title, sort, summary, body, places"),
            ("words", "rowid", "title, summary, keywords, body, typed"),
        ):
            db.execute(
                f"INSERT INTO {getattr(new, table)} ({key}, {columns}) SELECT {key} + ?, {columns}"
                f" FROM {getattr(old, table)} WHERE {key} BETWEEN ? AND ?",
                rows,
            )


def facts_since(db: sqlite3.Connection, tables: Tables, sequence: int) -> tuple[list[int], list[Facts]]:
    """The numbers removed and the documents written after this sequence; apply the removals first."""
    gone = db.execute(f"SELECT number FROM {tables.gone} WHERE sequence > ?", (sequence,)).fetchall()
    rows = db.execute(
        f"SELECT number, id, facts FROM {tables.document} WHERE sequence > ?", (sequence,)
    ).fetchall()
    return [number for (number,) in gone], [_facts(*row) for row in rows]


def _facts(number: int, document_id: str, stored: str) -> Facts:
    facts = json.loads(stored)
    ages = tuple(facts["ages"]) if facts["ages"] else None
    facets = {**facts["facets"], "kind": (facts["kind"],)}
    return Facts(number, document_id, facets, ages, facts["weight"], facts["last"])
