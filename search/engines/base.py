"""What an engine is, which one is used, and what none of them takes.

Questions and documents are checked here, once for all engines: what is not known is refused by a sentence
that names the cure, never ignored. A further engine is a class with these methods;
the contract suite in `tests/search/contract.py` runs on it as on the others.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.utils.module_loading import import_string

from search.question import Question
from search.types import FACETS, ORDERS, Document, Progress, Query, Refused, Results

# The database's own engine always holds the index; Elasticsearch stands in front of it where a town has one.
OWN = {
    "sqlite": "search.engines.sqlite.SqliteEngine",
    "postgresql": "search.engines.postgres.PostgresEngine",
}

LAST_PAGE = 10**6
LARGEST_PAGE = 1_000
OLDEST = 150 * 12
LAST_MINUTE = 2**31 - 1  # since 1970: every engine's whole number holds it
FARTHEST = 20_000  # kilometres
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}", re.IGNORECASE)


class Unreachable(ConnectionError):
    """A server cannot be used just now. Whoever raises it has told the log, once."""


class Engine(Protocol):
    """An index of Documents, callable from any thread. What it is given has been checked before.

    What it cannot reach or read raises django.db.DatabaseError (or OSError), never a driver's own error.
    """

    name: str

    def put(self, documents: Sequence[Document]) -> None:
        """Store these, each in place of what has its id; all or none."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these; unknown ids are no error."""
        ...

    def languages(self) -> Sequence[str]:
        """Those that some document has words in."""
        ...

    def find(self, query: Query, questions: Mapping[str, Question]) -> Results:
        """The answer; `questions` are the query's words for the texts of each language, none: everything."""
        ...

    def known(self, terms: Mapping[str, Collection[str]]) -> Mapping[str, frozenset[str]]:
        """Of each language's terms those that occur in a text."""
        ...

    def near(self, word: str, language: str) -> Sequence[tuple[str, int]]:
        """Words of titles, summaries and names spelt much like this folded one; in how many documents each is."""
        ...

    def completions(self, prefix: str, before: Question, language: str) -> Sequence[tuple[str, int]]:
        """Words of titles, summaries and names that begin like this (folded) and how many documents have them,
        of those that have all of `before`; the most frequent first."""
        ...

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Fill a new index and put it in the old one's place at once; what is put meanwhile is not lost.

        One that was cut off is taken up where it stopped."""
        ...

    def stored(self) -> Iterator[tuple[str, str]]:
        """Id and fingerprint (see `fingerprint`) of every document the index holds."""
        ...

    def fingerprint(self, document: Document) -> str:
        """What `stored` says of this document when it is indexed as it is now."""
        ...

    def scrub(self) -> None:
        """Leave nothing in the files of what was removed or replaced."""
        ...


@cache
def _load(path: str) -> Engine:
    return cast(Engine, import_string(path)())


def get_own() -> Engine:
    """The engine that lives in the site's own database."""
    vendor = connections[DEFAULT_DB_ALIAS].vendor
    if vendor not in OWN:
        raise Refused(
            f"There is no search engine for {vendor}. Set DATABASE_URL to one of: {', '.join(OWN)}."
        )
    return _load(OWN[vendor])


def get_engines() -> tuple[Engine, ...]:
    """Every engine that is to hold the index, the database's own first."""
    if not settings.ELASTICSEARCH_URL:
        return (get_own(),)
    from search.engines import elastic  # its client takes a third of a second to load

    return (get_own(), elastic.configured())


def get_engine() -> Engine:
    """The engine that answers one question."""
    if not settings.ELASTICSEARCH_URL:
        return get_own()
    from search.engines import elastic, fallback

    return fallback.Fallback(elastic.configured(), get_own())


def check_query(query: Query) -> None:
    """Raise Refused for a question that has no meaning here."""
    check_language(query.language)
    for name in query.facets:
        _check_facet(name)
    if not 1 <= query.page <= LAST_PAGE:
        raise Refused(f"There is no page {query.page}. Ask for a page from 1 to {LAST_PAGE}.")
    if not 1 <= query.size <= LARGEST_PAGE:
        raise Refused(
            f"A page of {query.size} results cannot be made. Ask for a size from 1 to {LARGEST_PAGE}."
        )
    if query.ages is not None and not 0 <= query.ages[0] <= query.ages[1] <= OLDEST:
        raise Refused(
            f"{query.ages} is no age. Give two ages in months, from 0 to {OLDEST}, the lower one first."
        )
    if query.open is not None and not 0 <= query.open[0] < query.open[1] <= LAST_MINUTE:
        raise Refused(f"{query.open} is no time. Give two minutes since 1970, the earlier one first.")
    _check_order(query)


def _check_order(query: Query) -> None:
    if query.order not in ORDERS:
        raise Refused(f"Hits are not ordered by {query.order[:60]!r}. Use one of: {', '.join(ORDERS)}.")
    if query.near is None:
        if query.order == "nearest":
            raise Refused("Nearest to what? Give near, the place that distances are counted from.")
        return
    if not _is_point(query.near.latitude, query.near.longitude):
        raise Refused("There is no such point. Give latitude and longitude in degrees.")
    if query.near.within is not None and not 0 < query.near.within <= FARTHEST:
        raise Refused(f"{query.near.within} km is no distance. Give kilometres, from 0 to {FARTHEST}.")


def _is_point(latitude: float, longitude: float) -> bool:
    return -90 <= latitude <= 90 and -180 <= longitude <= 180  # nan is not


def check_language(code: str) -> None:
    """Raise Refused for what is no language code: it becomes part of addresses."""
    if not _LANGUAGE.fullmatch(code):
        raise Refused("This is no language. Use a code such as en, de or pt-br.")


def check_document(document: Document) -> Document:
    """The document itself, or Refused when an engine could not keep its meaning."""
    name = f"The document {document.id!r}"
    if not document.id or not document.kind:
        raise Refused(f"{name} needs an id and a kind: give it both.")
    if not document.texts:
        raise Refused(f"{name} has no text: give it one for at least one language.")
    for code in (*document.texts, *document.names):
        check_language(code)
    if twice := set(document.texts) & set(document.names):
        raise Refused(f"{name} has a text in {min(twice)}: put its names there into the text's keywords.")
    for facet in document.facets:
        _check_facet(facet)
    if "kind" in document.facets:
        raise Refused(f"{name} sets the facet kind: leave it out, it is taken from Document.kind.")
    if document.ages is not None and document.ages[0] > document.ages[1]:
        raise Refused(f"{name} is for ages {document.ages}: give the lower one first, in months.")
    if any(start >= end or start < 0 or end > LAST_MINUTE for start, end in document.open):
        raise Refused(
            f"{name} is open at times that cannot be: give minutes since 1970, the earlier one first."
        )
    if not all(_is_point(place.latitude, place.longitude) for place in document.places):
        raise Refused(f"{name} lies at no point of the earth: give latitude and longitude in degrees.")
    if not (math.isfinite(document.weight) and document.weight > 0):
        raise Refused(f"{name} has the weight {document.weight}: give it one above 0.")
    return document


def _check_facet(name: str) -> None:
    if name in FACETS:
        return
    near = difflib.get_close_matches(name[:60], FACETS, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise Refused(f"There is no facet {name[:60]!r}. {hint}Use one of: {', '.join(FACETS)}.")
