"""Reads the demo's agencies (fixtures/demo: agencies, words) into entries that are not saved yet.

All dates count from the day of loading, so that the demo never rots.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.functional import cached_property
from django.utils.text import slugify

from .models import (
    AgencyPage,
    Contact,
    District,
    Entry,
    EntryWords,
    Language,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    Scheme,
    ServiceArea,
    ServiceAtLocation,
    ServicePage,
    Term,
    Website,
    fingerprint,
)
from .models.words import MACHINE

NAMESPACE = uuid.UUID("5a0e6a5e-9a3b-5d7e-8c61-1f3b6c0d9a10")
WIDE = ("town", "region", "country")
LINES = ("application_process", "what_happens")
TERM_FIELDS = {
    "kinds": Scheme.SERVICE_KIND,
    "needs": Scheme.NEED,
    "audiences": Scheme.AUDIENCE,
    "situations": Scheme.SITUATION,
    "four_ps": Scheme.FOUR_P,
    "access_modes": Scheme.ACCESS_MODE,
    "access_conditions": Scheme.ACCESS_CONDITION,
}
SERVICE_TEXTS = {
    "eligibility_description": "eligibility",
    "fees_description": "fees",
    "wait_time": "wait_time",
    "who_is_told": "who_is_told",
    "interpretation_services": "interpretation",
}
SHARED_TEXTS = ("alternate_name", "summary", "child_summary", "description", "hours_text", "alert")
# A text's name in the files -> its field, where the two differ.
FIELD_OF = {json_name: field for field, json_name in SERVICE_TEXTS.items()}


def _machine_words(language: str, uid: uuid.UUID | None, field: str, text: str, source: str) -> EntryWords:
    return EntryWords(
        language=language, record=uid, field=field, text=text, by=MACHINE, fingerprint=fingerprint(source)
    )


def demo_uid(*parts: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, "/".join(parts))


class Demo:
    """The files of one demo town, and the terms and districts they name."""

    def __init__(self, folder: Path, today: date):
        self.folder = folder
        self.today = today
        self.terms = {(term.scheme, term.code): term for term in Term.objects.all()}
        self.districts = {district.code: district for district in District.objects.all()}

    def files(self) -> Iterator[dict[str, Any]]:
        for path in sorted((self.folder / "agencies").glob("*.json")):
            yield json.loads(path.read_text(encoding="utf-8"))

    def words_of(self, key: str) -> dict[str, dict[str, Any]]:
        """language -> the file of that language, for one agency."""
        found = {}
        for folder in sorted((self.folder / "words").iterdir()):
            path = folder / f"{key}.json"
            if path.exists():
                found[folder.name] = json.loads(path.read_text(encoding="utf-8"))
        return found

    def agency(self, data: dict[str, Any]) -> AgencyPage:
        key = data["key"]
        agency = AgencyPage(
            title=data["name"],
            slug=key,
            key=key,
            kind=self.terms[Scheme.AGENCY_KIND, data["kind"]],
            sector=data["sector"],
            translation_key=demo_uid(key),
            email=data.get("email", ""),
            **self._shared(data),
        )
        self._sub_records(agency, data, key)
        agency.service_areas = [ServiceArea(reach=data["area"], uid=demo_uid(key, "area"))]
        agency.words = self._words(
            agency, key, {lang: file.get("agency", {}) for lang, file in self.words_of(key).items()}
        )
        return agency

    def services(self, data: dict[str, Any], agency: AgencyPage) -> Iterator[ServicePage]:
        words = self.words_of(data["key"])
        places = {place.uid: place for place in Location.objects.filter(entry=agency)}
        for row in data["services"]:
            own_words = {lang: file.get("services", {}).get(row["id"], {}) for lang, file in words.items()}
            yield self._service(data["key"], row, own_words, places)

    def _service(self, key: str, row: dict[str, Any], words: dict[str, dict], places: dict) -> ServicePage:
        path = f"{key}/{row['id']}"
        service = ServicePage(
            title=row["title"],
            slug=slugify(row["id"]),
            live=row.get("state", "live") == "live",
            translation_key=demo_uid(path),
            status=row.get("status", "active"),
            minimum_age=row.get("min_age_months"),
            maximum_age=row.get("max_age_months"),
            referral=row.get("referral") or "unknown",
            urgency=self.terms.get((Scheme.URGENCY, row.get("urgency"))),
            holiday_hours=row.get("holidays") or "call",
            **{field: "\n".join(row.get(field, [])) for field in LINES},
            **{field: row.get(name, "") for field, name in SERVICE_TEXTS.items()},
            **self._shared(row),
        )
        for field, scheme in TERM_FIELDS.items():
            setattr(service, field, [self.terms[scheme, code] for code in row.get(field, [])])
        self._sub_records(service, row, path)
        service.service_at_locations = [
            ServiceAtLocation(
                location=places[demo_uid(key, "locations", place)], uid=demo_uid(path, "at", place)
            )
            for place in row.get("locations", [])
        ]
        service.service_areas = [self._area(code, path) for code in row.get("areas", [])]
        service.required_documents = [
            RequiredDocument(
                term=self.terms[Scheme.DOCUMENT, document["id"]],
                note=document.get("note", ""),
                uid=demo_uid(path, "documents", document["id"]),
            )
            for document in row.get("documents", [])
        ]
        service.tags.add(*row.get("tags", []))
        service.words = self._words(service, path, words)
        return service

    def tie_providers(self) -> None:
        """Services that several agencies provide, once all agencies exist."""
        agencies = dict(AgencyPage.objects.values_list("key", "pk"))
        services = dict(ServicePage.objects.values_list("translation_key", "pk"))
        tie = ServicePage.providers.through
        tie.objects.bulk_create(
            tie(servicepage_id=services[demo_uid(f"{data['key']}/{row['id']}")], agencypage_id=agencies[key])
            for data in self.files()
            for row in data["services"]
            for key in row.get("also_provided_by", [])
        )

    def _shared(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            **{field: row.get(field, "") for field in SHARED_TEXTS},
            "assured_date": self._day(row.get("assured_days_ago")),
            "assurer": row.get("assurer", ""),
            "assurer_role": row.get("assurer_role", ""),
        }

    def _day(self, days_ago: int | None) -> date | None:
        return None if days_ago is None else self.today - timedelta(days=days_ago)

    def _area(self, code: str, path: str) -> ServiceArea:
        uid = demo_uid(path, "areas", code)
        if code in WIDE:
            return ServiceArea(reach=code, uid=uid)
        return ServiceArea(reach=ServiceArea.Reach.DISTRICT, district=self.districts[code], uid=uid)

    def _sub_records(self, entry: Entry, row: dict[str, Any], path: str) -> None:
        entry.phones = [self._phone(phone, row, path) for phone in row.get("phones", [])]
        entry.contacts = [
            Contact(**{**contact, "uid": demo_uid(path, "contacts", contact["id"]), "id": None})
            for contact in row.get("contacts", [])
        ]
        entry.websites = [
            Website(label=site.get("label", ""), url=site["url"], uid=demo_uid(path, "websites", site["url"]))
            for site in row.get("websites", [])
        ]
        if isinstance(entry, AgencyPage):
            entry.locations = [self._location(place, path) for place in row.get("locations", [])]
        entry.schedules = [*self._hours(row), *self._exceptions(row)]
        entry.languages = [Language(code=code) for code in row.get("languages", [])]

    def _phone(self, phone: dict[str, Any], row: dict[str, Any], path: str) -> Phone:
        return Phone(
            **{name: value for name, value in phone.items() if name != "id"},
            uid=demo_uid(path, "phones", phone["id"]),
            assured_date=self._day(row.get("assured_days_ago")),
            assurer=row.get("assurer", ""),
            assurer_role=row.get("assurer_role", ""),
        )

    def _location(self, place: dict[str, Any], path: str) -> Location:
        facts = {
            name: value
            for name, value in place.items()
            if name not in ("id", "district") and value is not None
        }
        location = Location(
            **facts,
            district=self.districts.get(place.get("district") or ""),
            uid=demo_uid(path, "locations", place["id"]),
        )
        if location.confidential:
            location.forget_address()
        return location

    def _hours(self, row: dict[str, Any]) -> list[Schedule]:
        return [
            Schedule(
                byday=",".join(hours["days"].split()),
                opens_at=time.fromisoformat(hours["opens"]),
                closes_at=time.fromisoformat(hours["closes"]),
            )
            for hours in row.get("schedules", [])
        ]

    def _exceptions(self, row: dict[str, Any]) -> list[Schedule]:
        return [
            Schedule(
                valid_from=self.today + timedelta(days=exception["from_days"]),
                valid_to=self.today + timedelta(days=exception["to_days"]),
                closed=exception.get("closed", True),
                notes=exception.get("text", ""),
            )
            for exception in row.get("exceptions", [])
        ]

    def _words(self, entry: Entry, path: str, by_language: dict[str, dict[str, Any]]) -> list[EntryWords]:
        sources = {(record.uid if record else None, field): text for record, field, text in entry.sources()}
        rows = []
        for language, texts in by_language.items():
            for name, value in texts.items():
                uid, field = self._target(name, path)
                text = "\n".join(value) if isinstance(value, list) else value
                source = sources.get((uid, field), "")
                if text and source:
                    rows.append(_machine_words(language, uid, field, text, source))
            rows += self._checked_words(entry, language)
        return rows

    def _checked_words(self, entry: Entry, language: str) -> list[EntryWords]:
        """Who checked it: agencies and roles recur in every entry, so their words stand once."""
        texts = {
            "assurer": self.agency_names.get(entry.assurer, {}).get(language, ""),
            "assurer_role": self.roles.get(entry.assurer_role, {}).get(language, ""),
        }
        return [
            _machine_words(language, None, field, text, getattr(entry, field))
            for field, text in texts.items()
            if text
        ]

    @cached_property
    def roles(self) -> dict[str, dict[str, str]]:
        return json.loads((self.folder / "roles.json").read_text(encoding="utf-8"))

    @cached_property
    def agency_names(self) -> dict[str, dict[str, str]]:
        """English name -> language -> name."""
        return {
            data["name"]: {
                language: file["agency"]["title"] for language, file in self.words_of(data["key"]).items()
            }
            for data in self.files()
        }

    @staticmethod
    def _target(name: str, path: str) -> tuple[uuid.UUID | None, str]:
        """`phones.main.description` -> (the phone's uid, description); `fees` -> (None, fees_description)."""
        if "." not in name:
            return None, FIELD_OF.get(name, name)
        relation, key, field = name.split(".")
        return demo_uid(path, relation, key), field
