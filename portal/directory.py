"""From a form to a question for search, and from its answer to a page. What a visitor typed stays in here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

import search
from agencies.models import District, Policy, Said, Scheme, Term
from search.types import Facet, Query, Results

from . import cards, languages
from .cards import Card
from .frame import Frame, help_numbers
from .numbers import Number

MOST_CHARACTERS = 200
MOST_PAGES = 1000
PAGE_SIZE = 20
SHOWN_VALUES = 6
NEEDS_ASKED = 3
# The facets of the page, in the order a person thinks; the names are search's.
FACETS = {
    "audience": Scheme.AUDIENCE,
    "need": Scheme.NEED,
    "access_condition": Scheme.ACCESS_CONDITION,
    "language": None,
    "district": None,
    "age_band": Scheme.AGE_BAND,
    "access_mode": Scheme.ACCESS_MODE,
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")

Titles = Mapping[tuple[str, str], Said | str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor asked for: read leniently, since a wrong tick is no reason to send a person away."""

    words: str = ""
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    was_cut: bool = False

    def sealable(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "facets": {name: list(v) for name, v in self.facets.items()},
            "page": self.page,
            "cut": self.was_cut,
        }

    @classmethod
    def from_seal(cls, data: Mapping[str, Any]) -> "Asked":
        """A copied link lives for a month: it may be older than what this site seals today."""
        return cls(
            data.get("words", ""),
            {name: tuple(v) for name, v in data.get("facets", {}).items() if name in FACETS},
            data.get("page", 1),
            data.get("cut", False),
        )

    def only_known(self, titles: Titles) -> "Asked":
        """Without ticks that the page could not show, and nobody could take away."""
        known = {
            name: tuple(v for v in values if _is_known(name, v, titles))
            for name, values in self.facets.items()
        }
        return replace(self, facets={name: values for name, values in known.items() if values})

    def query(self, language: str) -> Query:
        return Query(words=self.words, language=language, facets=self.facets, page=self.page, size=PAGE_SIZE)


def read_form(data: QueryDict) -> Asked:
    """Words cut at 200 characters (and said so), known facets only, a page number within reason."""
    words = " ".join(data.get("words", "").replace("\x00", " ").split())
    facets = {
        name: tuple(dict.fromkeys(v[:60] for v in data.getlist(name)[:50])) for name in FACETS if name in data
    }
    page = data.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    return Asked(
        words[:MOST_CHARACTERS], facets, max(1, min(number, MOST_PAGES)), len(words) > MOST_CHARACTERS
    )


def _is_known(name: str, value: str, titles: Titles) -> bool:
    if name == "language":  # any that is spoken somewhere: search knows which
        return _LANGUAGE.fullmatch(value) is not None
    return (name, value) in titles


def ask(asked: Asked, language: str) -> tuple[Results, Asked]:
    """The answer, and the question as it was put: without what search refuses, and at the last page if beyond it."""
    try:
        results = search.find(asked.query(language))
    except search.Refused:
        asked = Asked(words=asked.words, was_cut=asked.was_cut)
        results = search.find(asked.query(language))
    if asked.page > results.pages >= 1:
        asked = replace(asked, page=results.pages)
        results = search.find(asked.query(language))
    return results, asked


@dataclass(frozen=True, slots=True)
class FacetValueShown:
    value: str
    title: Said | str
    count: int
    checked: bool
    id: str


@dataclass(frozen=True, slots=True)
class FacetShown:
    name: str
    title: str
    values: list[FacetValueShown]
    more: list[FacetValueShown] = field(default_factory=list)
    open: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    page: int
    pages: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Urgent:
    title: str
    text: str
    numbers: list[Number]


@dataclass(frozen=True, slots=True)
class Answer:
    """The results as the page shows them."""

    cards: list[Card] = field(default_factory=list)
    total: int = 0
    others_start: int | None = None
    pager: Pager | None = None
    notice: str = ""
    urgent: Urgent | None = None
    tried: str = ""
    asked: str = ""
    seal: str = ""
    is_over: bool = False


