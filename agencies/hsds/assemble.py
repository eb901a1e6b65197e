"""Rows to entries: agencies with their places, services with what belongs to them, every value mended on the
way.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from . import repair
from .columns import Columns, clean
from .entries import organization_fields, service_fields
from .graph import Graph, Key
from .parts import Part, Parts
from .places import place_of, postal_place
from .records import ORGANIZATION, SERVICE, Entry, Report, Row, origin_of, uuid_of
from .secrecy import Secrets, is_secret
from .tables import ADDRESSES

PART_TABLES = (
    "contacts",
    "languages",
    "phones",
    "urls",
    "schedules",
    "regular_schedules",
    "holiday_schedules",
    "service_areas",
    "required_documents",
)
ONLY_OF_SERVICES = ("service_areas", "required_documents")
# Tables whose rows are kept aside with their owner, under the name HSDS has for them there.
ASIDE = {
    "funding": "funding",
    "cost_options": "cost_options",
    "organization_identifiers": "organization_identifiers",
    "programs": "programs",
    "eligibility": "eligibility",
    "payments_accepted": "payments_accepted",
    "service_capacities": "capacities",
}


class Assembly:
    """One harvest's rows on their way to entries."""

    def __init__(self, graph: Graph, report: Report, language: str):
        self.graph = graph
        self.report = report
        self.language = language
        self.parts = Parts(graph, report)
        self.secrets = Secrets()

    def entries(self) -> list[Entry]:
        """Agencies first, then services, in the order of the files."""
        found: dict[Key, Entry] = {}
        for row in self.graph.rows("organizations"):
            entry = found[ORGANIZATION, row.id] = self._entry(ORGANIZATION, row)
            entry.described = row.id not in self.graph.undescribed
            entry.named = row.id not in self.graph.unnamed
        for row in self.graph.rows("services"):
            found[SERVICE, row.id] = self._entry(SERVICE, row)
        self._places(found)
        self._links(found)
        self._parts(found)
        self._aside(found)
        self._attributes(found)
        for (type_, id_), entry in found.items():
            owner = id_ if type_ == ORGANIZATION else self.graph.owner_of_service[id_]
            self.secrets.hide(entry, owner, self.report)
            if type_ == SERVICE and not entry.fields["fees_description"]:
                entry.fields["fees_description"] = _costs(entry)
        self.secrets.hide_in_report(self.report)
        return list(found.values())

    def _entry(self, type_: str, row: Row) -> Entry:
        columns = Columns(row, self.report)
        entry = Entry(
            type_,
            origin_of(type_, row.id),
            self.graph.uid(type_, row.id),
            "",
            row.file,
            row.row,
            self.language,
        )
        entry.name = columns.line("name", 255) or row.name[:255]
        if type_ == ORGANIZATION:
            organization_fields(entry, columns, self.parts, self.graph)
        else:
            service_fields(entry, columns, self.parts, self.graph)
            entry.organization = origin_of(ORGANIZATION, self.graph.owner_of_service[row.id])
        entry.extra |= columns.rest()
        return entry

    # --- places ---

    def _places(self, found: dict[Key, Entry]) -> None:
        accessibility = _by_column(self.graph.rows("accessibility"), "location_id")
        for row in self.graph.rows("locations"):
            addresses = self.graph.addresses_of(row.id)
            owner = self.graph.owner_of_location[row.id]
            entry = found[ORGANIZATION, owner]
            if is_secret(row, addresses):
                self.secrets.add(owner, row, addresses)
            for relation, part in place_of(
                row, addresses, accessibility.get(row.id, []), self.parts, self.report
            ):
                self._put(
                    entry,
                    relation,
                    part,
                    None if relation == "locations" else self.graph.uid("location", row.id),
                )
        for row in self.graph.rows("accessibility"):
            if row.get("location_id") not in self.graph.owner_of_location:
                self.graph.targets(row)
        for row in (row for table in ADDRESSES for row in self.graph.rows(table)):
            if row.get("location_id") in self.graph.owner_of_location:
                continue
            for target in self.graph.targets(row):
                entry = found[target.key]
                if entry.type != ORGANIZATION:
                    continue
                if letters := postal_place(row, entry.name, self.parts, self.report):
                    self._put(entry, "locations", letters)

    def _links(self, found: dict[Key, Entry]) -> None:
        for row, service, place in self.graph.links:
            columns = Columns(row, self.report)
            link = {
                "uid": self.graph.uid("service_at_location", row.id),
                "location": self.graph.uid("location", place),
                "description": columns.line("description", 255),
                "extra": columns.rest(),
            }
            links = found[SERVICE, service].parts.setdefault("service_at_locations", [])
            if all(known["location"] != link["location"] for known in links):
                links.append(link)

    # --- parts ---

    def _parts(self, found: dict[Key, Entry]) -> None:
        for table in PART_TABLES:
            for row in self.graph.rows(table):
                if table == "languages" and self._language_of_a_phone(row):
                    continue
                targets = self.graph.targets(row)
                try:
                    parts = self.parts.of(row) if targets else []
                except repair.Refusal as refusal:
                    self.report.refused(row, str(refusal))
                    continue
                for target in targets:
                    for relation, part in parts:
                        if target.key[0] == SERVICE or table not in ONLY_OF_SERVICES:
                            self._put(found[target.key], relation, part, target.at)

    def _put(self, entry: Entry, relation: str, part: Part, at: uuid.UUID | None = None) -> None:
        """Adds a part once; the same one at another place of the entry gets an id of its own."""
        new = dict(part)
        if relation in ("phones", "schedules", "languages"):
            new["at"] = at
        parts = entry.parts.setdefault(relation, [])
        same = [known for known in parts if known["uid"] == new["uid"]]
        if new in same:
            return
        if same:
            new["uid"] = self.graph.uid(relation, f"{new['uid']}@{at}/{len(same)}")
            if any(known["uid"] == new["uid"] for known in parts):
                return
        parts.append(new)

    def _language_of_a_phone(self, row: Row) -> bool:
        """Languages that only a number speaks stay with the number."""
        phone = row.get("phone_id")
        if not phone or any(row.get(column) for column in ("service_id", "location_id", "organization_id")):
            return False
        owners = [number for number in self.graph.rows("phones") if number.id == phone]
        if not owners:
            return False
        said = {name: row.get(name) for name in ("id", "code", "name", "note") if row.get(name)}
        for number in owners:
            languages = number.values.setdefault("languages", [])
            if isinstance(languages, list) and said not in languages:
                languages.append(said)
        return True

    # --- what has no column of its own ---

    def _aside(self, found: dict[Key, Entry]) -> None:
        programs = self.graph.by_id["programs"]
        units = {row.id: clean(row.values) for row in self.graph.rows("units")}
        for table, name in ASIDE.items():
            for row in self.graph.rows(table):
                if table == "programs" and row.embedded and not row.get("organization_id"):
                    continue  # it stood inside a service, which keeps it
                kept = {"id": str(self.graph.uid(table, row.id))} if row.id else {}
                kept |= Columns(row, self.report).rest()
                if unit := units.get(row.get("unit_id")):
                    kept["unit"] = unit
                for target in self.graph.targets(row):
                    held = found[target.key].extra.setdefault(name, [])
                    if isinstance(held, list) and kept not in held:
                        held.append(kept)
        for row in self.graph.rows("services"):
            if program := programs.get(row.get("program_id")):
                found[SERVICE, row.id].extra["program"] = {"id": program.id, "name": program.name}
            elif row.get("program_id"):
                found[SERVICE, row.id].extra["program_id"] = row.get("program_id")

    def _attributes(self, found: dict[Key, Entry]) -> None:
        terms = self.graph.by_id["taxonomy_terms"]
        for row in self.graph.rows("attributes"):
            entry = found.get((SERVICE, row.get("link_id"))) or found.get((ORGANIZATION, row.get("link_id")))
            if entry is None:
                self.report.refused(
                    row,
                    f"what it describes (link_id {row.get('link_id')}) is no organisation or service"
                    " of the data",
                )
                continue
            kept = {
                name: clean(row.values[name])
                for name in ("id", "link_type", "value", "label")
                if row.values.get(name)
            }
            self._describe(entry, row.get("taxonomy_term_id"), terms, kept)
        for row in self.graph.rows("service_taxonomies"):
            for target in self.graph.targets(row):
                self._describe(found[target.key], row.get("taxonomy_id"), terms)
        for row in self.graph.rows("services"):
            for id_ in repair.listed(row.get("taxonomy_ids")):
                self._describe(found[SERVICE, row.id], id_, terms)

    def _describe(
        self, entry: Entry, term_id: str, terms: dict[str, Row], kept: dict[str, Any] | None = None
    ) -> None:
        """Keeps a term of somebody's vocabulary; one that is known here too is found by its id when it is
        stored.
        """
        term = terms.get(term_id)
        about = (
            clean({name: value for name, value in term.values.items() if value}) if term else {"id": term_id}
        )
        attribute = {**(kept or {}), "taxonomy_term": about}
        held = entry.extra.setdefault("attributes", [])
        if attribute not in held:
            held.append(attribute)
        own = uuid_of(term_id)
        vocabulary = (
            f"{about.get('taxonomy', '')} {about.get('vocabulary', '')} {about.get('term_uri', '')}".lower()
        )
        if own:
            entry.terms.append(str(own))
        if "open" in vocabulary and "eligib" in vocabulary:
            entry.terms.append(f"oe:{about.get('code') or term_id}")


def _by_column(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.get(column), []).append(row)
    return found


def _costs(entry: Entry) -> str:
    """What it costs in words, where only a list of prices says it."""
    lines = []
    for row in entry.extra.get("cost_options") or []:
        price = " ".join(
            str(row[name])
            for name in ("amount", "currency", "amount_description")
            if row.get(name) is not None
        )
        lines.append(": ".join(text for text in (str(row.get("option", "")), price) if text))
    return "\n".join(lines)
