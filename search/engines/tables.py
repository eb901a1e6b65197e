"""The tables of an index that lies in a database, and what is written into them.

An index is a *generation*: its tables carry its number. A rebuild fills the next generation while the
present one answers, then the one row of `search_indexstate` names the new one. Tables are made when first
needed, not by a migration: they are derived from the sources and may be thrown away at any time.

    search_<n>_document   one row a document: number, id, what is filtered by, what a hit shows
    search_<n>_text       one row a document and language it is written in: its words, and where each term stands
    search_<n>_words      the terms of the same rows, and of names in further languages: see `words.py`
    search_<n>_gone       numbers of removed documents, for processes that remember an older sequence
    search_<n>_touched    ids that changed while this generation was being built

A text's row number is its document's number times 64 plus its language's place in the state's list, so a
match needs no join. Every term is stored as "language:term": what one language's analysis made never meets
another's. The statements here are those that SQLite and PostgreSQL both understand.
"""

from __future__ import annotations

import json
import time
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from search import analysis
from search.engines.facet_sets import Facts
from search.engines.fingerprints import digest, fingerprint_of
from search.engines.reading import Read
from search.types import Document, Place, Refused, Text

TABLES_VERSION = 3
MAKE = f"tables {TABLES_VERSION}, analysis {analysis.VERSION}"
LANGUAGES = 64  # at most, see above
RECENT = 64  # writes that a process may have missed without reading all documents anew
STATE = "search_indexstate"

FIELDS = ("document", "text", "words", "gone", "touched")


class Database(Protocol):
    """A connection: statements with ? for each value."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Any: ...

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one language's row of `words` holds: the terms of each field, and the words as people type them."""

    title: Sequence[str]
    summary: Sequence[str]
    keywords: Sequence[str]
    body: Sequence[str]
    typed: Sequence[str]


class Words(Protocol):
    """How a database keeps terms: what `words.py` of each engine gives."""

    def create(self, db: Any, tables: Tables) -> None:
        """Make all tables of a generation."""
        ...

    def generations(self, db: Any) -> list[int]:
        """The numbers of all generations that have tables, also of those that a killed rebuild left."""
        ...

    def exists(self, db: Any, tables: Tables) -> bool:
        """Whether this generation has tables. Asked before every answer, so it is to be quick."""
        ...

    def drop(self, db: Any, tables: Tables) -> None: ...

    def write(self, db: Any, tables: Tables, row: int, spoken: Spoken) -> None: ...

    def copy(self, db: Any, old: Tables, new: Tables, rows: range, shift: int) -> None:
        """Copy these rows into another generation, their numbers higher by `shift`."""
        ...

    def forget(self, db: Any, tables: Tables, rows: range) -> None: ...


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
        if name not in FIELDS:
            raise AttributeError(name)
        return f"search_{self.generation}_{name}"


