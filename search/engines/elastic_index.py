"""Which Elasticsearch index answers, which one is being filled, and how documents get into them.

Indices are numbered: lantern-1, lantern-2 ... The alias `lantern` names the one that answers, the alias
`lantern-next` the one that a rebuild is filling. Each index says in its `_meta` of which make it is, whether
it was filled from all sources, and which rebuild fills it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from elasticsearch import BadRequestError, Elasticsearch

from search.engines.elastic_documents import MAKE, SETTINGS, mapping

LISTED = 1_000  # documents in one answer when all are listed
MOST_SCRUBBING = 90.0  # seconds
KEEP_ALIVE = "2m"  # how long Elasticsearch keeps a snapshot for the next portion


@dataclass(frozen=True, slots=True)
class Names:
    """The names on the server that begin with a town's prefix."""

    prefix: str

    @property
    def answering(self) -> str:
        return self.prefix

    @property
    def next(self) -> str:
        return f"{self.prefix}-next"

    def index(self, number: int) -> str:
        return f"{self.prefix}-{number}"

    def number(self, index: str) -> int | None:
        """The number of an index that is ours; another prefix may begin like this one."""
        found = re.fullmatch(rf"{re.escape(self.prefix)}-(\d+)", index)
        return int(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class State:
    """What is there. `meta` is of the index that answers, `builder` the random name of the rebuild."""

    numbers: tuple[int, ...]
    answering: str | None
    meta: Mapping[str, Any]
    building: str | None
    builder: str
    building_make: str

    @property
    def is_of_this_make(self) -> bool:
        return self.meta.get("make") == MAKE

    @property
    def is_complete(self) -> bool:
        """Filled from all sources: an index that a first change began holds nothing but changes."""
        return self.answering is not None and bool(self.meta.get("complete"))


def read(client: Elasticsearch, names: Names) -> State:
    found = client.indices.get(
        index=f"{names.prefix}-*",
        expand_wildcards=["open", "hidden"],
        filter_path="*.aliases,*.mappings._meta",
    )
    ours = {index: about for index, about in found.items() if names.number(index) is not None}
    answering = next((index for index, about in ours.items() if names.answering in _aliases(about)), None)
    building = next((index for index, about in ours.items() if names.next in _aliases(about)), None)
    filled = _meta(ours[building]) if building else {}
    return State(
        numbers=tuple(sorted(number for index in ours if (number := names.number(index)) is not None)),
        answering=answering,
        meta=_meta(ours[answering]) if answering else {},
        building=building,
        builder=filled.get("builder", ""),
        building_make=filled.get("make", ""),
    )


def _aliases(about: Mapping[str, Any]) -> Mapping[str, Any]:
    return about.get("aliases", {})


def _meta(about: Mapping[str, Any]) -> Mapping[str, Any]:
    return about.get("mappings", {}).get("_meta", {})


def meta(*, complete: bool, builder: str = "") -> dict[str, Any]:
    return {"make": MAKE, "complete": complete, "builder": builder}


def create(client: Elasticsearch, names: Names, state: State, alias: str, builder: str = "") -> bool:
    """The next index, under this alias. False when another process has just made it."""
    index = names.index(max(state.numbers, default=0) + 1)
    try:
        client.indices.create(
            index=index,
            aliases={alias: {}},
            settings=SETTINGS,
            mappings={**mapping(), "_meta": meta(complete=False, builder=builder)},
        )
    except BadRequestError as error:
        if "resource_already_exists_exception" not in str(error.body):
            raise
        return False
    return True


def bulk(
    client: Elasticsearch, alias: str, operations: Iterable[Mapping[str, Any]], *, refresh: bool = False
) -> list[tuple[int, str]]:
    """Write; the status and the error's type of whatever was not taken. The alias must be there."""
    answer = client.bulk(
        index=alias, operations=list(operations), require_alias=True, refresh=refresh, filter_path=_ERRORS
    )
    if not answer.get("errors"):
        return []
    items = (item for each in answer.get("items", ()) for item in each.values())
    return [
        (item["status"], item.get("error", {}).get("type", "")) for item in items if item["status"] >= 300
    ]


_ERRORS = ("errors", "items.*.status", "items.*.error.type")


def raise_for(failures: Sequence[tuple[int, str]], *, but: frozenset[int] = frozenset()) -> None:
    """Only kinds are said: the server's reasons quote the document."""
    serious = [failure for failure in failures if failure[0] not in but]
    if serious:
        status, kind = serious[0]
        raise DatabaseError(f"Elasticsearch did not take {len(serious)} documents: {status} {kind}")


def listed(
    client: Elasticsearch, alias: str, query: Mapping[str, Any], *, fields: Sequence[str]
) -> Iterator[Mapping[str, Any]]:
    """Every hit of a query in the order of the ids, from one snapshot."""
    opened = client.open_point_in_time(index=alias, keep_alive=KEEP_ALIVE, ignore_unavailable=True)
    snapshot, after = opened["id"], None
    try:
        while True:
            answer = client.search(
                pit={"id": snapshot, "keep_alive": KEEP_ALIVE},
                query=query,
                size=LISTED,
                sort=[{"id": "asc"}],
                search_after=after,
                source={"includes": list(fields)},
                seq_no_primary_term=True,
                track_total_hits=False,
            )
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < LISTED:
                return
            snapshot, after = answer["pit_id"], hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=snapshot)


def scrub(client: Elasticsearch, index: str) -> None:
    """Merge what was deleted away, and drop the journal and the files that held it.

    Elasticsearch keeps what was deleted for copies that might ask for it, and looks every 30 seconds whether
    one still may: so this takes up to half a minute (measured), or raises DatabaseError after a longer wait.
    """
    until = time.monotonic() + MOST_SCRUBBING
    while True:
        client.indices.flush(index=index, force=True, wait_if_ongoing=True)
        client.indices.forcemerge(index=index, max_num_segments=1)
        client.indices.flush(index=index, force=True, wait_if_ongoing=True)
        if _is_clean(client, index):
            return
        if time.monotonic() > until:
            raise DatabaseError(f"Elasticsearch still holds deleted documents in {index}: scrub once more.")
        time.sleep(1.0)


def _is_clean(client: Elasticsearch, index: str) -> bool:
    client.indices.refresh(index=index)
    return not client.indices.stats(index=index, metric="docs")["_all"]["primaries"]["docs"]["deleted"]
