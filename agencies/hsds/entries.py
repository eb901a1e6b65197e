"""The columns of an organisation and of a service, as fields and parts of an entry."""

from typing import Any

from . import repair
from .columns import Columns
from .graph import Graph
from .parts import Parts
from .records import ORGANIZATION, Entry, origin_of

SERVICE_LENGTHS = {"alert": 300, "wait_time": 160, "interpretation_services": 255}
LONG_TEXTS = ("application_process", "eligibility_description", "fees_description")


def organization_fields(entry: Entry, columns: Columns, parts: Parts, graph: Graph) -> None:
    """Fills in an agency."""
    _same_for_both(entry, columns)
    entry.fields["legal_status"] = columns.line("legal_status", 120)
    entry.fields["year_incorporated"] = columns.noted("year_incorporated", repair.year, None)
    _website(entry, columns, parts, "website")
    if parent := columns.pop("parent_organization_id"):
        if graph.knows_organization(parent):
            entry.organization = origin_of(ORGANIZATION, parent)
        else:
            entry.extra["parent_organization_id"] = parent


def service_fields(entry: Entry, columns: Columns, parts: Parts, graph: Graph) -> None:
    """Fills in a service."""
    _same_for_both(entry, columns)
    fields = entry.fields
    fields["status"] = columns.noted("status", repair.status, "active")
    for name in LONG_TEXTS:
        fields[name] = columns.text(name)
    for name, length in SERVICE_LENGTHS.items():
        fields[name] = columns.line(name, length)
    if not fields["fees_description"]:
        fields["fees_description"] = columns.text("fees")
    if not fields["eligibility_description"]:
        fields["eligibility_description"] = columns.text("audience")
    fields["minimum_age"] = columns.mended("minimum_age", repair.age, None)
    fields["maximum_age"] = columns.mended("maximum_age", lambda value: repair.age(value, last=True), None)
    _ages_in_order(columns, fields)
    fields["assured_date"] = _day(columns, "assured_date")
    _website(entry, columns, parts, "url")
    _lists(entry, columns, parts)
    columns.drop("program_id", "taxonomy_ids")


def _same_for_both(entry: Entry, columns: Columns) -> None:
    entry.fields["alternate_name"] = columns.line("alternate_name", 255)
    entry.fields["description"] = columns.text("description")
    entry.fields["email"] = columns.noted("email", repair.email, "")
    if own := columns.line("summary", 300):
        entry.fields["summary"] = own
    if columns.row.id != entry.external_id.split(":", 1)[-1]:
        entry.extra["id"] = columns.row.id


def _website(entry: Entry, columns: Columns, parts: Parts, column: str) -> None:
    address = columns.noted(column, repair.url, "")
    if address:
        uid = parts.graph.uid("url", f"{entry.external_id}/{column}")
        entry.parts.setdefault("websites", []).append({"uid": uid, "url": address, "label": "", "extra": {}})


def _ages_in_order(columns: Columns, fields: dict[str, Any]) -> None:
    low, high = fields["minimum_age"], fields["maximum_age"]
    if low is None or high is None or low <= high:
        return
    columns.extra |= {
        "minimum_age": str(columns.row.values["minimum_age"]),
        "maximum_age": str(columns.row.values["maximum_age"]),
    }
    columns.say("the highest age is below the lowest: both left out, kept aside. Exchange the two")
    fields["minimum_age"] = fields["maximum_age"] = None


def _day(columns: Columns, column: str) -> str | None:
    found = columns.noted(column, repair.day, None)
    return found.isoformat() if found else None


def _lists(entry: Entry, columns: Columns, parts: Parts) -> None:
    """Columns that hold a list in one cell, as the older shape has them."""

    def uid(type_: str, value: str):
        return parts.graph.uid(type_, f"{entry.external_id}/{value}")

    for name in repair.listed(columns.text("languages")):
        relation, part = parts.language(name, uid("language", name))
        entry.parts.setdefault(relation, []).append(part | {"at": None})
    for name in repair.listed(columns.text("service_areas")):
        short = columns.fit("service_areas", name, 160)
        area = {"reach": "other", "name": short, "uid": uid("service_area", name), "extra": {}}
        entry.parts.setdefault("service_areas", []).append(area)
    for name in repair.listed(columns.text("required_documents")):
        short = columns.fit("required_documents", name, 255)
        document = {"document": short, "uid": uid("required_document", name), "extra": {}}
        entry.parts.setdefault("required_documents", []).append(document)
    for name in repair.listed(columns.text("keywords")):
        entry.tags.append(name[:100])
