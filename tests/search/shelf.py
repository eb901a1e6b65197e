"""A source whose documents lie in a dictionary, and documents in few words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from search import Document, Query, Results, Text, find


class Shelf:
    """See `search.types.Source`."""

    def __init__(self, *documents: Document, prefixes: tuple[str, ...] = ("service",)) -> None:
        self.prefixes = prefixes
        self.day = timezone.now().date()
        self.held = {document.id: document for document in documents}

    def documents(self, ids: Iterable[str] | None) -> list[Document]:
        if ids is None:
            return list(self.held.values())
        return [self.held[document_id] for document_id in ids if document_id in self.held]

    def today(self) -> date:
        return self.day

    def of_the_day(self) -> list[str]:
        return list(self.held)


def service(name: str, title: str = "", summary: str = "", body: str = "", **others) -> Document:
    """An English service; `texts` for other languages, and whatever else a Document has."""
    texts = others.pop("texts", None) or {
        "en": Text(title or name, summary, body, others.pop("keywords", ""))
    }
    return Document(
        f"service:{name}", others.pop("kind", "service"), f"/{{language}}/{name}/", texts, **others
    )


def names(results: Results) -> list[str]:
    """The hits by the names that `service` gave them, in order."""
    return [hit.id.partition(":")[2] for hit in results.hits]


def found(words: str = "", **others) -> list[str]:
    return names(find(Query(words, **others)))


def counts(results: Results) -> dict[str, dict[str, int]]:
    return {facet.name: {each.value: each.count for each in facet.values} for facet in results.facets}
