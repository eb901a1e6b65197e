"""Filling a new Elasticsearch index while the old one answers, without losing what changes meanwhile.

From the moment at which `lantern-next` is there, whoever writes writes there too, first of all. The sources
are read after that moment, and the rebuild never writes over what came meanwhile: what it has not seen it
only creates, what it has seen it replaces only if nobody else has (`if_seq_no`). A document that is removed
meanwhile leaves a mark that says `gone` in the new index, so that it is not created there again; the marks go
before the new index answers. The alias moves in one step. There are no transactions, and none are needed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from search.engines import elastic_documents as documents
from search.engines import elastic_index as index
from search.engines.elastic_documents import MAKE
from search.engines.elastic_index import Names
from search.engines.elastic_server import Server
from search.types import Document, Progress, Refused

BATCH = 200  # documents
SECONDS = 120.0  # for one step: nobody waits for a page
CONFLICT = frozenset({404, 409})  # somebody wrote or removed it meanwhile: theirs is newer
ATTEMPTS = 5  # to begin, while others begin too


@dataclass(frozen=True, slots=True)
class Held:
    """A document that the new index holds already: its fingerprint, and which of its versions that was."""

    fingerprint: str
    seq_no: int
    primary_term: int

    @property
    def unchanged(self) -> dict[str, int]:
        return {"if_seq_no": self.seq_no, "if_primary_term": self.primary_term}


class Rebuild:
    """One rebuild. Only `run` is for others."""

    def __init__(self, server: Server, names: Names) -> None:
        self._server = server
        self._names = names
        self._builder = secrets.token_hex(8)

    def run(self, source: Iterable[Document], progress: Progress | None) -> int:
        self._begin()
        held = self._held()
        wanted = list(source)
        done = 0
        for batch in _batches(wanted):
            self._check_mine()
            self._write(_changes(batch, held))
            done += len(batch)
            if progress:
                progress(done)
        ids = {documents.key(document.id) for document in wanted}
        self._forget({key: each for key, each in held.items() if key not in ids})
        self._finish()
        return done

    def _ask(self, action: Any) -> Any:
        return self._server.ask(action, SECONDS)

    def _begin(self) -> None:
        """The index that a killed rebuild left half full, or a new one."""
        for _ in range(ATTEMPTS):
            if self._ask(self._has_begun):
                return
        raise Refused("Other rebuilds of the search index keep beginning: let one finish.")

    def _has_begun(self, client: Elasticsearch) -> bool:
        state = index.read(client, self._names)
        half = state.building if state.building_make == MAKE else None
        keep = {state.answering, half}
        for number in state.numbers:
            if self._names.index(number) not in keep:
                client.options(ignore_status=404).indices.delete(index=self._names.index(number))
        if half is None:
            return index.create(client, self._names, state, self._names.next, self._builder)
        client.indices.put_mapping(index=half, meta=index.meta(complete=False, builder=self._builder))
        return True

    def _held(self) -> dict[str, Held]:
        everything: Mapping[str, Any] = {"match_all": {}}

        def listed(client: Elasticsearch) -> dict[str, Held]:
            client.indices.refresh(index=self._names.next)
            hits = index.listed(client, self._names.next, everything, fields=["id", "fingerprint"])
            return {hit["_id"]: _held(hit) for hit in hits}

        return self._ask(listed)

    def _check_mine(self) -> str:
        """The index being filled, if this rebuild is still the one that fills it."""
        state = self._ask(lambda client: index.read(client, self._names))
        if state.building is None or state.builder != self._builder:
            raise Refused("Another rebuild of the search index has begun: let that one finish.")
        return state.building

    def _write(self, operations: Sequence[Mapping[str, Any]]) -> None:
        if not operations:
            return
        failures = self._ask(lambda client: index.bulk(client, self._names.next, operations))
        index.raise_for(failures, but=CONFLICT)

    def _forget(self, held: Mapping[str, Held]) -> None:
        for batch in _batches(list(held.items())):
            self._check_mine()
            self._write([{"delete": {"_id": key, **each.unchanged}} for key, each in batch])

    def _forget_marks(self) -> None:
        def marks(client: Elasticsearch) -> dict[str, Held]:
            client.indices.refresh(index=self._names.next)
            hits = index.listed(
                client, self._names.next, {"term": {"gone": True}}, fields=["id", "fingerprint"]
            )
            return {hit["_id"]: _held(hit) for hit in hits}

        self._forget(self._ask(marks))

    def _finish(self) -> None:
        new = self._check_mine()
        self._forget_marks()
        self._ask(lambda client: client.indices.forcemerge(index=new, max_num_segments=1))
        self._check_mine()
        self._ask(lambda client: self._swap(client, new))

    def _swap(self, client: Elasticsearch, new: str) -> None:
        state = index.read(client, self._names)
        client.indices.refresh(index=new)
        client.indices.put_mapping(index=new, meta=index.meta(complete=True, builder=self._builder))
        actions: list[dict[str, Any]] = [
            {"add": {"index": new, "alias": self._names.answering}},
            {"remove": {"index": new, "alias": self._names.next}},
        ]
        if state.answering:
            actions.append({"remove_index": {"index": state.answering}})
        client.indices.update_aliases(actions=actions)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _held(hit: Mapping[str, Any]) -> Held:
    return Held(hit["_source"]["fingerprint"], hit["_seq_no"], hit["_primary_term"])


def _changes(batch: Sequence[Document], held: Mapping[str, Held]) -> list[Mapping[str, Any]]:
    operations: list[Mapping[str, Any]] = []
    for document in batch:
        key = documents.key(document.id)
        before = held.get(key)
        if before is None:
            operations += [{"create": {"_id": key}}, documents.stored(document)]
        elif before.fingerprint != documents.fingerprint(document):
            operations += [{"index": {"_id": key, **before.unchanged}}, documents.stored(document)]
    return operations
