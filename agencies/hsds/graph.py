"""Which row belongs to which: ids, doubles, owners. What hangs in the air is refused with the reason."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from .records import ORGANIZATION, SERVICE, Report, Row, minted, origin_of
from .secrecy import is_secret
from .tables import ADDRESSES, NOT_KEPT

Key = tuple[str, str]  # (organization or service, its id at the source)
NOUNS = {
    "organization_id": "organisation",
    "service_id": "service",
    "location_id": "place",
    "service_at_location_id": "service at a place",
    "contact_id": "contact",
    "phone_id": "number",
}
LONGEST_ID = 200
NAMED = ("organizations", "services", "programs", "taxonomy_terms")
SINGLE = (*NAMED, "locations", "service_at_locations")
_NAMED_BY_ITS_PLACE = (
    "services name this organisation, but no row describes it: it got an agency with the name of its place."
    " Add its row, and the next harvest brings the rest"
)
_NAMED_BY_NOBODY = (
    "services name this organisation, but no row describes it, and its places do not give it one name: it got"
    " an agency that stays a draft, and its services are not public, until somebody names and publishes it."
    " Add its row, or name the agency here"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The entry that a part goes to, and the place, contact or number of that entry it is only for."""

    key: Key
    at: uuid.UUID | None = None


class Graph:
    """The rows of one harvest by table and id, and who owns whom."""

    def __init__(
        self, rows: list[Row], source: str, report: Report, known_organizations: frozenset[str] = frozenset()
    ):
        self.source = source
        self.report = report
        self.known_organizations = known_organizations
        self.tables: dict[str, list[Row]] = {}
        self.by_id: dict[str, dict[str, Row]] = {table: {} for table in SINGLE}
        self._doubles: dict[tuple[str, str], list[Row]] = {}
        seen: set[tuple[str, str, str]] = set()
        for row in rows:
            if row.table in SINGLE:
                self._admit(row)
            elif self._is_new(row, seen):
                self.tables.setdefault(row.table, []).append(row)
        self._say_what_is_not_kept()
        self._addresses = self._addresses_by_place()
        self._called_by_street: set[str] = set()
        self._name_places()
        self.undescribed: set[str] = set()  # organisations that services name and no row describes
        self.unnamed: set[str] = set()  # of these, the ones that no place gives a name
        self._stand_in_for_organizations()
        self.owner_of_service: dict[str, str] = {}
        for id_ in list(self.by_id["services"]):
            self._own_service(id_)
        self.links = list(self._links())
        self.owner_of_location = self._owners_of_locations()
        for id_, row in list(self.by_id["locations"].items()):
            if id_ not in self.owner_of_location:
                self.report.refused(row, _missing(row, "organization_id"))
                del self.by_id["locations"][id_]
        self._refuse_doubles()
        self.links = [link for link in self.links if link[2] in self.owner_of_location]
        self.contact_targets: dict[str, list[Target]] = {}
        for row in self.tables.get("contacts", []):
            if row.id:
                self.contact_targets.setdefault(row.id, []).extend(self._targets_of(row))

    # --- places ---

    def addresses_of(self, place: str) -> list[Row]:
        """Its addresses, those for visitors before those for letters."""
        return self._addresses.get(place, [])

    def _addresses_by_place(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for table in ADDRESSES:
            for row in self.tables.get(table, []):
                if row.get("location_id"):
                    found.setdefault(row.get("location_id"), []).append(row)
        return found

    def _name_places(self) -> None:
        """HSDS lets a place have no name; we call it by its other name or its street."""
        for id_, row in list(self.by_id["locations"].items()):
            if row.name:
                continue
            addresses = self.addresses_of(id_)
            street = (
                ""
                if is_secret(row, addresses)
                else next((a.get("address_1") for a in addresses if a.get("address_1")), "")
            )
            name = row.get("alternate_name") or street
            if not name:
                self.report.refused(row, "it has no name and no address: give it a name")
                del self.by_id["locations"][id_]
                continue
            row.values["name"] = name
            if not row.get("alternate_name"):
                self._called_by_street.add(id_)
            self.report.repaired(row, "it has no name: it is called by its other name or its street")

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
        if len(row.id) > LONGEST_ID:
            self.report.refused(row, f"its id is longer than {LONGEST_ID} characters: give it a shorter one")
            return
        first = self.by_id[row.table].setdefault(row.id, row)
        if first is row:
            return
        if row.embedded or first.embedded:
            first.values = {
                **row.values,
                **{name: value for name, value in first.values.items() if value not in (None, "")},
            }
            if first.embedded and not row.embedded:
                first.file, first.row, first.embedded = row.file, row.row, False
            return
        self._doubles.setdefault((row.table, row.id), []).append(row)

    def _refuse_doubles(self) -> None:
        for (table, id_), rows in self._doubles.items():
            first = self.by_id[table].get(id_)
            where = f" ({first.file}, row {first.row})" if first else ""
            for row in rows:
                self.report.refused(row, f"the id {id_} was used before{where}: the first one counts")

    def _give_id(self, row: Row) -> bool:
        """An id made of what the row says, the same at each harvest."""
        if row.table == "service_at_locations":
            row.values["id"] = f"{row.get('service_id')}/{row.get('location_id')}"
            return True
        if row.table == "taxonomy_terms" and row.get("taxonomy_id"):
            row.values["id"] = row.get("taxonomy_id")  # the older shape's name for it
            return True
        if not row.name:
            self.report.refused(row, "it has neither an id nor a name: give it both")
            return False
        row.values["id"] = "/".join(part for part in (row.get("organization_id"), row.name) if part)
        self.report.repaired(row, "it has no id: one was made of its name")
        return True

    def _is_new(self, row: Row, seen: set[tuple[str, str, str]]) -> bool:
        if row.embedded or not row.id:
            return True
        place = (row.file, row.table, row.id)
        if place in seen:
            self.report.refused(row, f"the id {row.id} was used before in this file: the first one counts")
            return False
        seen.add(place)
        return True

    def _say_what_is_not_kept(self) -> None:
        terms = self.by_id["taxonomy_terms"]
        for row in terms.values():
            if row.get("parent_id") and row.get("parent_id") not in terms:
                self.report.repaired(
                    row, f"the term above it ({row.get('parent_id')}) is not in the data: kept without"
                )
        for table in NOT_KEPT:
            for file in dict.fromkeys(row.file for row in self.tables.get(table, [])):
                row = Row(table, {}, file, 0)
                self.report.repaired(
                    row, f"{table.replace('_', ' ')} tell of the data, not of help: not kept"
                )

    # --- owners ---

    def knows_organization(self, id_: str) -> bool:
        return bool(id_) and (
            id_ in self.by_id["organizations"] or origin_of(ORGANIZATION, id_) in self.known_organizations
        )

    def _stand_in_for_organizations(self) -> None:
        """A row for each organisation that a service names and no row describes: help is not lost because a
        file leaves out who gives it.
        """
        wanted: dict[str, Row] = {}  # with the first service that names it
        for id_, service in self.by_id["services"].items():
            rows = [service, *self._doubles.get(("services", id_), [])]
            if any(self._owner_of_service(row) for row in rows):
                continue
            if first := next(
                (row for row in rows if 0 < len(row.get("organization_id")) <= LONGEST_ID), None
            ):
                wanted.setdefault(first.get("organization_id"), first)
        names = self._names_of_places()
        for id_, service in wanted.items():
            self._stand_in(id_, service, names.get(id_, set()))

    def _stand_in(self, id_: str, service: Row, names: set[str]) -> None:
        (name,) = names if len(names) == 1 else ("",)
        title = name or f"Agency {id_} (name unknown)"
        row = Row("organizations", {"id": id_, "name": title}, service.file, service.row)
        self.by_id["organizations"][id_] = row
        self.undescribed.add(id_)
        if name:
            self.report.repaired(row, _NAMED_BY_ITS_PLACE)
            return
        self.unnamed.add(id_)
        self.report.repaired(row, _NAMED_BY_NOBODY)

    def _names_of_places(self) -> dict[str, set[str]]:
        """What the places of each organisation are called; a street is nobody's name."""
        names: dict[str, set[str]] = {}
        for id_, row in self.by_id["locations"].items():
            name = "" if id_ in self._called_by_street else " ".join(row.name.split())
            names.setdefault(row.get("organization_id"), set()).add(name)
        return names

    def _owner_of_service(self, row: Row) -> str:
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
        return f"its place {row.get('location_id')} names no organisation that is in the data: add it"

    def _own_service(self, id_: str) -> None:
        """Finds its organisation. A row without one is refused and does not block its id for a better row."""
        doubles = self._doubles.get(("services", id_), [])
        while not (owner := self._owner_of_service(self.by_id["services"][id_])):
            row = self.by_id["services"].pop(id_)
            self.report.refused(row, self._why_no_owner(row))
            if not doubles:
                return
            self.by_id["services"][id_] = doubles.pop(0)
        self.owner_of_service[id_] = owner

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
                yield (
                    Row("service_at_locations", {"id": f"{id_}/{place}"}, service.file, service.row, True),
                    id_,
                    place,
                )
            elif place:
                self.report.repaired(service, f"{_missing(service, 'location_id')} The link was left out")

    def _owners_of_locations(self) -> dict[str, str]:
        """A place belongs to its organisation; without one, to that of the first service given there."""
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
                        row,
                        f"its organisation {named} is not in the data: it went to that of the service"
                        " given there",
                    )
        return owners

    # --- parts ---

    def targets(self, row: Row) -> list[Target]:
        """The entries a part belongs to, once each. Empty: it was refused."""
        found = self._targets_of(row)
        if not found:
            named = next((column for column in NOUNS if row.get(column)), "")
            self.report.refused(
                row,
                _missing(row, named) if named else "it names no organisation, service or place it belongs to",
            )
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
