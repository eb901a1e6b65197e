"""Which row belongs to which: ids, doubles, owners. What hangs in the air is refused with the reason."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from .records import ORGANIZATION, SERVICE, Report, Row, minted, origin_of
from .tables import NOT_KEPT

Key = tuple[str, str]  # (organization or service, its id at the source)
NOUNS = {
    "organization_id": "organisation",
    "service_id": "service",
    "location_id": "place",
    "service_at_location_id": "service at a place",
    "contact_id": "contact",
    "phone_id": "number",
}
NAMED = ("organizations", "services", "programs", "taxonomy_terms")
SINGLE = (*NAMED, "locations", "service_at_locations")


@dataclass(frozen=True, slots=True)
class Target:
    """The entry that a part goes to, and the place, contact or number of that entry it is only for."""

    key: Key
    at: uuid.UUID | None = None


class Graph:
    """The rows of one harvest by table and id, and who owns whom."""

    def __init__(self, rows: list[Row], source: str, report: Report, known_organizations: frozenset[str] = frozenset()):
        self.source = source
        self.report = report
        self.known_organizations = known_organizations
        self.tables: dict[str, list[Row]] = {}
        self.by_id: dict[str, dict[str, Row]] = {table: {} for table in SINGLE}
        seen: set[tuple[str, str]] = set()
        for row in rows:
            if row.table in SINGLE:
                self._admit(row)
            elif self._is_new(row, seen):
                self.tables.setdefault(row.table, []).append(row)
        self._say_what_is_not_kept()
        self.owner_of_service = {id_: owner for id_ in self.by_id["services"] if (owner := self._owner_of_service(id_))}
        self._refuse_orphans("services", set(self.owner_of_service), self._why_no_owner)
        self.links = list(self._links())
        self.owner_of_location = self._owners_of_locations()
        self._refuse_orphans("locations", set(self.owner_of_location), lambda row: _missing(row, "organization_id"))
        self.links = [link for link in self.links if link[2] in self.owner_of_location]
        self.contact_targets: dict[str, list[Target]] = {}
        for row in self.tables.get("contacts", []):
            if row.id:
                self.contact_targets.setdefault(row.id, []).extend(self._targets_of(row))

    # --- ids ---

    def uid(self, type_: str, id_: str) -> uuid.UUID:
        return minted(self.source, type_, id_)

    def rows(self, table: str) -> list[Row]:
        return list(self.by_id[table].values()) if table in self.by_id else self.tables.get(table, [])

    def _admit(self, row: Row) -> None:
        if row.table in NAMED and not row.name:
            self.report.refused(row, "it has no name: give it one")
            return
        if not row.id and not self._give_id(row):
            return
        first = self.by_id[row.table].setdefault(row.id, row)
        if first is row:
            return
        if row.embedded or first.embedded:
            first.values = {**row.values, **{name: value for name, value in first.values.items() if value not in (None, "")}}
            if first.embedded and not row.embedded:
                first.file, first.row, first.embedded = row.file, row.row, False
            return
        self.report.refused(row, f"the id {row.id} was used before ({first.file}, row {first.row}): the first one counts")

    def _give_id(self, row: Row) -> bool:
        """An id made of what the row says, the same at each harvest."""
        if row.table == "service_at_locations":
            row.values["id"] = f"{row.get('service_id')}/{row.get('location_id')}"
            return True
        if not row.name:
            self.report.refused(row, "it has neither an id nor a name: give it both")
            return False
        row.values["id"] = "/".join(part for part in (row.get("organization_id"), row.name) if part)
        self.report.repaired(row, "it has no id: one was made of its name")
        return True

    def _is_new(self, row: Row, seen: set[tuple[str, str]]) -> bool:
        if row.embedded or not row.id:
            return True
        if (row.table, row.id) in seen:
            self.report.refused(row, f"the id {row.id} was used before in this table: the first one counts")
            return False
        seen.add((row.table, row.id))
        return True

    def _say_what_is_not_kept(self) -> None:
        for table in NOT_KEPT:
            for file in dict.fromkeys(row.file for row in self.tables.get(table, [])):
                row = Row(table, {}, file, 0)
                self.report.repaired(row, f"{table.replace('_', ' ')} tell of the data, not of help: not kept")

    # --- owners ---

    def knows_organization(self, id_: str) -> bool:
        return bool(id_) and (id_ in self.by_id["organizations"] or origin_of(ORGANIZATION, id_) in self.known_organizations)

    def _owner_of_service(self, id_: str) -> str:
        row = self.by_id["services"][id_]
        if self.knows_organization(row.get("organization_id")):
            return row.get("organization_id")
        location = self.by_id["locations"].get(row.get("location_id"))
        if row.get("organization_id") or location is None:
            return ""
        owner = location.get("organization_id")
        return owner if self.knows_organization(owner) else ""

    def _why_no_owner(self, row: Row) -> str:
        if row.get("organization_id") or not row.get("location_id"):
            return _missing(row, "organization_id")
        if row.get("location_id") not in self.by_id["locations"]:
            return _missing(row, "location_id")
        return f"its place {row.get('location_id')} names no organisation that is in the data: add the organisation"

    def _refuse_orphans(self, table: str, owned: set[str], why) -> None:
        for id_, row in list(self.by_id[table].items()):
            if id_ not in owned:
                self.report.refused(row, why(row))
                del self.by_id[table][id_]

    def _links(self) -> Iterator[tuple[Row, str, str]]:
        """(row, service, place) of each service at a place."""
        for row in self.by_id["service_at_locations"].values():
            for column, table in (("service_id", "services"), ("location_id", "locations")):
                if row.get(column) not in self.by_id[table]:
                    self.report.refused(row, _missing(row, column))
                    break
            else:
                yield row, row.get("service_id"), row.get("location_id")
        for id_, service in self.by_id["services"].items():
            place = service.get("location_id")
            if place in self.by_id["locations"]:
                yield Row("service_at_locations", {"id": f"{id_}/{place}"}, service.file, service.row, True), id_, place
            elif place:
                self.report.repaired(service, f"{_missing(service, 'location_id')} The link was left out")

    def _owners_of_locations(self) -> dict[str, str]:
        """A place belongs to its organisation; without one, to that of the first service that is given there."""
        by_service: dict[str, str] = {}
        for _row, service, place in self.links:
            by_service.setdefault(place, self.owner_of_service[service])
        owners = {}
        for id_, row in self.by_id["locations"].items():
            named = row.get("organization_id")
            if named in self.by_id["organizations"]:
                owners[id_] = named
            elif by_service.get(id_) in self.by_id["organizations"]:
                owners[id_] = by_service[id_]
                if named:
                    self.report.repaired(
                        row, f"its organisation {named} is not in the data: it went to that of the service given there"
                    )
        return owners

    # --- parts ---

    def targets(self, row: Row) -> list[Target]:
        """The entries a part belongs to, once each. Empty: it was refused."""
        found = self._targets_of(row)
        if not found:
            named = next((column for column in NOUNS if row.get(column)), "")
            self.report.refused(row, _missing(row, named) if named else "it names no organisation, service or place it belongs to")
        return found

    def _targets_of(self, row: Row) -> list[Target]:
        found: dict[Key, Target] = {}
        for target in self._candidates(row):
            found.setdefault(target.key, target)  # the closest owner comes first
        return list(found.values())

    def _candidates(self, row: Row) -> Iterator[Target]:
        if contact := row.get("contact_id"):
            for target in self.contact_targets.get(contact, []):
                yield Target(target.key, self.uid("contact", contact))
        if link := self.by_id["service_at_locations"].get(row.get("service_at_location_id")):
            place = link.get("location_id")
            if link.get("service_id") in self.by_id["services"] and place in self.owner_of_location:
                yield Target((SERVICE, link.get("service_id")), self.uid("location", place))
        if (place := row.get("location_id")) in self.owner_of_location:
            yield Target((ORGANIZATION, self.owner_of_location[place]), self.uid("location", place))
        if (service := row.get("service_id")) in self.by_id["services"]:
            yield Target((SERVICE, service))
        if (organization := row.get("organization_id")) in self.by_id["organizations"]:
            yield Target((ORGANIZATION, organization))


def _missing(row: Row, column: str) -> str:
    noun = NOUNS.get(column, "owner")
    if not row.get(column):
        return f"it names no {noun} ({column} is empty): fill it in."
    return f"its {noun} {row.get(column)} is not in the data, or was refused: add it or correct {column}."
