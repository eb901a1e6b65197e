"""Who makes documents of which ids. The apps above register here; search never learns how they are made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.utils import timezone

from search.types import Document, Refused, Source

_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make this source the one for its prefixes. Registering again replaces it, so a reload does no harm."""
    if not source.prefixes:
        raise Refused(
            "A search source needs at least one prefix: set its attribute prefixes, as ('service',)."
        )
    for prefix in source.prefixes:
        _sources[prefix] = source


def unregister(source: Source) -> None:
    """Forget a source (a test puts back what it found)."""
    for prefix in source.prefixes:
        if _sources.get(prefix) is source:
            del _sources[prefix]


def source_of(document_id: str) -> Source | None:
    """The source for this id, or None when nobody has registered its prefix."""
    return _sources.get(document_id.partition(":")[0])


def registered() -> tuple[Source, ...]:
    """Every source once, in the order in which they came."""
    return tuple(dict.fromkeys(_sources.values()))


def everything() -> Iterator[Document]:
    """Every document of every source."""
    for source in registered():
        yield from source.documents(None)


def today() -> date:
    """The day it is for the sources; the later one where they do not agree."""
    return max((source.today() for source in registered()), default=timezone.now().date())


def of_the_day() -> Iterator[str]:
    """The ids of all documents that change by themselves when a day ends."""
    for source in registered():
        yield from source.of_the_day()


def current(ids: Iterable[str]) -> tuple[list[Document], list[str], list[str]]:
    """What these ids are now: documents to put, ids to remove, and ids that no source knows."""
    by_source: dict[Source, list[str]] = {}
    orphans: list[str] = []
    for document_id in ids:
        source = source_of(document_id)
        if source is None:
            orphans.append(document_id)
            continue
        by_source.setdefault(source, []).append(document_id)

    documents: list[Document] = []
    gone: list[str] = []
    for source, wanted in by_source.items():
        found = {document.id: document for document in source.documents(wanted)}
        documents += [found[document_id] for document_id in wanted if document_id in found]
        gone += [document_id for document_id in wanted if document_id not in found]
    return documents, gone, orphans
