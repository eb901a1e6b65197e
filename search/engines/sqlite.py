"""The embedded engine: SQLite's FTS5 finds and ranks, sets in the process filter and count.

It needs no server. Where the site's database is SQLite, the index lies in it (`SharedStore`); beside another
database it lies in a file of its own (`FileStore`), which serves one machine.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from search.engines import sqlite_tables as tables
from search.engines.facet_sets import FacetSets
from search.engines.sqlite_find import Answer, nothing, titles
from search.engines.sqlite_store import Store, default_store
from search.engines.sqlite_tables import State, Tables
from search.types import Document, Progress, Query, Refused, Results

REBUILD_BATCH = 200  # documents in one write transaction, so that editors wait for milliseconds


class SqliteEngine:
    """See `search.engines.base.Engine`."""

    def __init__(self, store: Store | None = None) -> None:
        self._given_store = store
        self._remembered: tuple[int, FacetSets] = (-1, FacetSets())

    @property
    def _store(self) -> Store:
        self._given_store = self._given_store or default_store()
        return self._given_store

    def put(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        with self._store.writing() as db:
            state = tables.state_for_writing(db)
            _write(db, state, state.generation, documents)
            tables.touch(db, state, (document.id for document in documents))

    def remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        with self._store.writing() as db:
            state = tables.state_for_writing(db)
            for document_id in ids:
                tables.remove_document(db, Tables(state.generation), state, document_id)
            tables.touch(db, state, ids)

    def find(self, query: Query) -> Results:
        with self._store.reading() as db:
            state = tables.read_state(db)
            if state is None:
                return nothing(query)
            return Answer(
                db, Tables(state.generation), state.languages, self._sets(db, state), query
            ).results()

    def suggest(self, prefix: str, language: str) -> tuple[str, ...]:
        with self._store.reading() as db:
            state = tables.read_state(db)
            if state is None or language not in state.languages:
                return ()
            return titles(
                db, Tables(state.generation), state.languages, self._sets(db, state), prefix, language
            )

    def stored(self) -> Iterator[tuple[str, str]]:
        with self._store.reading() as db:
            state = tables.read_state(db)
            if state is None:
                return
            table = Tables(state.generation).document
            rows = db.execute(f"SELECT id, fingerprint FROM {table} ORDER BY id").fetchall()
        yield from rows

    def fingerprint(self, document: Document) -> str:
        return tables.fingerprint(document)

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Fill the next generation in small transactions, then let it answer.

        What is put or removed meanwhile goes to the present generation and is copied over at the end. All
        documents are read before the first is written: a source's open cursor would hold an old snapshot on
        the same connection, and SQLite refuses to write on top of one.
        """
        builder = secrets.token_hex(8)
        new = self._begin(builder)
        waiting = iter(list(documents))
        done = 0
        while batch := list(islice(waiting, REBUILD_BATCH)):
            with self._store.writing() as db:
                _write(db, _mine(db, builder), new.generation, batch)
            done += len(batch)
            if progress:
                progress(done)
        with self._store.writing() as db:
            _mine(db, builder)
            db.execute(f"INSERT INTO {new.words} ({new.words}) VALUES ('optimize')")
        self._finish(builder, new)
        return done

    def _begin(self, builder: str) -> Tables:
        with self._store.writing() as db:
            state = tables.state_for_writing(db)
            tables.drop_others(db, [state.generation])
            new = tables.new_tables(db)
            tables.write_state(db, replace(state, building=new.generation, builder=builder))
        return new

    def _finish(self, builder: str, new: Tables) -> None:
        with self._store.writing() as db:
            state = _mine(db, builder)
            tables.copy_touched(db, Tables(state.generation), new, state)
            answering = replace(state, generation=new.generation, make=tables.MAKE, building=None, builder="")
            tables.write_state(db, answering.moved_on(afresh=True))
            tables.drop_others(db, [new.generation])

    def scrub(self) -> None:
        """FTS5 keeps deleted terms until it merges its segments; the write-ahead log keeps old pages."""
        with self._store.writing() as db:
            state = tables.state_for_writing(db)
            tables.drop_others(db, [state.generation, *([] if state.building is None else [state.building])])
            words = Tables(state.generation).words
            db.execute(f"INSERT INTO {words} ({words}) VALUES ('optimize')")
        with self._store.outside() as outside:
            if outside is not None:
                outside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _sets(self, db: sqlite3.Connection, state: State) -> FacetSets:
        """The facts of all documents as of this state: the remembered ones and what has changed since."""
        seen, sets = self._remembered
        if seen not in state.recent:
            seen, sets = -1, FacetSets()
        if seen != state.sequence:
            gone, facts = tables.facts_since(db, Tables(state.generation), seen)
            sets = sets.changed(gone, facts) if gone or facts else sets
            self._remembered = (state.sequence, sets)
        return sets


def _write(db: sqlite3.Connection, state: State, generation: int, documents: Sequence[Document]) -> None:
    state = tables.with_languages(db, state, (code for document in documents for code in document.texts))
    for document in documents:
        tables.put_document(db, Tables(generation), state, document)


def _mine(db: sqlite3.Connection, builder: str) -> State:
    """The state, if this rebuild is still the one that is running."""
    state = tables.read_state(db)
    if state is None or state.builder != builder:
        raise Refused("Another rebuild of the search index has begun: let that one finish.")
    return state
