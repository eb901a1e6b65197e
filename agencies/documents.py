"""Entry and Term to search.Document: the only place that knows both."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import search
from search.types import Document, Place, Text

from . import freshness
from .models import (
    Address,
    AgencyPage,
    District,
    Entry,
    Location,
    Policy,
    Scheme,
    ServiceArea,
    ServicePage,
    Term,
)
from .opening import openings

WEIGHTS = {"fresh": 1.0, "due": 1.0, "never": 0.8, "stale": 0.6}
BANDS_MONTHS = {
    "0-2": (0, 35),
    "3-5": (36, 71),
    "6-10": (72, 131),
    "11-13": (132, 167),
    "14-17": (168, 215),
    "18-25": (216, 311),
}
ADULT_MONTHS = 150 * 12
BATCH = 200
LOOK_AHEAD = 22  # days of opening hours that search knows, from yesterday on; it is told anew every day
EPOCH = datetime(1970, 1, 1)


def url_pattern(code: str) -> str:
    """The address of a page with room for the reader's language."""
    return f"/{{language}}/{code}/"


def ages_of(service: ServicePage) -> tuple[int, int] | None:
    """Months, inclusive; None where the entry names no age (it then matches every age), or ages that cannot be."""
    if service.minimum_age is None and service.maximum_age is None:
        return None
    low = service.minimum_age or 0
    high = ADULT_MONTHS if service.maximum_age is None else min(service.maximum_age, ADULT_MONTHS)
    return (low, high) if low <= high else None


def bands_of(ages: tuple[int, int] | None) -> tuple[str, ...]:
    if ages is None:
        return tuple(BANDS_MONTHS)
    low, high = ages
    return tuple(band for band, (first, last) in BANDS_MONTHS.items() if low <= last and first <= high)


def districts_of(service: ServicePage, every_district: tuple[str, ...]) -> tuple[str, ...]:
    """Where a service counts: its areas; else the districts of its places; a secret place counts as its whole area."""
    areas = service.service_areas.all()
    if any(
        area.reach in (ServiceArea.Reach.TOWN, ServiceArea.Reach.REGION, ServiceArea.Reach.COUNTRY)
        for area in areas
    ):
        return every_district
    named = {area.district.code for area in areas if area.district}
    places = service.all_locations
    if not named and not any(place.confidential for place in places):
        named = {place.district.code for place in places if place.district}
    return tuple(sorted(named)) or every_district