def read_state(db: Database, words: Words) -> State | None:
    """The state, or None when no index of this make is there."""
    row = db.execute(
        f"SELECT generation, recent, languages, make, building, builder FROM {STATE} LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    state = State(row[0], tuple(json.loads(row[1])), tuple(json.loads(row[2])), *row[3:])
    exists = words.exists(db, Tables(state.generation))
    same_tables = state.make.partition(",")[0] == MAKE.partition(",")[0]
    return state if exists and same_tables else None


def write_state(db: Database, state: State) -> None:
    db.execute(
        f"INSERT INTO {STATE} (id, generation, recent, languages, make, building, builder)"
        " VALUES (1, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET generation = excluded.generation,"
        " recent = excluded.recent, languages = excluded.languages, make = excluded.make,"
        " building = excluded.building, builder = excluded.builder",
        (
            state.generation,
            json.dumps(state.recent),
            json.dumps(state.languages),
            state.make,
            state.building,
            state.builder,
        ),
    )


def state_for_writing(db: Database, words: Words) -> State:
    """The state, one write further; begins a first, empty index where there is none."""
    state = read_state(db, words)
    if state is None:
        db.execute(f"DELETE FROM {STATE}")
        state = State(new_tables(db, words).generation, (0,), (), MAKE, None, "")
    state = state.moved_on()
    write_state(db, state)
    return state


def new_tables(db: Database, words: Words) -> Tables:
    """A further, empty generation."""
    tables = Tables(max(words.generations(db), default=0) + 1)
    words.create(db, tables)
    return tables


def with_languages(db: Database, state: State, codes: Iterable[str]) -> State:
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
    return fingerprint_of(document, MAKE)


def _digest_of_words(document: Document) -> str:
    texts = [(code, asdict(text)) for code, text in document.texts.items()]
    return digest([MAKE, texts, dict(document.names)])


def put_document(db: Database, words: Words, tables: Tables, state: State, document: Document) -> None:
    """Write a document in place of what has its id; nothing when it is there already, unchanged.

    When only its facts have changed, as its hours do every day, its words are left alone.
    """
    mark, spoken = fingerprint(document), _digest_of_words(document)
    row = db.execute(
        f"SELECT number, fingerprint, spoken FROM {tables.document} WHERE id = ?", (document.id,)
    ).fetchone()
    if row and row[1] == mark:
        return
    values = (state.sequence, mark, spoken, json.dumps(_facts_of(document)), json.dumps(_face_of(document)))
    if row is None:
        number = _insert_document(db, tables, (document.id, *values))
    else:
        number = row[0]
        db.execute(
            f"UPDATE {tables.document} SET sequence = ?, fingerprint = ?, spoken = ?, facts = ?, face = ?"
            " WHERE number = ?",
            (*values, number),
        )
        if row[2] == spoken:
            return
        _forget_texts(db, words, tables, number)
    for code, text in document.texts.items():
        _write_text(db, words, tables, rows_of(number)[state.languages.index(code)], code, text)
    for code, names in document.names.items():
        _write_names(db, words, tables, rows_of(number)[state.languages.index(code)], code, names)


def _facts_of(document: Document) -> dict[str, object]:
    return {
        "kind": document.kind,
        "facets": {name: sorted(set(values)) for name, values in document.facets.items() if values},
        "ages": document.ages,
        "open": document.open,
        "places": [(place.latitude, place.longitude, place.shown) for place in document.places],
        "weight": document.weight,
        "last": document.last,
    }


def _face_of(document: Document) -> dict[str, object]:
    return {
        "kind": document.kind,
        "url": document.url,
        "payload": dict(document.payload),
        "languages": list(document.texts),
        "names": {
            **{code: text.keywords for code, text in document.texts.items() if text.keywords},
            **document.names,
        },
    }


def _insert_document(db: Database, tables: Tables, values: Sequence[object]) -> int:
    row = db.execute(
        f"INSERT INTO {tables.document} (id, sequence, fingerprint, spoken, facts, face)"
        " VALUES (?, ?, ?, ?, ?, ?) RETURNING number",
        values,
    ).fetchone()
    return int(row[0])


def rows_of(number: int) -> range:
    """The row numbers that a document's texts may have, one for each language."""
    return range(number * LANGUAGES, (number + 1) * LANGUAGES)


def _write_text(db: Database, words: Words, tables: Tables, row: int, code: str, text: Text) -> None:
    title, summary, body = analysis.clean(text.title), analysis.clean(text.summary), analysis.clean(text.body)
    in_title, in_summary, in_keywords, in_body = (
        Read(said, code) for said in (title, summary, analysis.clean(text.keywords), body)
    )
    places = array("I", (*in_summary.places(), *in_body.places()))
    db.execute(
        f"INSERT INTO {tables.text} (row, title, sort, summary, body, places) VALUES (?, ?, ?, ?, ?, ?)",
        (row, title, analysis.fold(title), summary, body, places.tobytes()),
    )
    typed = {marked: None for read in (in_title, in_summary, in_keywords) for marked in read.typed()}
    spoken = Spoken(in_title.terms(), in_summary.terms(), in_keywords.terms(), in_body.terms(), list(typed))
    words.write(db, tables, row, spoken)


def _write_names(db: Database, words: Words, tables: Tables, row: int, code: str, names: str) -> None:
    read = Read(analysis.clean(names), code)
    words.write(db, tables, row, Spoken((), (), read.terms(), (), list(read.typed())))


def _forget_texts(db: Database, words: Words, tables: Tables, number: int) -> None:
    rows = rows_of(number)
    db.execute(f"DELETE FROM {tables.text} WHERE row BETWEEN ? AND ?", (rows[0], rows[-1]))
    words.forget(db, tables, rows)


def remove_document(db: Database, words: Words, tables: Tables, state: State, document_id: str) -> None:
    """Forget a document, and tell those who remember it."""
    row = db.execute(f"SELECT number FROM {tables.document} WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        return
    _forget_texts(db, words, tables, row[0])
    db.execute(f"DELETE FROM {tables.document} WHERE number = ?", (row[0],))
    db.execute(
        f"INSERT INTO {tables.gone} (number, sequence) VALUES (?, ?)"
        " ON CONFLICT (number) DO UPDATE SET sequence = excluded.sequence",
        (row[0], state.sequence),
    )


def touch(db: Database, state: State, ids: Iterable[str]) -> None:
    """Tell the rebuild that is running, if one is, that what it has read of these may be old."""
    if state.building is None:
        return
    db.executemany(
        f"INSERT INTO {Tables(state.building).touched} (id) VALUES (?) ON CONFLICT DO NOTHING",
        [(each,) for each in ids],
    )


def copy_touched(db: Database, words: Words, old: Tables, new: Tables, state: State) -> None:
    """Bring what changed during a rebuild from the generation that answers into the one that will."""
    for (document_id,) in db.execute(f"SELECT id FROM {new.touched}").fetchall():
        remove_document(db, words, new, state, document_id)
        row = db.execute(
            f"SELECT number, id, sequence, fingerprint, spoken, facts, face FROM {old.document} WHERE id = ?",
            (document_id,),
        ).fetchone()
        if row is None:
            continue
        number = _insert_document(db, new, row[1:])
        db.execute(f"DELETE FROM {new.gone} WHERE number = ?", (number,))
        shift = (number - row[0]) * LANGUAGES
        rows = rows_of(row[0])
        db.execute(
            f"INSERT INTO {new.text} (row, title, sort, summary, body, places)"
            f" SELECT row + ?, title, sort, summary, body, places FROM {old.text} WHERE row BETWEEN ? AND ?",
            (shift, rows[0], rows[-1]),
        )
        words.copy(db, old, new, rows, shift)


def facts_since(db: Database, tables: Tables, sequence: int) -> tuple[list[int], list[Facts]]:
    """The numbers removed and the documents written after this sequence; apply the removals first."""
    gone = db.execute(f"SELECT number FROM {tables.gone} WHERE sequence > ?", (sequence,)).fetchall()
    rows = db.execute(
        f"SELECT number, id, facts FROM {tables.document} WHERE sequence > ?", (sequence,)
    ).fetchall()
    return [number for (number,) in gone], [_facts(*row) for row in rows]


def _facts(number: int, document_id: str, stored: str) -> Facts:
    facts = json.loads(stored)
    return Facts(
        number=number,
        id=document_id,
        facets={**facts["facets"], "kind": (facts["kind"],)},
        ages=tuple(facts["ages"]) if facts["ages"] else None,
        open=tuple((start, end) for start, end in facts["open"]),
        places=tuple(Place(*place) for place in facts["places"]),
        weight=facts["weight"],
        last=facts["last"],
    )


def drop_others(db: Database, words: Words, keep: Iterable[int]) -> None:
    """Drop the generations that nobody needs."""
    for generation in set(words.generations(db)) - set(keep):
        words.drop(db, Tables(generation))
