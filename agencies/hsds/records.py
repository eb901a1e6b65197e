"""What a harvest talks about: rows as they were found, entries as they will be, and what is to be said about
both.
"""

import hashlib
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

NAMESPACE = uuid.UUID("c6f7c0de-2f0f-5c0e-9a3a-7f5a8d1be0a4")

REPAIRED, REFUSED = "repaired", "refused"
ORGANIZATION, SERVICE = "organization", "service"


class Unreadable(Exception):
    """Nothing can be read at all; the sentence names the cure."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was repaired or refused. It never repeats a secret address."""

    kind: str
    file: str
    row: int
    type: str
    id: str
    name: str
    message: str


@dataclass(slots=True)
class Row:
    """One record of one table, its columns under HSDS's names.

    `row` is the line of a CSV file or the place in a list.

    `embedded`: it stood inside another record (JSON), where repetition is no fault.
    """

    table: str
    values: dict[str, Any]
    file: str
    row: int
    embedded: bool = False

    @property
    def id(self) -> str:
        return str(self.values.get("id") or "").strip()

    @property
    def name(self) -> str:
        return str(self.values.get("name") or self.values.get("title") or "").strip()

    def get(self, column: str) -> str:
        value = self.values.get(column)
        return "" if value is None else str(value).strip()


@dataclass(slots=True)
class Entry:
    """An agency or a service as it will be stored: plain values only, so that it can be compared by its
    digest.
    """

    type: str
    external_id: str
    uid: uuid.UUID
    name: str
    file: str
    row: int
    language: str
    fields: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    organization: str = ""  # a service: its agency; an agency: the one it is part of
    described: bool = True  # no: services name the organisation, but no row of its own does
    named: bool = True  # no: its name is a stand-in, not to be published
    extra: dict[str, Any] = field(default_factory=dict)

    def digest(self) -> str:
        """Changes when anything of it changes, except where it was found."""
        content = [
            self.name,
            self.language,
            self.fields,
            self.parts,
            self.terms,
            self.tags,
            self.organization,
            self.extra,
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(slots=True)
class Report:
    """What there is to say; the order is the order of the files."""

    findings: list[Finding] = field(default_factory=list)
    _said: set[tuple[str, str]] = field(default_factory=set)

    def repaired(self, row: Row, message: str) -> None:
        self._add(REPAIRED, row, message)

    def refused(self, row: Row, message: str) -> None:
        self._add(REFUSED, row, message)

    def _add(self, kind: str, row: Row, message: str) -> None:
        found = Finding(kind, row.file, row.row, singular(row.table), row.id, row.name[:120], message)
        if found not in self.findings[-20:]:
            self.findings.append(found)

    def once(self, row: Row, message: str) -> None:
        """Something that would be true of a thousand rows of a file: said of the first."""
        if (row.file, message) not in self._said:
            self._said.add((row.file, message))
            self.repaired(row, f"{message} (said once for this file)")

    def of(self, kind: str) -> Iterable[Finding]:
        return (finding for finding in self.findings if finding.kind == kind)


def singular(table: str) -> str:
    """The name of one record of a table."""
    if table.endswith("ies"):
        return f"{table[:-3]}y"
    return table.removesuffix("es") if table.endswith("sses") else table.removesuffix("s")


def uuid_of(text: str) -> uuid.UUID | None:
    """A valid UUID in its usual spelling (or without hyphens); anything else is None."""
    try:
        return uuid.UUID(text) if len(text.strip("{}")) in (32, 36) else None
    except ValueError:
        return None


def minted(source: str, type_: str, external_id: str) -> uuid.UUID:
    """The id of something at a source: a valid UUID stays, another id gives the same UUID at each harvest."""
    return uuid_of(external_id) or uuid.uuid5(NAMESPACE, f"{source}/{type_}/{external_id}")


def origin_of(type_: str, external_id: str) -> str:
    """What is stored as the id at the source: a UUID stands alone, a plain number needs its type."""
    return external_id.lower() if uuid_of(external_id) else f"{type_}:{external_id}"