class Entries:
    """The source of entries and needs for search."""

    prefixes = (Address.Kind.SERVICE, Address.Kind.AGENCY, Address.Kind.NEED)

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[Document]:
        """The public documents among the ids, or all; an id that is not returned has nothing public behind it."""
        self.policy = Policy.current()
        self.now = freshness.today(self.policy)
        self.centres = {
            district.code: (district.latitude, district.longitude) for district in District.objects.all()
        }
        self.districts = tuple(self.centres)
        wanted = None if ids is None else _by_kind(ids)
        services = (
            ServicePage.objects.public()
            .for_visitor()
            .prefetch_related(
                "kinds__words",
                "needs__words",
                "needs__parent",
                "locations__district__words",
                "service_at_locations__location__district__words",
            )
        )
        yield from self._each(services, Address.Kind.SERVICE, wanted, self.of_service, "translation_key")
        agencies = (
            AgencyPage.objects.public()
            .for_visitor()
            .select_related("kind")
            .prefetch_related("kind__words", "locations__district__words")
        )
        yield from self._each(agencies, Address.Kind.AGENCY, wanted, self.of_agency, "translation_key")
        needs = Term.objects.of(Scheme.NEED).shown().select_related("address").prefetch_related("words")
        yield from self._each(needs, Address.Kind.NEED, wanted, self.of_need, "uid")

    def _each(self, queryset, kind, wanted, make, id_field) -> Iterator[Document]:
        if wanted is not None:
            if not wanted.get(kind):
                return
            queryset = queryset.filter(**{f"{id_field}__in": wanted[kind]})
        for record in queryset.order_by("pk").iterator(chunk_size=BATCH):
            if document := make(record):
                yield document

    def today(self) -> date:
        return freshness.today(Policy.current())

    def of_the_day(self) -> Iterator[str]:
        """Hours lie ahead of another day, and checks run out."""
        for model in (ServicePage, AgencyPage):
            keys = model.objects.public().order_by().values_list("translation_key", flat=True)
            yield from (f"{model.ADDRESS_KIND}:{key}" for key in keys)

    def of_service(self, service: ServicePage) -> Document | None:
        """None once nobody has confirmed it for too long: its page stays, with a notice, and search forgets it."""
        check = freshness.check_of(service, self.policy, self.now)
        if check.expired:
            return None
        ages = ages_of(service)
        districts = districts_of(service, self.districts)
        facets = {
            "need": _with_parents(service.needs.all()),
            "audience": _codes(service.audiences),
            "service_kind": _codes(service.kinds),
            "agency_kind": _agency_kinds(service.agency),
            "situation": _codes(service.situations),
            "four_p": _codes(service.four_ps),
            "access_mode": _codes(service.access_modes),
            "access_condition": _codes(service.access_conditions),
            "language": tuple(sorted({row.code for row in service.languages.all() if row.code})),
            "district": districts,
            "agency": (
                service.agency_key,
                *(agency.key for agency in service.providers.all() if agency.live),
            ),
            "age_band": bands_of(ages),
        }
        return Document(
            id=service.document_id,
            kind="service",
            url=url_pattern(service.code),
            texts={
                language: self._service_text(service, language) for language in service.languages_written()
            },
            names=self._names_elsewhere(service, [*service.kinds.all(), *service.needs.all()]),
            facets=facets,
            ages=ages,
            open=self._openings(service),
            places=self._places(service, districts),
            weight=WEIGHTS[check.state],
            last=service.is_paused,
            payload={"agency": service.agency_key},
        )

    def _service_text(self, service: ServicePage, language: str) -> Text:
        terms = _shown([*service.kinds.all(), *service.needs.all()])
        return Text(
            title=_own(service, "title", language),
            summary=_join(_own(service, "summary", language), _own(service, "child_summary", language)),
            body=_join(
                *(
                    _own(service, field, language)
                    for field in ("description", "application_process", "what_happens")
                ),
                *(
                    _own(service, field, language)
                    for field in ("eligibility_description", "fees_description", "alert")
                ),
                *(_own(term, "description", language) for term in terms),
            ),
            keywords=_join(
                _own(service, "alternate_name", language),
                _own(service.agency, "title", language) if service.agency else "",
                *_names_of(terms, language),
                *_tags(service, language),
                *_whereabouts(service.all_locations, language),
                *_numbers(service),
            ),
        )

    def _names_elsewhere(self, entry: Entry, terms: Iterable[Term | None]) -> dict[str, str]:
        """In the languages it is not written in, an entry is found by the names of what it is and is for."""
        shown = _shown(terms)
        languages = {language for term in shown for language in term.languages_written()}
        names = {
            language: _join(*_names_of(shown, language))
            for language in sorted(languages - set(entry.languages_written()))
        }
        return {language: text for language, text in names.items() if text}

    def _openings(self, entry: Entry) -> tuple[tuple[int, int], ...]:
        """In minutes of the town's clock; with what began yesterday, since a night shift may still be on."""
        if entry.is_paused:
            return ()
        spans = openings(
            entry.opening_rows,
            self.now - timedelta(days=1),
            LOOK_AHEAD,
            self.policy.is_holiday,
            entry.holiday_hours,
            zone=self.policy.tz(),
        )
        return tuple((minute_of(span.start), minute_of(span.end)) for span in spans)

    def _places(self, service: ServicePage, districts: Iterable[str]) -> tuple[Place, ...]:
        """Its points; a refuge, which has none to show, counts as lying all over its districts."""
        places = service.all_locations
        points = [
            Place(place.latitude, place.longitude)
            for place in places
            if not place.confidential and place.latitude is not None and place.longitude is not None
        ]
        if points or not any(place.confidential for place in places):
            return tuple(points)
        centres = (self.centres[code] for code in districts)
        return tuple(
            Place(latitude, longitude, shown=False)
            for latitude, longitude in centres
            if latitude is not None and longitude is not None
        )

    def of_agency(self, agency: AgencyPage) -> Document | None:
        check = freshness.check_of(agency, self.policy, self.now)
        if check.expired:
            return None
        return Document(
            id=agency.document_id,
            kind="agency",
            url=url_pattern(agency.code),
            texts={language: self._agency_text(agency, language) for language in agency.languages_written()},
            facets={
                "agency": (agency.key,),
                "agency_kind": _agency_kinds(agency),
                "language": tuple(sorted({row.code for row in agency.languages.all() if row.code})),
            },
            names=self._names_elsewhere(agency, [agency.kind]),
            open=self._openings(agency),
            weight=WEIGHTS[check.state] * 0.7,
            payload={"agency": agency.key},
        )

    def _agency_text(self, agency: AgencyPage, language: str) -> Text:
        return Text(
            title=_own(agency, "title", language),
            summary=_join(_own(agency, "summary", language), _own(agency, "child_summary", language)),
            body=_join(_own(agency, "description", language), _own(agency, "alert", language)),
            keywords=_join(
                _own(agency, "alternate_name", language),
                *_names_of(_shown([agency.kind]), language),
                *_tags(agency, language),
                *_whereabouts(agency.locations.all(), language),
                *_numbers(agency),
            ),
        )

    def of_need(self, need: Term) -> Document:
        return Document(
            id=f"{Address.Kind.NEED}:{need.uid}",
            kind="need",
            url=url_pattern(need.public_code),
            texts={language: self._need_text(need, language) for language in need.languages_written()},
            facets={"need": (need.code,)},
            weight=0.8,
        )

    def _need_text(self, need: Term, language: str) -> Text:
        return Text(
            title=_own(need, "name", language),
            summary=_own(need, "description", language),
            body=_own(need, "child_label", language),
        )


