"""The words of the search seam: what can be put in, asked, and handed back.

Plain frozen dataclasses: nobody who uses search sees an engine, a table or a model. `FACETS` is the one list
of what can be filtered and counted; an engine refuses every other name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

FACETS: tuple[str, ...] = (
    "kind",
    "need",
    "audience",
    "service_kind",
    "agency_kind",
    "situation",
    "four_p",
    "access_mode",
    "access_condition",
    "language",
    "district",
    "agency",
    "age_band",
)
"""What may be ticked, in the order in which results list it. Search itself fills `kind`."""


class Refused(ValueError):
    """A question or a document that search will not take. Its sentence names the cure."""


@dataclass(frozen=True, slots=True)
class Text:
    """One language's words of a document. Plain text: no markup, no stems."""

    title: str
    summary: str = ""
    body: str = ""
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One source page with all its languages inside. The first of `texts` is what it was written in."""

    id: str
    kind: str
    url: str
    texts: Mapping[str, Text]
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ages: tuple[int, int] | None = None  # months, both ends included; None: any age
    weight: float = 1.0
    last: bool = False  # found after all others, as what is temporarily closed
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """Within a facet any of its values is enough; between facets all must hold. No words: everything."""

    words: str = ""
    language: str = "en"
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()  # a scope: narrows every count too, unlike the facet `kind`
    age: int | None = None  # months
    page: int = 1
    size: int = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of the original text, marked when it is what matched."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found once.

    `title` is in the reader's language where the document has it, else in `language`. `snippet` is always in
    `language`: the text that matched.
    """

    id: str
    kind: str
    title: str
    url: str
    score: float
    language: str
    snippet: tuple[Mark, ...]
    all_words: bool
    payload: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`count` is what ticking this value (besides the other facets' ticks) would find."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one facet that occur in the results, most frequent first; ticked ones even at 0."""

    name: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """`total` documents have all the words; `others`, which follow them, have only some.

    `words` is the question as it was searched, tidied for showing. A page beyond `pages` has no hits.
    """

    hits: tuple[Hit, ...]
    total: int
    others: int
    facets: tuple[Facet, ...]
    page: int
    pages: int
    words: str


class Source(Protocol):
    """Where documents come from. An id is "prefix:rest"; one prefix belongs to one source."""

    @property
    def prefixes(self) -> tuple[str, ...]: ...

    def documents(self, ids: Iterable[str] | None) -> Iterable[Document]:
        """These documents (None: all). An id that is asked for and not returned is no longer public."""
        ...


class Progress(Protocol):
    """Told now and then how many documents a rebuild has taken."""

    def __call__(self, done: int, /) -> None: ...