def facet_titles() -> dict[str, str]:
    return {
        "audience": _("For whom"),
        "need": _("What is it about?"),
        "access_condition": _("What matters to you"),
        "language": _("Language"),
        "district": _("Part of town"),
        "age_band": _("Age"),
        "access_mode": _("How you want to get in touch"),
    }


def value_titles(language: str) -> dict[tuple[str, str], Said | str]:
    """(facet, value) -> its name in the reader's language. Two queries, however many values there are."""
    titles: dict[tuple[str, str], Said | str] = {}
    schemes = {scheme: name for name, scheme in FACETS.items() if scheme}
    for term in (
        Term.objects.filter(scheme__in=schemes).shown().prefetch_related("words").order_by("sort", "pk")
    ):
        if term.scheme == Scheme.NEED and term.parent_id:
            continue
        titles[schemes[Scheme(term.scheme)], term.code] = term.said("name", language)
    for district in District.objects.prefetch_related("words"):
        titles["district", district.code] = district.said("name", language)
    return titles


def facets_shown(results: Results, asked: Asked, titles: Titles) -> list[FacetShown]:
    groups = facet_titles()
    counted = {facet.name: facet for facet in results.facets}
    shown = [_group(name, groups[name], counted.get(name), asked, titles) for name in FACETS]
    return [group for group in shown if group.values]


def _group(name: str, title: str, facet: Facet | None, asked: Asked, titles: Titles) -> FacetShown:
    ticked = set(asked.facets.get(name, ()))
    counts = {value.value: value.count for value in facet.values} if facet else {}
    if name == "language":
        order = sorted(counts, key=lambda code: -counts[code])
        titles = {(name, code): languages.own_name(code) for code in order}
    known = [value for facet_name, value in titles if facet_name == name]
    values = [
        FacetValueShown(
            value, titles[name, value], counts.get(value, 0), value in ticked, f"f-{name}-{value}"
        )
        for value in known
        if counts.get(value) or value in ticked
    ]
    first, more = values[:SHOWN_VALUES], values[SHOWN_VALUES:]
    return FacetShown(name, title, first, more, any(value.checked for value in more))


def answer_of(
    results: Results, asked: Asked, frame: Frame, policy: Policy, seal: str = "", notice: str = ""
) -> Answer:
    found = cards.of_hits(results.hits, policy, frame.language)
    start = next((number for number, hit in enumerate(results.hits) if not hit.all_words), None)
    return Answer(
        cards=found,
        total=results.total,
        others_start=start if asked.words else None,
        pager=_pager(results),
        notice=notice,
        urgent=_urgent(asked, frame),
        tried=_tried(asked),
        asked=asked.words,
        seal=seal,
    )


def _pager(results: Results) -> Pager:
    return Pager(
        results.page,
        results.pages,
        results.page - 1 if results.page > 1 else None,
        results.page + 1 if results.page < results.pages else None,
    )


def _needs_meant(asked: Asked, language: str) -> list[str]:
    """The needs that answer the words best, whatever else was ticked: danger must not hide behind a filter."""
    found = search.find(Query(words=asked.words, language=language, kinds=("need",), size=NEEDS_ASKED))
    return [hit.id.partition(":")[2] for hit in found.hits if hit.all_words]


def _urgent(asked: Asked, frame: Frame) -> Urgent | None:
    """People first, when what was asked for, or what answers it best, is a need that the town marks sensitive."""
    if not asked.words and not asked.facets.get("need"):
        return None
    keys = _needs_meant(asked, frame.language) if asked.words else []
    needs = Term.objects.of(Scheme.NEED).filter(sensitive=True)
    if not (needs.filter(uid__in=keys) | needs.filter(code__in=asked.facets.get("need", ()))).exists():
        return None
    return Urgent(_("You are not in trouble. You can talk to someone now."), "", help_numbers(frame))


def _tried(asked: Asked) -> str:
    ticks = sum(len(values) for values in asked.facets.values())
    return _("Try fewer ticks: each one narrows the search.") if ticks else ""
