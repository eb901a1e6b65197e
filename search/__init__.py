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
    Progress,
    Query,
    Refused,
    Results,
    Source,
    Text,
)

__all__ = [
    "FACETS",
    "Document",
    "Facet",
    "FacetValue",
    "Hit",
    "Mark",
    "Progress",
    "Query",
    "Refused",
    "Results",
    "Source",
    "Text",
    "find",
    "put",
    "rebuild",
    "register",
    "remove",
    "scrub",
    "suggest",
]


def put(documents: Iterable[Document]) -> None:
    """Index these documents, each in place of what was stored under its id."""
    from search.engines.base import check_document, get_engine

    get_engine().put([check_document(document) for document in documents])


def remove(ids: Iterable[str]) -> None:
    """Forget these documents. Unknown ids are no error: they are gone already."""
    from search.engines.base import get_engine

    get_engine().remove(list(ids))


def find(query: Query) -> Results:
    """Answer a question, or raise `Refused` with a sentence that names the cure."""
    from search import outbox
    from search.engines.base import check_query, get_engine

    check_query(query)
    outbox.drain_leftovers()
    return get_engine().find(query)


def suggest(prefix: str, language: str) -> tuple[str, ...]:
    """Titles in this language that hold a word beginning like this, best first, at most eight."""
    from search.engines.base import check_language, get_engine

    check_language(language)
    return get_engine().suggest(prefix, language)


def rebuild(progress: Progress | None = None) -> int:
    """Index every document of every source afresh while the old index keeps answering; return how many."""
    from search import sources
    from search.engines.base import check_document, get_engine

    return get_engine().rebuild((check_document(document) for document in sources.everything()), progress)


def scrub() -> None:
    """Erase from the index's files what `remove` or `put` took away, as a confidential address."""
    from search.engines.base import get_engine

    get_engine().scrub()
