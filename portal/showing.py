"""An entry on its own page: every fact and every word it has, in the reader's language or labelled."""

from dataclasses import dataclass, field, replace
from typing import Any

import segno
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies import freshness
from agencies.models import (
    AgencyPage,
    Entry,
    Location,
    PhoneFacts,
    Policy,
    Said,
    ServiceArea,
    ServicePage,
)

from . import cards, hours, languages, numbers
from .hours import Opening
from .numbers import Number


@dataclass(frozen=True, slots=True)
class Place:
    name: Said
    confidential: bool
    lines: list[str]
    district: Said | str
    how_to_get_there: Said | None
    accessibility: list[Said]
    opening: Opening | None = None
    numbers: list[Number] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name and one more text: a document with its note, a provider with its address."""

    name: Said | str
    note: Said | str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    title: Said
    department: Said
    email: str


@dataclass(frozen=True, slots=True)
class Site:
    label: Said
    url: str


WEB = ("https://", "http://")
WIDEST_FIRST = (ServiceArea.Reach.COUNTRY, ServiceArea.Reach.REGION, ServiceArea.Reach.TOWN)


class Shown(dict):
    """The facts and words of an entry, by the names the templates use."""


def qr_svg(url: str) -> str:
    """A QR code as SVG without style attributes, which the public policy forbids."""
    return segno.make(url, error="m").svg_inline(svgclass=None, lineclass=None, omitsize=True, dark="#000")


def _shared(entry: Entry, policy: Policy, language: str, short_url: str) -> dict[str, Any]:
    said = {
        field: entry.said(field, language)
        for field in ("title", "alternate_name", "summary", "child_summary", "description")
    }
    return {
        **said,
        "alert": entry.said("alert", language) or None,
        "child_url": cards.child_url(entry.code),
        "email": entry.email,
        "checked": freshness.check_of(entry, policy, language=language),
        "opening": hours.opening_of(entry, policy, language),
        "numbers": cards.numbers_of(entry, policy, language),
        "contacts": [
            Desk(
                entry.said("title", language, row),
                entry.said("department", language, row),
                row.email if row.email != entry.email else "",
            )
            for row in entry.contacts.all()
        ],
        "websites": [
            Site(entry.said("label", language, row), row.url)
            for row in entry.websites.all()
            if row.url.startswith(WEB)  # a feed may hold anything, and a link can carry a script
        ],
        "languages": [
            languages.name_of(row.code) if row.code else row.name
            for row in entry.languages.all()
            if row.at is None
        ],
        # Free tags have no translations: they are words of the entry's own language.
        "tags": [row.tag.name for row in entry.tagged.all()] if entry.words_language == language else [],
        "share_url": short_url,
        "qr_svg": qr_svg(short_url) if short_url else "",
    }


def of_agency(agency: AgencyPage, policy: Policy, language: str, short_url: str = "") -> Shown:
    shared = _shared(agency, policy, language, short_url)
    return Shown(
        **shared,
        kind=agency.kind.said("name", language) if agency.kind else None,
        places=[_place(place, agency, policy, language) for place in agency.locations.all()],
    )


def of_service(service: ServicePage, policy: Policy, language: str, short_url: str = "") -> Shown:
    shared = _shared(service, policy, language, short_url)
    agency = service.agency
    return Shown(
        **shared,
        who=agency.said("title", language) if agency else None,
        who_url=cards.page_url(agency.code) if agency and agency.code and agency.live else "",
        status=service.status,
        closed=service.is_paused,
        chips=cards.chips_of(service, policy),
        steps=service.said("application_process", language).lines,
        what_happens=service.said("what_happens", language).lines,
        who_is_told=service.said("who_is_told", language) or None,
        eligibility=service.said("eligibility_description", language),
        ages=ages_text(service.minimum_age, service.maximum_age),
        fees=service.said("fees_description", language),
        documents=[_document(row, service, language) for row in service.required_documents.all()],
        access_modes=names_of(service.access_modes.all(), language),
        conditions=names_of(service.access_conditions.all(), language),
        referral=_referral(service),
        wait_time=service.said("wait_time", language),
        interpretation=service.said("interpretation_services", language),
        places=_places(service, policy, language),
        areas=areas_of(service, language),
        providers=[
            Named(other.said("title", language), url=cards.page_url(other.code))
            for other in service.providers.all()
            if other.live and other.code
        ],
    )


def names_of(terms, language: str) -> list[Said]:
    return [term.said("name", language) for term in terms]


def ages_text(low: int | None, high: int | None) -> str:
    """Months in the words people use: "Under 18 years", "From 14 years", "6 to 17 years", "6 to 18 months"."""
    if low is None and high is None:
        return ""
    low = low or 0
    if high is None:
        return _("From %(age)s") % {"age": _age(low)} if low else _("People of every age")
    if not low:
        return _("Under %(age)s") % {"age": _age(high + 1)}
    if low % 12 == 0 and (high + 1) % 12 == 0:
        first, last = low // 12, high // 12
        return (
            _age(low) if first == last else _("%(low)s to %(high)s") % {"low": first, "high": _age(last * 12)}
        )
    end = high + 1 if high < 36 else -(-(high + 1) // 12) * 12
    return _("From %(low)s to under %(high)s") % {"low": _age(low), "high": _age(end)}


def _age(months: int) -> str:
    if months % 12:
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    years = months // 12
    return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}


def areas_of(service: ServicePage, language: str) -> list[Said | str]:
    """Where its people come from. The widest reach says it all: nobody needs "the town" beside "the region"."""
    areas = list(service.service_areas.all())
    reaches = [area.reach for area in areas if not (area.name or area.district)]
    widest = next((reach for reach in WIDEST_FIRST if reach in reaches), None)
    shown = [area_name(area, service, language) for area in areas if area.name or area.district]
    if widest is not None:
        shown.append(str(capfirst(ServiceArea.Reach(widest).label)))
    return shown


def area_name(area: ServiceArea, service: ServicePage, language: str) -> Said | str:
    if area.name:
        return service.said("name", language, area)
    return area.district.said("name", language) if area.district else ""


def _document(row, service: ServicePage, language: str) -> Named:
    name = row.term.said("name", language) if row.term else service.said("document", language, row)
    return Named(name, service.said("note", language, row) if row.note else "")


def _referral(service: ServicePage) -> str:
    if service.referral in (ServicePage.Referral.UNKNOWN, ""):
        return ""
    return capfirst(str(service.get_referral_display()))


def _places(service: ServicePage, policy: Policy, language: str) -> list[Place]:
    own = [_place(place, service, policy, language) for place in service.locations.all()]
    if service.agency is None:
        return own
    return own + [
        _place(row.location, service.agency, policy, language) for row in service.service_at_locations.all()
    ]


def _place(place: Location, owner: Entry, policy: Policy, language: str) -> Place:
    rows = [row for row in owner.schedules.all() if row.at == place.uid]
    return Place(
        name=owner.said("name", language, place),
        confidential=place.confidential,
        lines=place.lines,
        district=place.district.said("name", language) if place.district else "",
        how_to_get_there=owner.said("transportation", language, place) or None,
        accessibility=_sentences(owner.said("accessibility", language, place)),
        opening=hours.opening_of(owner, policy, language, rows) if rows else None,
        numbers=[
            numbers.of_phone(phone, owner, policy, language)
            for phone in owner.phones.all()
            if phone.at == place.uid and not phone.withheld and phone.type != PhoneFacts.Type.FAX
        ],
    )


def _sentences(said: Said) -> list[Said]:
    parts = [part.strip() for line in said.text.splitlines() for part in line.split(". ")]
    return [replace(said, text=part.rstrip(".")) for part in parts if part]