def _own(record: Entry | Term | District, field: str, language: str) -> str:
    """The text if it exists in that language: a fallback would be indexed under the wrong language."""
    said = record.said(field, language)
    return "" if said.is_foreign else said.text


def minute_of(moment: datetime) -> int:
    """How search counts time: minutes of the town's own clock since 1970."""
    return int((moment - EPOCH) / timedelta(minutes=1))


def _names_of(terms: Iterable[Term], language: str) -> list[str]:
    return [
        text for term in terms for field in ("name", "child_label") if (text := _own(term, field, language))
    ]


def _whereabouts(places: Iterable[Location], language: str) -> list[str]:
    """Streets and districts are searched for too. Of a secret place there is nothing to know, not even a name."""
    return [
        text
        for place in places
        if not place.confidential
        for text in (
            place.name,
            place.address_1,
            place.city,
            _own(place.district, "name", language) if place.district else "",
        )
        if text
    ]


def _numbers(entry: Entry) -> list[str]:
    """A number as it is written, and as people type it who leave the spaces out; none that is withheld.

    Among the keywords, which no snippet shows: a number is never shown without who checked it.
    """
    numbers = [phone.number for phone in entry.phones.all() if not phone.withheld]
    return [text for number in numbers for text in (number, number.replace(" ", ""))]


def _join(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _tags(entry: Entry, language: str) -> list[str]:
    """Tags are words of the language the entry is written in."""
    return [row.tag.name for row in entry.tagged.all()] if language == entry.words_language else []


def _shown(terms: Iterable[Term | None]) -> list[Term]:
    """A term that the town has hidden stays with the entry, but nobody finds the entry by it."""
    return [term for term in terms if term is not None and not term.hidden]


def _codes(terms) -> tuple[str, ...]:
    return tuple(term.code for term in _shown(terms.all()))


def _with_parents(needs: Iterable[Term]) -> tuple[str, ...]:
    """A need and the group above it, so that ticking the group finds its needs."""
    pairs = [term for need in _shown(needs) for term in (need, need.parent)]
    return tuple(dict.fromkeys(term.code for term in _shown(pairs)))


def _agency_kinds(agency: AgencyPage | None) -> tuple[str, ...]:
    return tuple(term.code for term in _shown([agency.kind if agency else None]))


def _by_kind(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for document_id in ids:
        kind, _colon, key = document_id.partition(":")
        if _is_uuid(key):
            found.setdefault(kind, []).append(key)
    return found


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def register() -> None:
    search.register(Entries())
