"""What an engine is, which one is used, and what none of them takes.

Questions and documents are checked here, once for all engines: what is not known is refused by a sentence
that names the cure, never ignored. A further engine is a class with these methods and a line in `ENGINES`;
the contract suite in `tests/search/contract.py` runs on it as on the others.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from search.types import FACETS, Document, Progress, Query, Refused, Results

ENGINES = {"sqlite": "search.engines.sqlite.SqliteEngine"}
DEFAULT_ENGINE = "sqlite"

LAST_PAGE = 10**6
LARGEST_PAGE = 1_000
OLDEST = 150 * 12
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}", re.IGNORECASE)


class Engine(Protocol):
    """An index of Documents, callable from any thread. What it is given has been checked before.

    What it cannot reach or read raises django.db.DatabaseError (or OSError), never a driver's own error.
    """

    def put(self, documents: Sequence[Document]) -> None:
        """Store these, each in place of what has its id; all or none."""
        ...

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these; unknown ids are no error."""
        ...

    def find(self, query: Query) -> Results: ...

    def suggest(self, prefix: str, language: str) -> tuple[str, ...]: ...

    def rebuild(self, documents: Iterable[Document], progress: Progress | None = None) -> int:
        """Fill a new index and put it in the old one's place at once; what is put meanwhile is not lost."""
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
def _load(name: str) -> Engine:
    return cast(Engine, import_string(ENGINES[name])())


def get_engine() -> Engine:
    """The engine that the settings name."""
    name = getattr(settings, "SEARCH_ENGINE", DEFAULT_ENGINE)
    if name not in ENGINES:
        raise Refused(
            f"There is no search engine {name!r}. Set SEARCH_ENGINE to one of: {', '.join(ENGINES)}."
        )
    return _load(name)


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
    if query.age is not None and not 0 <= query.age <= OLDEST:
        raise Refused(f"{query.age} months is no age. Give the age in months, from 0 to {OLDEST}.")


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
    for code in document.texts:
        check_language(code)
    for facet in document.facets:
        _check_facet(facet)
    if "kind" in document.facets:
        raise Refused(f"{name} sets the facet kind: leave it out, it is taken from Document.kind.")
    if document.ages is not None and document.ages[0] > document.ages[1]:
        raise Refused(f"{name} is for ages {document.ages}: give the lower one first, in months.")
    if not (math.isfinite(document.weight) and document.weight > 0):
        raise Refused(f"{name} has the weight {document.weight}: give it one above 0.")
    return document


def _check_facet(name: str) -> None:
    if name in FACETS:
        return
    near = difflib.get_close_matches(name[:60], FACETS, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise Refused(f"There is no facet {name[:60]!r}. {hint}Use one of: {', '.join(FACETS)}.")
