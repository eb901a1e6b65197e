"""The words of the search seam: what can be put in, asked, and handed back.

Plain frozen dataclasses: nobody who uses search sees an engine, a table or a model. `FACETS` is the one list
of what can be filtered and counted; an engine refuses every other name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
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

ORDERS: tuple[str, ...] = ("best", "nearest")
"""How hits may be ordered. `nearest` needs a place to count from (`Query.near`)."""


class Refused(ValueError):
    """A question or a document that search will not take. Its sentence names the cure."""


@dataclass(frozen=True, slots=True)
class Text:
    """One language's words of a document. Plain text: no markup, no stems."""

    title: str
    summary: str = ""
    body: str = ""
    keywords: str = ""


Span = tuple[int, int]
"""Two numbers, the lower one first. Ages are in months, both ends included; openings are in minutes of the
town's own clock since 1970, the end not included."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees. `shown` is False where it only stands for an area: a visitor learns no distance to it."""

    latitude: float
    longitude: float
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """One source page with all its languages inside. The first of `texts` is what it was written in.

    `names` are words that it is found by in languages in which it has no text of its own.
    """

    id: str
    kind: str
    url: str
    texts: Mapping[str, Text]
    names: Mapping[str, str] = field(default_factory=dict)
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ages: Span | None = None  # None: any age
    open: tuple[Span, ...] = ()  # only what is known; for the days that the source looks ahead
    places: tuple[Place, ...] = ()
    weight: float = 1.0
    last: bool = False  # found after all others, as what is temporarily closed
    payload: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Near:
    """From where distances are counted, and how far is near enough (kilometres; None: any)."""

    latitude: float
    longitude: float
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """Within a facet any of its values is enough; between facets all must hold. No words: everything."""

    words: str = ""
    language: str = "en"
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()  # a scope: narrows every count too, unlike the facet `kind`
    ages: Span | None = None  # what is for any of these ages, or for any age
    open: Span | None = None  # what is open at some time in these minutes; (now, now + 1): open now
    near: Near | None = None
    order: str = "best"
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
    `language`: the text that matched. `because` is the other name it was found by, where its text has none of
    the words ("" otherwise). `distance` is in kilometres to the nearest of its places that may be shown.
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
    because: str = ""
    distance: float | None = None


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

    `words` is the question as it was searched, tidied for showing. `meant` is the same with its unknown words
    replaced by the nearest known ones, which were looked for too; "" where all are known. A page beyond
    `pages` has no hits.
    """

    hits: tuple[Hit, ...]
    total: int
    others: int
    facets: tuple[Facet, ...]
    page: int
    pages: int
    words: str
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How the words typed so far may go on, and how many documents then have all of them."""

    words: str
    count: int


class Source(Protocol):
    """Where documents come from. An id is "prefix:rest"; one prefix belongs to one source."""

    @property
    def prefixes(self) -> tuple[str, ...]: ...

    def documents(self, ids: Iterable[str] | None) -> Iterable[Document]:
        """These documents (None: all). An id that is asked for and not returned is no longer public."""
        ...

    def today(self) -> date:
        """The day it is by the clock that its documents go by."""
        ...

    def of_the_day(self) -> Iterable[str]:
        """The ids of the documents that change by themselves when a day ends: hours, checks that run out."""
        ...


class Progress(Protocol):
    """Told now and then how many documents a rebuild has taken."""

    def __call__(self, done: int, /) -> None: ...
