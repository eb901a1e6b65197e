"""Which documents have which value of which facet, held in the process and counted there.

One join and one GROUP BY a facet in SQL take many times longer than intersecting sets that are already here.
The sets are a snapshot that never changes: `changed` makes the next one, so threads share them without a
lock. Documents are known by the small numbers an engine gives them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from search.engines import bitmaps
from search.types import FACETS, Facet, FacetValue, Query

ANY_AGE = (0, 10**9)
# A value on fewer than 1 in 64 documents is kept as a set: bitmaps of all agencies would fill the memory.
_SPARSE = 64

Posting = int | frozenset[int]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a document is filtered, counted and ordered by."""

    number: int
    id: str
    facets: Mapping[str, Iterable[str]]  # with "kind"
    ages: tuple[int, int] | None
    weight: float
    last: bool


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The documents that a question's ticks leave, before its words."""

    scope: int  # kinds and age: never lifted
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
    ages: list[tuple[int, int]] = field(default_factory=lambda: [ANY_AGE])
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
        old = ~bitmaps.of((number for number in touched if number < size), size)
        return FacetSets(
            size=size,
            present=self.present & old | bitmaps.of((each.number for each in facts), size),
            last=self.last & old | bitmaps.of((each.number for each in facts if each.last), size),
            ids=ids,
            weights=weights,
            ages=ages,
            postings=_merge(self.postings, touched, old, added, size),
        )

    def once(self, key: object, make: Callable[[], Made]) -> Made:
        """What this snapshot has already worked out under this key, or else what `make` gives."""
        if key not in self._made:
            self._made[key] = make()
        return cast(Made, self._made[key])

    def narrowed(self, query: Query) -> Narrowed:
        """What the question's kinds, age and ticks leave."""
        scope = self.present
        if query.kinds:
            scope &= self.having("kind", query.kinds)
        if query.age is not None:
            scope &= self._of_age(query.age)
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

    def _of_age(self, months: int) -> int:
        return self.once(
            ("age", months),
            lambda: bitmaps.of(
                (number for number, (low, high) in enumerate(self.ages) if low <= months <= high), self.size
            ),
        )


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
