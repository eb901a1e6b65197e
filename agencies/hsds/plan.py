"""What a harvest may change: the only place that decides it. Pure: entries and what is there go in, steps
come out.

A person's edit wins over the source. What a source no longer names is left alone here; withdrawing, with its
brake, is a later decision of this file.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.text import slugify

from .records import ORGANIZATION, SERVICE, Entry, Report, Row

KEY_LENGTH = 80


class Do(StrEnum):
    CREATE = "created"
    UPDATE = "updated"
    PUBLISH = "published"
    LEAVE = "unchanged"


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of this source as it stands. `edited`: by a person, since the last harvest."""

    pk: int
    type: str
    uid: uuid.UUID
    digest: str
    live: bool
    edited: bool = False
    was_live: bool = False  # at any time: what a person took off the site stays off
    described: bool = True  # by a row of its own, at the last harvest


@dataclass(frozen=True, slots=True)
class Existing:
    """What the plan must know of the town."""

    entries: dict[str, Known] = field(default_factory=dict)  # by the id at the source
    uids: frozenset[uuid.UUID] = frozenset()  # of entries that are not of this source
    keys: frozenset[str] = frozenset()  # machine names and slugs of agencies
    locations: frozenset[uuid.UUID] = frozenset()  # of agencies of this source, saved


@dataclass(slots=True)
class Step:
    do: Do
    entry: Entry
    digest: str
    known: Known | None = None
    slug: str = ""
    live: bool = False  # as it will stand for visitors after this step
    message: str = ""

    @property
    def stands(self) -> Known:
        """What is there already; only a new entry has nothing."""
        if self.known is None:
            raise ValueError(f"{self.entry.name} is new: nothing of it stands yet.")
        return self.known


def make_plan(
    entries: Iterable[Entry], existing: Existing, report: Report, *, publish: bool = False
) -> list[Step]:
    """One step for each entry that is not refused, agencies before services."""
    planner = _Planner(existing, report, publish)
    ordered = sorted(entries, key=lambda entry: entry.type != ORGANIZATION)
    return [step for entry in ordered for step in planner.step(entry)]


class _Planner:
    def __init__(self, existing: Existing, report: Report, publish: bool):
        self.existing = existing
        self.report = report
        self.publish = publish
        self.keys = set(existing.keys)
        self.uids: set[uuid.UUID] = set()
        self.locations = set(existing.locations)
        self.agencies = {origin for origin, known in existing.entries.items() if known.type == ORGANIZATION}

    def step(self, entry: Entry) -> Iterator[Step]:
        known = self.existing.entries.get(entry.external_id)
        if reason := self._why_not(entry, known):
            self.report.refused(_row(entry), reason)
            return
        self.uids.add(entry.uid)
        self._keep_possible_links(entry)
        step = self._change(entry, known) if known else self._create(entry)
        if entry.type == ORGANIZATION:
            self.agencies.add(entry.external_id)
            if step.do == Do.CREATE or (step.do == Do.UPDATE and not waits(step)):
                self.locations |= {place["uid"] for place in entry.parts.get("locations", [])}
        yield step

    def _why_not(self, entry: Entry, known: Known | None) -> str:
        if entry.uid in self.existing.uids or entry.uid in self.uids:
            return f"the id {entry.uid} already belongs to another entry of the town: give it another"
        if known and known.type != entry.type:
            return f"its id belonged to the {known.type} that came at an earlier harvest: give it another"
        if entry.type == SERVICE and entry.organization not in self.agencies:
            return "its organisation was refused: see there"
        return ""

    def _keep_possible_links(self, entry: Entry) -> None:
        """A service is tied to places that are saved, or will be now; others wait for a later harvest."""
        links = entry.parts.get("service_at_locations")
        if links is None:
            return
        kept = [link for link in links if link["location"] in self.locations]
        if len(kept) < len(links):
            self.report.repaired(
                _row(entry), "a place of it is not published yet: it will be tied to it at a later harvest"
            )
        entry.parts["service_at_locations"] = kept

    def _create(self, entry: Entry) -> Step:
        digest = entry.digest()
        slug = (
            self._key(entry)
            if entry.type == ORGANIZATION
            else f"{slugify(entry.name)[:60] or 'service'}-{entry.uid.hex[:8]}"
        )
        return Step(Do.CREATE, entry, digest, slug=slug, live=self._publishes(entry))

    def _key(self, entry: Entry) -> str:
        """The agency's machine name: its name, made unique. It stays, so no stand-in for a name is used."""
        stem = slugify(entry.name)[: KEY_LENGTH - 4].strip("-") if entry.named else ""
        stem = stem or f"agency-{entry.uid.hex[:8]}"
        key, number = stem, 1
        while key in self.keys:
            number += 1
            key = f"{stem}-{number}"
        self.keys.add(key)
        return key

    def _change(self, entry: Entry, known: Known) -> Step:
        digest, publishes = entry.digest(), self._publishes(entry)
        if digest != known.digest:
            if known.edited:
                return Step(
                    Do.LEAVE,
                    entry,
                    digest,
                    known,
                    live=known.live,
                    message="a person has changed it here: left alone",
                )
            live = publishes and (known.live or not known.was_live)
            return Step(Do.UPDATE, entry, digest, known, live=live, message=self._how(known, publishes))
        if publishes and not known.live and not known.was_live and not known.edited:
            return Step(
                Do.PUBLISH, entry, digest, known, live=True, message="it was a draft and is published now"
            )
        return Step(Do.LEAVE, entry, digest, known, live=known.live)

    def _publishes(self, entry: Entry) -> bool:
        """An agency whose name nobody knows waits for somebody who does."""
        return self.publish and entry.named

    def _how(self, known: Known, publishes: bool) -> str:
        if known.live and not publishes:
            return "the new words wait as a draft beside the published ones"
        return ""


def waits(step: Step) -> bool:
    """True when a step leaves what visitors see as it is and only writes a draft beside it."""
    return step.known is not None and step.known.live and not step.live


def _row(entry: Entry) -> Row:
    return Row(entry.type, {"id": entry.external_id, "name": entry.name}, entry.file, entry.row)
