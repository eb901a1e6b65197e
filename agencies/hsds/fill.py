"""An entry of a harvest to the models of a page: fields, sub-records, terms, tags."""

import uuid
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.db.models import Model
from django.utils.text import slugify

from ..models import (
    AgencyPage,
    Contact,
    District,
    Entry,
    EntryTag,
    Language,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    Scheme,
    ServiceArea,
    ServiceAtLocation,
    ServicePage,
    Tag,
    Term,
    Website,
)
from . import records

MODELS: dict[str, type[Model]] = {
    "phones": Phone,
    "contacts": Contact,
    "websites": Website,
    "locations": Location,
    "schedules": Schedule,
    "languages": Language,
    "service_areas": ServiceArea,
}
OF_SERVICES: dict[str, type[Model]] = {
    "service_at_locations": ServiceAtLocation,
    "required_documents": RequiredDocument,
}
DATES, TIMES = ("valid_from", "valid_to", "assured_date"), ("opens_at", "closes_at")
FIELD_OF_SCHEME: dict[str, str] = {
    Scheme.NEED: "needs",
    Scheme.SERVICE_KIND: "kinds",
    Scheme.AUDIENCE: "audiences",
    Scheme.SITUATION: "situations",
    Scheme.FOUR_P: "four_ps",
    Scheme.ACCESS_MODE: "access_modes",
    Scheme.ACCESS_CONDITION: "access_conditions",
}


class Filler:
    """Fills pages; knows the town's terms, districts and tags, each read once."""

    def __init__(self, tags: Iterable[str]):
        self.terms: dict[str, Term] = {}
        for term in Term.objects.all():
            self.terms[str(term.uid)] = term
            if term.oe_id and term.oe_match == "exact":
                self.terms.setdefault(f"oe:{term.oe_id}", term)
        self.documents = {}
        for term in Term.objects.of(Scheme.DOCUMENT):
            self.documents[term.code] = self.documents[slugify(term.name)] = term
        self.districts = {
            slugify(name): district
            for district in District.objects.all()
            for name in (district.code, district.name)
        }
        self.tags = _tags(tags)
        self.places: dict[uuid.UUID, int] = {}

    def look_at_places(self, source_id: int) -> None:
        """Places have keys of ours once their agencies are saved; services name them."""
        self.places = dict(
            Location.objects.filter(entry__source_id=source_id).order_by("pk").values_list("uid", "pk")
        )

    def new(self, entry: records.Entry) -> Entry:
        model = AgencyPage if entry.type == records.ORGANIZATION else ServicePage
        page = model(translation_key=entry.uid, external_id=entry.external_id)
        self.fill(page, entry, saved=False)
        return page

    def fill(self, page: Entry, entry: records.Entry, *, saved: bool = True) -> None:
        """Everything the source says; what it does not speak of stays."""
        page.title, page.source_language, page.extra = entry.name, entry.language, entry.extra
        page.draft_title = entry.name
        for name, value in entry.fields.items():
            setattr(page, name, _typed(name, value))
        models = MODELS | (OF_SERVICES if isinstance(page, ServicePage) else {})
        for relation, model in models.items():
            parts = [self._typed_part(relation, part) for part in entry.parts.get(relation, [])]
            self._set(page, relation, model, parts, saved)
        if isinstance(page, ServicePage):
            self._set_terms(page, entry)
        tagged = [EntryTag(tag=self.tags[name.lower()]) for name in dict.fromkeys(entry.tags)]
        page.tagged = tagged

    def _set(
        self, page: Entry, relation: str, model: type[Model], parts: list[dict[str, Any]], saved: bool
    ) -> None:
        """Rows keep their keys where their ids are the same: services point to places."""
        known = {row.uid: row.pk for row in getattr(page, relation).all()} if saved else {}
        setattr(page, relation, [model(**part, pk=known.get(part["uid"])) for part in parts])

    def _typed_part(self, relation: str, part: dict[str, Any]) -> dict[str, Any]:
        typed = {name: _typed(name, value) for name, value in part.items()}
        if relation == "service_at_locations":
            typed["location_id"] = self.places[typed.pop("location")]
        if relation == "service_areas" and (district := self.districts.get(slugify(part["name"]))):
            typed |= {"district": district, "reach": ServiceArea.Reach.DISTRICT}
        if relation == "required_documents" and (term := self.documents.get(slugify(part["document"]))):
            typed |= {"term": term, "document": ""}
        return typed

    def _set_terms(self, page: ServicePage, entry: records.Entry) -> None:
        by_field: dict[str, list[Term]] = {}
        for name in dict.fromkeys(entry.terms):
            term = self.terms.get(name)
            if term and term.scheme in FIELD_OF_SCHEME:
                by_field.setdefault(FIELD_OF_SCHEME[term.scheme], []).append(term)
        for field, terms in by_field.items():
            setattr(page, field, terms)


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, str) and value:
        if name in DATES:
            return date.fromisoformat(value)
        if name in TIMES:
            return time.fromisoformat(value)
    return value


def _tags(names: Iterable[str]) -> dict[str, Tag]:
    """Free tags by their lower-case name; new ones are made."""
    wanted = {name.lower(): name for name in names}
    found = {tag.name.lower(): tag for tag in Tag.objects.all()} if wanted else {}
    for low, name in wanted.items():
        if low not in found:
            found[low] = Tag.objects.create(name=name)
    return found
