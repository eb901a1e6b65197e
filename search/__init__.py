"""Search: Documents in, Results out. This module is the seam; nothing else of the app is imported by the
others.

    from search import Document, Query, Text, find, put
    search.register(source)          in AppConfig.ready(): who can make documents of which ids
    search.outbox.note("service:1")  inside the transaction that changed it

Django imports this package before its apps are loaded, so whatever needs models or settings is imported when
called.
"""

from __future__ import annotations

from collections.abc import Iterable

from search.sources import register
from search.types import (
    FACETS,
    Document,
    Facet,
    FacetValue,
    Hit,
    Mark,
    Near,
    Place,
    Progress,
    Query,
    Refused,
    Results,
    Source,
    Suggestion,
    Text,
)

__all__ = [
    "FACETS",
    "Document",
    "Facet",
    "FacetValue",
    "Hit",
    "Mark",
    "Near",
    "Place",
    "Progress",
    "Query",
    "Refused",
    "Results",
    "Source",
    "Suggestion",
    "Text",
    "find",
    "put",
    "rebuild",
    "register",
    "remove",
    "scrub",
    "suggest",
    "warm",
]


def put(documents: Iterable[Document]) -> None:
    """Index these documents, each in place of what was stored under its id."""
    from search.engines.base import check_document, get_engines

    checked = [check_document(document) for document in documents]
    for engine in get_engines():
        engine.put(checked)


def remove(ids: Iterable[str]) -> None:
    """Forget these documents. Unknown ids are no error: they are gone already."""
    from search.engines.base import get_engines

    gone = list(ids)
    for engine in get_engines():
        engine.remove(gone)


def find(query: Query) -> Results:
    """Answer a question, or raise `Refused` with a sentence that names the cure."""
    from search import asking, outbox
    from search.engines.base import check_query, get_engine

    check_query(query)
    outbox.drain_leftovers()
    return asking.find(query, get_engine())


def suggest(typed: str, language: str) -> tuple[Suggestion, ...]:
    """How what is typed may go on, with the number of documents each would find; at most eight."""
    from search import asking
    from search.engines.base import check_language, get_engine

    check_language(language)
    return asking.suggest(typed, language, get_engine())


def warm() -> None:
    """Read what people say and mean by it, for which the first question of a process would wait for seconds."""
    from search import synonyms

    synonyms.current()


def rebuild(progress: Progress | None = None) -> int:
    """Index every document of every source afresh while the old index keeps answering; return how many."""
    from search import outbox, sources
    from search.engines.base import check_document, get_engines

    today = sources.today()
    count = 0
    for engine in get_engines():
        count = engine.rebuild((check_document(document) for document in sources.everything()), progress)
    outbox.all_is_of(today)
    return count


def scrub() -> None:
    """Erase from the index's files what `remove` or `put` took away, as a confidential address."""
    from search.engines.base import get_engines

    for engine in get_engines():
        engine.scrub()
