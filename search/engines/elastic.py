"""Elasticsearch 8 as an engine: for towns that have a server of it. See `elastic_index.py` for how it is kept.

It finds, ranks, filters and counts by itself; analysis, spelling, synonyms and snippets are ours, so an
answer means what the embedded engine's means. Where there is no index of this make there is nothing to find:
`fallback.py` then lets the database's own engine answer. What is written to an index of another make is
refused, until a rebuild has made the new one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from elasticsearch import Elasticsearch

from search.engines import elastic_documents as documents
from search.engines import elastic_index as index
from search.engines import elastic_words as words
from search.engines.base import Unreachable
from search.engines.elastic_answer import answer
from search.engines.elastic_index import Names
from search.engines.elastic_queries import present
from search.engines.elastic_rebuild import Rebuild
from search.engines.elastic_server import PAUSE, Server
from search.question import Question
from search.types import Document, Progress, Query, Results

ASK_SECONDS = 10.0
WRITE_SECONDS = 5.0
LOOK_SECONDS = 1.5  # for the look before a write: an editor's request waits no longer for a dead server
SCRUB_SECONDS = 600.0
ATTEMPTS = 5  # to begin a first index, while others begin one too
_OF_STORED = ("face.id", "fingerprint")

Made = TypeVar("Made")


class ElasticEngine:
    """See `search.engines.base.Engine`."""

    name = "elastic"

    def __init__(self, server: Server, prefix: str, deadline: float | None = None) -> None:
        self.server = server
        self._names = Names(prefix)
        self._deadline = deadline

    def until(self, deadline: float) -> ElasticEngine:
        """The same, whose questions must be answered by then (`time.monotonic`)."""
        return ElasticEngine(self.server, self._names.prefix, deadline)

    def is_ready(self) -> bool:
        """Whether an index of this make, filled from all sources, is there to answer."""
        state = self._ask(self._read)
        return state.is_complete and state.is_of_this_make

    # --- asked ---

    def languages(self) -> Sequence[str]:
        return self._ask(lambda client: words.languages(client, self._names.answering))

    def find(self, query: Query, questions: Mapping[str, Question]) -> Results:
        return answer(self._search, query, questions)

    def known(self, terms: Mapping[str, Collection[str]]) -> Mapping[str, frozenset[str]]:
        return self._ask(lambda client: words.known(client, self._names.answering, terms))

    def near(self, word: str, language: str) -> Sequence[tuple[str, int]]:
        return self._ask(lambda client: words.near(client, self._names.answering, word, language))

    def completions(self, prefix: str, before: Question, language: str) -> Sequence[tuple[str, int]]:
        return self._ask(
            lambda client: words.completions(client, self._names.answering, prefix, before, language)
        )

    def _search(self, bodies: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The answers to several searches, asked at once."""
        header = {"index": self._names.answering, "ignore_unavailable": True}
        lines = [line for body in bodies for line in (header, body)]
        return self._ask(lambda client: words.several(client, lines))

    def _ask(self, action: Callable[[Elasticsearch], Made]) -> Made:
        return self.server.ask(action, self._seconds())

    def _seconds(self) -> float:
        if self._deadline is None:
            return ASK_SECONDS
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise self.server.too_slow()
        return left

    def _read(self, client: Elasticsearch) -> index.State:
        return index.read(client, self._names)

    # --- written ---

    def put(self, documents_: Sequence[Document]) -> None:
        """All or none is more than Elasticsearch can: when one is refused the others are stored, and the
        error says so. Storing them again does no harm."""
        if not documents_:
            return
        operations: list[Mapping[str, Any]] = []
        for document in documents_:
            operations += [{"index": {"_id": documents.key(document.id)}}, documents.stored(document)]
        state = self._state_for_writing()
        self._write_to_next(state, operations)
        failures = self.server.ask(
            lambda client: index.bulk(client, self._names.answering, operations, refresh=True), WRITE_SECONDS
        )
        index.raise_for(failures)

    def remove(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        state = self._look()
        marks = [
            line for each in ids for line in ({"index": {"_id": documents.key(each)}}, documents.gone(each))
        ]
        self._write_to_next(state, marks)
        if state.answering is None:
            return
        operations = [{"delete": {"_id": documents.key(each)}} for each in ids]
        failures = self.server.ask(
            lambda client: index.bulk(client, self._names.answering, operations, refresh=True), WRITE_SECONDS
        )
        index.raise_for(failures, but=frozenset({404}))

    def _write_to_next(self, state: index.State, operations: Sequence[Mapping[str, Any]]) -> None:
        """Into the index that is being filled, before the one that answers: between the two it may become
        the one that answers. 404: it just did."""
        if state.building is None or state.building_make != documents.MAKE:
            return
        failures = self.server.ask(
            lambda client: index.bulk(client, self._names.next, operations), WRITE_SECONDS
        )
        index.raise_for(failures, but=frozenset({404}))

    def _look(self) -> index.State:
        """Raises Unreachable where the index is of another make: what is written to it waits."""
        state = self.server.ask(self._read, LOOK_SECONDS)
        if state.answering and not state.is_of_this_make:
            raise Unreachable("The Elasticsearch index is of another make: run rebuild_search.")
        return state

    def _state_for_writing(self) -> index.State:
        for _ in range(ATTEMPTS):
            state = self._look()
            if state.answering:
                return state
            self.server.ask(self._begin, WRITE_SECONDS)
        raise Unreachable("The Elasticsearch index could not be begun.")

    def _begin(self, client: Elasticsearch) -> None:
        state = self._read(client)
        if state.answering is None:
            index.create(client, self._names, state, self._names.answering)

    # --- kept ---

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """See `search.engines.elastic_rebuild`. Two that run at the same moment: the first one gives way, but
        the batch that it is just writing may hold what the second has found gone; check_search would tell."""
        return Rebuild(self.server, self._names).run(documents, progress)

    def stored(self) -> Iterator[tuple[str, str]]:
        def listed(client: Elasticsearch) -> list[tuple[str, str]]:
            if self._read(client).answering is None:
                return []
            hits = index.listed(client, self._names.answering, present().to_dict(), fields=_OF_STORED)
            return [(hit["_source"]["face"]["id"], hit["_source"]["fingerprint"]) for hit in hits]

        yield from self._ask(listed)

    def fingerprint(self, document: Document) -> str:
        return documents.fingerprint(document)

    def scrub(self) -> None:
        """See `search.engines.elastic_index.scrub`; of the index that answers and of the one being filled."""

        def all_of_it(client: Elasticsearch) -> None:
            state = self._read(client)
            for name in filter(None, (state.answering, state.building)):
                index.scrub(client, name)

        self.server.ask(all_of_it, SCRUB_SECONDS)


@cache
def _engine(url: str, api_key: str, prefix: str) -> ElasticEngine:
    from search import outbox

    server = Server(url, api_key, PAUSE)
    server.on_return = outbox.expect_leftovers
    return ElasticEngine(server, prefix)


def configured() -> ElasticEngine:
    """The engine that the settings name, one in each process."""
    return _engine(settings.ELASTICSEARCH_URL, settings.ELASTICSEARCH_API_KEY, settings.ELASTICSEARCH_INDEX)
