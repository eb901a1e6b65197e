"""An engine whose index lies in a database: what SQLite's and PostgreSQL's share."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import islice
from typing import Any, Protocol

from search.engines import tables
from search.engines.answer import Answer, Matches, nothing
from search.engines.facet_sets import FacetSets
from search.engines.tables import State, Tables, Words
from search.question import Question
from search.types import Document, Progress, Query, Refused, Results

REBUILD_BATCH = 200  # documents in one write transaction, so that editors wait for milliseconds


class Store(Protocol):
    """Where the index lies."""

    def reading(self) -> AbstractContextManager[Any]:
        """One snapshot: what a rebuild or an editor does meanwhile is not seen."""
        ...

    def writing(self) -> AbstractContextManager[Any]:
        """All that is written inside is kept, or nothing."""
        ...


class Index(Words, Matches, Protocol):
    """What a database does in its own way."""

    def optimize(self, db: Any, tables: Tables) -> None:
        """After many changes: make the index small and quick, and leave nothing of what was deleted."""
        ...

    def known(
        self, db: Any, tables: Tables, terms: Mapping[str, Collection[str]]
    ) -> Mapping[str, frozenset[str]]: ...

    def near(
        self, db: Any, tables: Tables, state: State, word: str, code: str
    ) -> Sequence[tuple[str, int]]: ...

    def completions(
        self, db: Any, tables: Tables, prefix: str, before: Question, code: str
    ) -> Mapping[str, int]: ...


class DatabaseEngine:
    """See `search.engines.base.Engine`."""

    name: str

    def __init__(self, store: Store, index: Index) -> None:
        self._store = store
        self._index = index
        self._remembered: tuple[int, FacetSets] = (-1, FacetSets())

    def put(self, documents: Sequence[Document]) -> None:
        if not documents:
            return
        with self._store.writing() as db:
            state = tables.state_for_writing(db, self._index)
            self._write(db, state, state.generation, documents)
            tables.touch(db, state, (document.id for document in documents))

    def remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        with self._store.writing() as db:
            state = tables.state_for_writing(db, self._index)
            for document_id in ids:
                tables.remove_document(db, self._index, Tables(state.generation), state, document_id)
            tables.touch(db, state, ids)

    def languages(self) -> Sequence[str]:
        with self._store.reading() as db:
            state = tables.read_state(db, self._index)
        return state.languages if state else ()

    def find(self, query: Query, questions: Mapping[str, Question]) -> Results:
        with self._store.reading() as db:
            state = tables.read_state(db, self._index)
            if state is None:
                return nothing(query)
            sets = self._sets(db, state)
            return Answer(
                db, self._index, Tables(state.generation), state.languages, sets, query, questions
            ).results()

    def known(self, terms: Mapping[str, Collection[str]]) -> Mapping[str, frozenset[str]]:
        with self._store.reading() as db:
            state = tables.read_state(db, self._index)
            return self._index.known(db, Tables(state.generation), terms) if state else {}

    def near(self, word: str, language: str) -> Sequence[tuple[str, int]]:
        with self._store.reading() as db:
            state = tables.read_state(db, self._index)
            if state is None:
                return ()
            return self._index.near(db, Tables(state.generation), state, word, language)

    def completions(self, prefix: str, before: Question, language: str) -> Sequence[tuple[str, int]]:
        with self._store.reading() as db:
            state = tables.read_state(db, self._index)
            if state is None:
                return ()
            found = self._index.completions(db, Tables(state.generation), prefix, before, language)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    def stored(self) -> Iterator[tuple[str, str]]:
        with self._store.reading() as db:
            state = tables.read_state(db, self._index)
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
        wanted = list(documents)
        self._keep_only(builder, new, {document.id for document in wanted})
        waiting = iter(wanted)
        done = 0
        while batch := list(islice(waiting, REBUILD_BATCH)):
            with self._store.writing() as db:
                self._write(db, self._mine(db, builder), new.generation, batch)
            done += len(batch)
            if progress:
                progress(done)
        with self._store.writing() as db:
            self._mine(db, builder)
            self._index.optimize(db, new)
        self._finish(builder, new)
        return done

    def _begin(self, builder: str) -> Tables:
        """The generation to fill: the one that a killed rebuild left half full, or a new one."""
        with self._store.writing() as db:
            state = tables.state_for_writing(db, self._index)
            half = state.building if state.building in self._index.generations(db) else None
            if half is None or state.make != tables.MAKE:
                tables.drop_others(db, self._index, [state.generation])
                new = tables.new_tables(db, self._index)
            else:
                new = Tables(half)
                db.execute(f"DELETE FROM {new.touched}")  # all documents are read anew, after this
            tables.write_state(db, replace(state, building=new.generation, builder=builder))
        return new

    def _keep_only(self, builder: str, new: Tables, ids: Set[str]) -> None:
        """Of what a killed rebuild had written, what still is; what has changed is written again."""
        with self._store.writing() as db:
            state = self._mine(db, builder)
            held = [row[0] for row in db.execute(f"SELECT id FROM {new.document}").fetchall()]
            for document_id in held:
                if document_id not in ids:
                    tables.remove_document(db, self._index, new, state, document_id)

    def _finish(self, builder: str, new: Tables) -> None:
        with self._store.writing() as db:
            state = self._mine(db, builder)
            tables.copy_touched(db, self._index, Tables(state.generation), new, state)
            answering = replace(state, generation=new.generation, make=tables.MAKE, building=None, builder="")
            tables.write_state(db, answering.moved_on(afresh=True))
            tables.drop_others(db, self._index, [new.generation])

    def scrub(self) -> None:
        with self._store.writing() as db:
            state = tables.state_for_writing(db, self._index)
            building = [] if state.building is None else [state.building]
            tables.drop_others(db, self._index, [state.generation, *building])
            for generation in (state.generation, *building):
                self._index.optimize(db, Tables(generation))

    def _write(self, db: Any, state: State, generation: int, documents: Sequence[Document]) -> None:
        codes = (code for document in documents for code in (*document.texts, *document.names))
        state = tables.with_languages(db, state, codes)
        for document in documents:
            tables.put_document(db, self._index, Tables(generation), state, document)

    def _mine(self, db: Any, builder: str) -> State:
        """The state, if this rebuild is still the one that is running."""
        state = tables.read_state(db, self._index)
        if state is None or state.builder != builder:
            raise Refused("Another rebuild of the search index has begun: let that one finish.")
        return state

    def _sets(self, db: Any, state: State) -> FacetSets:
        """The facts of all documents as of this state: the remembered ones and what has changed since."""
        seen, sets = self._remembered
        if seen not in state.recent:
            seen, sets = -1, FacetSets()
        if seen != state.sequence:
            gone, facts = tables.facts_since(db, Tables(state.generation), seen)
            sets = sets.changed(gone, facts) if gone or facts else sets
            self._remembered = (state.sequence, sets)
        return sets
