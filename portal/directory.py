"""From a form to a question for search. What a visitor typed stays in here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from django.http import QueryDict

import search
from agencies.models import Scheme
from search.types import Near, Query, Results, Span

MOST_CHARACTERS = 200
MOST_PAGES = 1000
PAGE_SIZE = 20
# The facets of the page, in the order a person thinks; the names are search's.
FACETS = {
    "audience": Scheme.AUDIENCE,
    "need": Scheme.NEED,
    "access_condition": Scheme.ACCESS_CONDITION,
    "district": None,
    "language": None,
    "age_band": Scheme.AGE_BAND,
    "access_mode": Scheme.ACCESS_MODE,
}
NOW = "now"  # what `Asked.open` says of this moment; else it is a day, as 2026-12-24


class Offered(Protocol):
    """What can be chosen on this page: see `narrowing.Offer`."""

    @property
    def language(self) -> str: ...

    def knows(self, name: str, value: str) -> bool: ...

    def span_of(self, opening: str) -> Span | None: ...

    def near(self, district: str) -> Near | None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor asked for: read leniently, since a wrong tick is no reason to send a person away."""

    words: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    was_cut: bool = False
    open: str = ""
    near: str = ""

    def sealable(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "facets": {name: list(v) for name, v in self.facets.items()},
            "page": self.page,
            "cut": self.was_cut,
            "open": self.open,
            "near": self.near,
        }

    @classmethod
    def from_seal(cls, data: Mapping[str, Any]) -> "Asked":
        """A copied link lives for a month: it may be older than what this site seals today."""
        return cls(
            data.get("words", ""),
            {name: tuple(v) for name, v in data.get("facets", {}).items() if name in FACETS},
            data.get("page", 1),
            data.get("cut", False),
            data.get("open", ""),
            data.get("near", ""),
        )

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Everything that narrows the answer, each as (name, value)."""
        ticks = [(name, value) for name in FACETS for value in self.facets.get(name, ())]
        return [*ticks, ("open", self.open)] if self.open else ticks

    def without(self, name: str, value: str) -> "Asked":
        """The same with one filter less, from its first page."""
        if name == "open":
            return replace(self, open="", page=1)
        left = tuple(each for each in self.facets.get(name, ()) if each != value)
        facets = {other: values for other, values in self.facets.items() if other != name}
        return replace(self, facets=facets | {name: left} if left else facets, page=1)

    def only_known(self, offer: Offered) -> "Asked":
        """Without ticks that the page could not show, and nobody could take away."""
        known = {
            name: tuple(v for v in values if offer.knows(name, v)) for name, values in self.facets.items()
        }
        return replace(
            self,
            facets={name: values for name, values in known.items() if values},
            open=self.open if offer.span_of(self.open) else "",
            near=self.near if offer.near(self.near) else "",
        )

    def query(self, offer: Offered, size: int = PAGE_SIZE) -> Query:
        near = offer.near(self.near)
        return Query(
            words=self.words,
            language=offer.language,
            facets=self.facets,
            open=offer.span_of(self.open),
            near=near,
            order="nearest" if near else "best",
            page=self.page,
            size=size,
        )


def read_form(data: QueryDict) -> Asked:
    """Words cut at 200 characters (and said so), known facets only, a page number within reason."""
    words = " ".join(data.get("words", "").replace("\x00", " ").split())
    facets = {
        name: tuple(dict.fromkeys(v[:60] for v in data.getlist(name)[:50])) for name in FACETS if name in data
    }
    page = data.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    asked = Asked(
        words[:MOST_CHARACTERS],
        facets,
        max(1, min(number, MOST_PAGES)),
        len(words) > MOST_CHARACTERS,
        # The box beats the list: without a script both can be chosen, and now is the more urgent.
        NOW if data.get("open") == NOW else data.get("day", "")[:10],
        data.get("near", "")[:60],
    )
    return _dropped(asked, data.get("drop", ""))


def _dropped(asked: Asked, drop: str) -> Asked:
    """What a button "without this" leaves: it stands beside the tick that it takes away."""
    if drop == "all":
        return replace(asked, facets={}, open="", page=1)
    name, _colon, value = drop.partition(":")
    return asked.without(name, value) if drop else asked


def ask(asked: Asked, offer: Offered) -> tuple[Results, Asked]:
    """The answer, and the question as it was put: without what search refuses, and at the last page if beyond it."""
    try:
        results = search.find(asked.query(offer))
    except search.Refused:
        asked = Asked(words=asked.words, was_cut=asked.was_cut)
        results = search.find(asked.query(offer))
    if asked.page > results.pages >= 1:
        asked = replace(asked, page=results.pages)
        results = search.find(asked.query(offer))
    return results, asked


def count(asked: Asked, offer: Offered) -> tuple[int, int]:
    """How many answers have all the words, and how many only some."""
    results = search.find(asked.query(offer, size=1))
    return results.total, results.others
