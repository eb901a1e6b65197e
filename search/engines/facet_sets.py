"""Which documents have which value of which facet, held in the process and counted there.

One join and one GROUP BY a facet in SQL take many times longer than intersecting sets that are already here.
The sets are a snapshot that never changes: `changed` makes the next one, so threads share them without a
lock. Documents are known by the small numbers an engine gives them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt
from typing import TypeVar, cast

from search.engines import bitmaps
from search.types import FACETS, Facet, FacetValue, Near, Place, Query, Span

ANY_AGE = (0, 10**9)
# A value on fewer than 1 in 64 documents is kept as a set: bitmaps of all agencies would fill the memory.
_SPARSE = 64
KEPT = 64  # answers that a snapshot remembers: each minute asks for another "open now"

Posting = int | frozenset[int]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a document is filtered, counted and ordered by."""

    number: int
    id: str
    facets: Mapping[str, Iterable[str]]  # with "kind"
    ages: Span | None
    open: tuple[Span, ...]
    places: tuple[Place, ...]
    weight: float
    last: bool


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The documents that a question's ticks leave, before its words."""

    scope: int  # kinds, ages, opening and distance: never lifted
    by_facet: Mapping[str, int]  # each ticked facet's own set
    all: int  # scope and every facet


@dataclass(frozen=True)
class FacetSets:
    """A snapshot of all documents' facts."""

    size: int = 1
    present: int = 0
    last: int = 0
    ids: list[str] = field(default_factory=lambda: [""])
    weights: list[float] = field(default_factory=lambda: [1.0])
    ages: list[Span] = field(default_factory=lambda: [ANY_AGE])
    open: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    places: dict[int, tuple[Place, ...]] = field(default_factory=dict)
    postings: dict[str, dict[str, Posting]] = field(default_factory=dict)
    _made: dict[object, object] = field(default_factory=dict)

    def changed(self, gone: Iterable[int], facts: Iterable[Facts]) -> FacetSets:
        """The next snapshot: without `gone`, and with these documents as they are now."""
        facts = list(facts)
        gone = list(gone)
        size = max([self.size, *(each.number + 1 for each in facts)])
        grown = size - self.size
        ids, weights, ages = (
            self.ids + [""] * grown,
            self.weights + [1.0] * grown,
            self.ages + [ANY_AGE] * grown,
        )
        added: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        for each in facts:
            ids[each.number], weights[each.number] = each.id, each.weight
            ages[each.number] = each.ages or ANY_AGE
            for name, values in each.facets.items():
                for value in values:
                    added[name][value].add(each.number)

        touched = frozenset(gone) | {each.number for each in facts}
        kept_open = {number: spans for number, spans in self.open.items() if number not in touched}
        kept_places = {number: places for number, places in self.places.items() if number not in touched}
        old = ~bitmaps.of((number for number in touched if number < size), size)
        return FacetSets(
            size=size,
            present=self.present & old | bitmaps.of((each.number for each in facts), size),
            last=self.last & old | bitmaps.of((each.number for each in facts if each.last), size),
            ids=ids,
            weights=weights,
            ages=ages,
            open=kept_open | {each.number: each.open for each in facts if each.open},
            places=kept_places | {each.number: each.places for each in facts if each.places},
            postings=_merge(self.postings, touched, old, added, size),
        )

    def once(self, key: object, make: Callable[[], Made]) -> Made:
        """What this snapshot has already worked out under this key, or else what `make` gives."""
        made = self._made.get(key)
        if made is None:
            if len(self._made) >= KEPT:
                self._made.clear()
            made = self._made[key] = make()
        return cast(Made, made)

    def narrowed(self, query: Query) -> Narrowed:
        """What the question's kinds, age and ticks leave."""
        scope = self.present
        if query.kinds:
            scope &= self.having("kind", query.kinds)
        if query.ages is not None:
            scope &= self._of_ages(query.ages)
        if query.open is not None:
            scope &= self._open_in(query.open)
        if query.near is not None and query.near.within is not None:
            scope &= self._within(query.near)
        by_facet = {name: self.having(name, values) for name, values in query.facets.items() if values}
        everything = scope
        for bitmap in by_facet.values():
            everything &= bitmap
        return Narrowed(scope, by_facet, everything)

    def having(self, name: str, values: Iterable[str]) -> int:
        """The documents with any of these values."""
        postings = self.postings.get(name, {})
        found = 0
        for value in values:
            posting = postings.get(value, 0)
            found |= posting if isinstance(posting, int) else bitmaps.of(posting, self.size)
        return found

    def counts(
        self, matches: int, narrowed: Narrowed, ticked: Mapping[str, tuple[str, ...]]
    ) -> tuple[Facet, ...]:
        """Every facet's values among the matches; its own ticks do not narrow its own counts."""
        facets = []
        for name in FACETS:
            base = (
                matches & narrowed.all
                if name not in narrowed.by_facet
                else matches & self._without(name, narrowed)
            )
            values = self._count(name, base, ticked.get(name, ()))
            if values:
                facets.append(Facet(name, values))
        return tuple(facets)

    def _without(self, name: str, narrowed: Narrowed) -> int:
        base = narrowed.scope
        for other, bitmap in narrowed.by_facet.items():
            if other != name:
                base &= bitmap
        return base

    def _count(self, name: str, base: int, ticked: tuple[str, ...]) -> tuple[FacetValue, ...]:
        counted = dict.fromkeys(ticked, 0)
        members: set[int] | None = None
        for value, posting in self.postings.get(name, {}).items():
            if isinstance(posting, int):
                count = (posting & base).bit_count()
            else:
                members = bitmaps.members(base, self.size) if members is None else members
                count = len(posting & members)
            if count:
                counted[value] = count
        ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(FacetValue(value, count) for value, count in ordered)

    def distances(self, near: Near) -> tuple[dict[int, float], dict[int, float]]:
        """Kilometres from there to each document: those to order by, and those that may be shown."""
        return self.once(("near", near.latitude, near.longitude), lambda: self._distances(near))

    def _distances(self, near: Near) -> tuple[dict[int, float], dict[int, float]]:
        ordered: dict[int, float] = {}
        shown: dict[int, float] = {}
        for number, places in self.places.items():
            each = [(kilometres(near, place), place.shown) for place in places]
            ordered[number] = min(distance for distance, _ in each)
            if may_show := [distance for distance, is_shown in each if is_shown]:
                shown[number] = min(may_show)
        return ordered, shown

    def _within(self, near: Near) -> int:
        ordered, _ = self.distances(near)
        return bitmaps.of(
            (number for number, distance in ordered.items() if distance <= (near.within or 0)), self.size
        )

    def _open_in(self, wanted: Span) -> int:
        start, end = wanted
        return self.once(
            ("open", wanted),
            lambda: bitmaps.of(
                (
                    number
                    for number, spans in self.open.items()
                    if any(opens < end and start < closes for opens, closes in spans)
                ),
                self.size,
            ),
        )

    def _of_ages(self, wanted: Span) -> int:
        first, last = wanted
        return self.once(
            ("ages", wanted),
            lambda: bitmaps.of(
                (number for number, (low, high) in enumerate(self.ages) if low <= last and first <= high),
                self.size,
            ),
        )


