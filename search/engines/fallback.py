"""What answers where a town has Elasticsearch: Elasticsearch when it can be trusted, else the database's own.

The own engine answers when Elasticsearch is down, slow, of another version or refuses; when it has no
complete index of this make (`rebuild_search` makes one); and as long as it lags: when a single change that
the own engine has taken waits for Elasticsearch in the outbox. That change may be an address that has become
secret, so not even one is too few. What waits is indexed by the next commit, the worker or, once the server
is back, the next search; a document that Elasticsearch alone refuses for good keeps the own engine
answering, and the log names it at each try.

What a failing server costs is bounded: `SECONDS` for one question, and then a pause for all of the process.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from django.db import DatabaseError

from search import outbox
from search.engines.base import Engine, Unreachable
from search.engines.elastic import ElasticEngine
from search.question import Question
from search.types import Document, Progress, Query, Results

log = logging.getLogger(__name__)

SECONDS = 1.5  # that one question may wait for Elasticsearch, spelling and all

Made = TypeVar("Made")


class Once:
    """Says a sentence when something begins to be so, not each time it is found so."""

    def __init__(self) -> None:
        self._is_so = False

    def say(self, is_so: bool, sentence: str) -> None:
        if is_so and not self._is_so:
            log.error(sentence)
        self._is_so = is_so


_unbuilt = Once()
_refused = Once()


class Fallback:
    """See `search.engines.base.Engine`. One for each question, which it counts the seconds of; whoever of the
    two began to answer it goes on, except that the own engine takes over when the other fails."""

    def __init__(self, elastic: ElasticEngine, own: Engine) -> None:
        self.name = own.name
        self._elastic: ElasticEngine | None = elastic
        self._own = own
        self._has_begun = False

    # --- asked ---

    def languages(self) -> Sequence[str]:
        return self._either(lambda engine: engine.languages())

    def find(self, query: Query, questions: Mapping[str, Question]) -> Results:
        return self._either(lambda engine: engine.find(query, questions))

    def known(self, terms: Mapping[str, Collection[str]]) -> Mapping[str, frozenset[str]]:
        return self._either(lambda engine: engine.known(terms))

    def near(self, word: str, language: str) -> Sequence[tuple[str, int]]:
        return self._either(lambda engine: engine.near(word, language))

    def completions(self, prefix: str, before: Question, language: str) -> Sequence[tuple[str, int]]:
        return self._either(lambda engine: engine.completions(prefix, before, language))

    def _either(self, ask: Callable[[Engine], Made]) -> Made:
        if self._elastic is not None:
            try:
                return ask(self._begun(self._elastic))
            except Unreachable:  # the log knows
                self._elastic = None
            except DatabaseError as error:
                _refused.say(True, f"{error}. The database's own engine answers such questions.")
                self._elastic = None
        return ask(self._own)

    def _begun(self, elastic: ElasticEngine) -> ElasticEngine:
        """Ready to be asked until its time is over, or Unreachable."""
        if self._has_begun:
            return elastic
        self._has_begun = True
        self._elastic = elastic = elastic.until(time.monotonic() + SECONDS)
        is_ready = elastic.is_ready()
        _unbuilt.say(
            not is_ready,
            "Elasticsearch has no complete index of this make: run rebuild_search. Until then the database's"
            " own engine answers.",
        )
        if not is_ready or outbox.lags(elastic.name, self._own.name):
            raise Unreachable
        return elastic

    # --- written: `search.engines.base.get_engines` names both; this one is for questions ---

    def put(self, documents: Sequence[Document]) -> None:
        self._own.put(documents)

    def remove(self, ids: Sequence[str]) -> None:
        self._own.remove(ids)

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        return self._own.rebuild(documents, progress)

    def stored(self) -> Iterator[tuple[str, str]]:
        return self._own.stored()

    def fingerprint(self, document: Document) -> str:
        return self._own.fingerprint(document)

    def scrub(self) -> None:
        self._own.scrub()