def kilometres(near: Near, place: Place) -> float:
    """The distance on a sphere (haversine; mean radius of the earth 6,371 km, IUGG)."""
    here, there = radians(near.latitude), radians(place.latitude)
    across = sin((there - here) / 2) ** 2
    along = sin(radians(place.longitude - near.longitude) / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(across + cos(here) * cos(there) * along)))


def _merge(
    old: Mapping[str, Mapping[str, Posting]],
    touched: frozenset[int],
    untouched_bits: int,
    added: Mapping[str, Mapping[str, set[int]]],
    size: int,
) -> dict[str, dict[str, Posting]]:
    """The postings without the touched numbers and with the added ones, each in the form that suits it."""
    merged: dict[str, dict[str, Posting]] = {}
    for name in {**old, **added}:
        before, new = old.get(name, {}), added.get(name, {})
        values: dict[str, Posting] = {}
        for value in {**before, **new}:
            posting = before.get(value, frozenset())
            posting = posting & untouched_bits if isinstance(posting, int) else posting - touched
            posting = _joined(posting, new.get(value, set()), size)
            if posting:
                values[value] = posting
        merged[name] = values
    return merged


def _joined(posting: Posting, fresh: set[int], size: int) -> Posting:
    if isinstance(posting, int):
        return posting | bitmaps.of(fresh, size) if fresh else posting
    numbers = posting | fresh
    return bitmaps.of(numbers, size) if len(numbers) * _SPARSE >= size else numbers
