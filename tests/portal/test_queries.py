"""A page asks the database as often for many children as for one, in every language."""

from __future__ import annotations

import json
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import (
    AgencyPage,
    Contact,
    District,
    DistrictWords,
    EntryWords,
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
from agencies.planting import plant
from portal.models import TownNumber
from search import outbox

from . import small_town

LANGUAGES = ("en", "ar")
FURTHER = ("de", "fr", "uk", "ar")
TERMS = {
    "kinds": Scheme.SERVICE_KIND,
    "needs": Scheme.NEED,
    "audiences": Scheme.AUDIENCE,
    "situations": Scheme.SITUATION,
    "access_modes": Scheme.ACCESS_MODE,
    "access_conditions": Scheme.ACCESS_CONDITION,
}


def count(client: Client, path: str, **fields: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        response = (
            client.post(path, fields, headers={"X-Requested-With": "fetch"}) if fields else client.get(path)
        )
    assert response.status_code == 200, path
    return len(queries)


@pytest.fixture(autouse=True)
def warm(town: None, client: Client) -> None:
    """What a process asks once in its life is not counted."""
    count(client, "/en/find/", words="anything")
    client.get(f"/en/{small_town.content().code}/")


def districts(number: int) -> list[District]:
    found = []
    for n in range(number):
        district = District(code=f"d{District.objects.count()}", name=f"District {n}")
        district.words = [
            DistrictWords(language=language, field="name", text=f"{language} {n}") for language in FURTHER
        ]
        district.save()
        found.append(district)
    return found


def parts(number: int) -> dict[str, list[Any]]:
    """So many sub-records of every kind, at so many places."""
    today = timezone.localdate()
    where = districts(number)
    places = [
        Location(name=f"Place {n}", address_1="1 Quay", district=where[n], accessibility="Ramp. Lift.")
        for n in range(number)
    ]
    return {
        "locations": places,
        "phones": [
            Phone(number=f"01632 960 {n}{k}", description="Desk", hours="9 to 5", at=at)
            for n in range(number)
            for k, at in enumerate((None, places[n].uid))
        ],
        "contacts": [Contact(title=f"Desk {n}", department="Front") for n in range(number)],
        "websites": [Website(label=f"Site {n}", url=f"https://s{n}.example") for n in range(number)],
        "languages": small_town.speaks(*("en", "de", "fr", "uk", "ar")[:number]),
        "schedules": [
            Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(0), closes_at=time(0), at=at)
            for n in range(number)
            for at in (None, places[n].uid)
        ]
        + [
            Schedule(closed=True, valid_from=today, valid_to=today + timedelta(n), notes="Why")
            for n in range(number)
        ],
        "service_areas": [ServiceArea(reach="district", district=where[n]) for n in range(number)],
    }


def texts(entry: Any) -> list[EntryWords]:
    return [
        EntryWords(
            language=language,
            record=record.uid if record else None,
            field=field,
            text=f"{language}: {text}",
            fingerprint=fingerprint(text),
        )
        for record, field, text in entry.sources()
        if text
        for language in FURTHER
    ]


def some(scheme: str, number: int) -> list[Term]:
    return list(Term.objects.of(scheme).order_by("pk")[:number])


def rich_agency(number: int) -> AgencyPage:
    """An agency with so many parts, services of so many parts, and words in five languages for all of them."""
    house = small_town.agency("House", summary="We help.", kind=some(Scheme.AGENCY_KIND, 1)[0])
    for name, rows in parts(number).items():
        setattr(house, name, rows)
    house.words = texts(house)
    house.save()
    partners = [small_town.agency(f"Partner {n}") for n in range(number)]
    services = [rich_service(house, n, number, partners) for n in range(number)]
    plant(house, services)
    outbox.drain()
    return house


def rich_service(house: AgencyPage, position: int, number: int, partners: list[AgencyPage]) -> ServicePage:
    page = ServicePage(
        title=f"Service {position}",
        slug=f"s{house.pk}-{position}",
        summary="You get help.",
        alert="Mind the step.",
        what_happens="One.\nTwo.",
        who_is_told="Nobody.",
        fees_description="Nothing.",
    )
    for name, rows in parts(number).items():
        setattr(page, name, rows)
    page.required_documents = [
        RequiredDocument(term=term, note="Or a copy") for term in some(Scheme.DOCUMENT, number)
    ]
    page.service_at_locations = [ServiceAtLocation(location=place) for place in house.locations.all()]
    for name, scheme in TERMS.items():
        setattr(page, name, some(scheme, number))
    page.providers = partners
    page.words = texts(page)
    return page


@pytest.fixture
def small(town: None) -> AgencyPage:
    return rich_agency(1)


def first_service(house: AgencyPage) -> str:
    return ServicePage.objects.filter(agency=house).first().code


def test_an_entrys_page_asks_as_often_for_four_parts_as_for_one(small: AgencyPage, client: Client) -> None:
    large = rich_agency(4)
    for language in LANGUAGES:
        for of in (first_service, lambda house: house.code):
            few, many = (count(client, f"/{language}/{of(house)}/") for house in (small, large))
            assert few == many, (language, of)


def test_a_list_asks_as_often_for_twenty_services_as_for_one(small: AgencyPage, client: Client) -> None:
    need = some(Scheme.NEED, 1)[0].address.code
    code = small.code
    paths = [f"/{language}/{path}" for language in LANGUAGES for path in ("", "now/", f"{need}/", f"{code}/")]

    def counts() -> dict[str, int]:
        found = {path: count(client, path) for path in paths}
        for language in LANGUAGES:
            asked = {"words": "service", "need": "g-danger"}
            found[language] = count(client, f"/{language}/find/", **asked)
            chosen = asked | {"open": "now", "near": near}
            found[f"{language}, open and near"] = count(client, f"/{language}/find/", **chosen)
            found[f"{language}, typing"] = count(client, f"/{language}/find/", suggest="1", words="serv")
        return found

    where = District.objects.first()
    where.latitude, where.longitude = 54.0, 10.0
    where.save()
    near = where.code

    before = counts()
    plant(small, [rich_service(small, n, 2, []) for n in range(1, 20)])
    outbox.drain()
    assert counts() == before


def test_an_empty_answer_asks_as_often_for_many_ticks_as_for_seven(small: AgencyPage, client: Client) -> None:
    """The drops are bounded: each asks search once."""
    codes = Term.objects.of(Scheme.NEED).filter(parent=None).order_by("pk").values_list("code", flat=True)
    few, many = (
        count(client, "/en/find/", words="zzqx", need=list(codes[:number])) for number in (7, len(codes))
    )
    assert few == many


def test_the_frame_asks_as_often_for_many_numbers_and_sections(town: None, client: Client) -> None:
    kinds = TownNumber.Kind.values
    counts = []
    for number in (1, 5):
        small_town.numbers(*(small_town.confirmed(kinds[n], "112", label="Call") for n in range(number)))
        for n in range(number):
            section = small_town.content(f"Section {n}", in_navigation=True)
            small_town.translated(section, "ar", title="x")
        counts.append(
            [count(client, f"/{language}/{path}") for language in LANGUAGES for path in ("", "now/", "safe/")]
        )
    assert counts[0] == counts[1]


def test_a_page_of_the_town_asks_as_often_for_many_blocks_and_children(
    small: AgencyPage, client: Client
) -> None:
    small_town.numbers()
    kind, need = some(Scheme.SERVICE_KIND, 1)[0].code, some(Scheme.NEED, 3)
    blocks = [
        {"type": "services", "value": {"title": "", "kinds": [kind]}},
        {"type": "needs", "value": [term.code for term in need]},
        {"type": "numbers", "value": ["emergency"]},
        {"type": "urgent", "value": {"title": "Danger", "text": "Call."}},
    ]
    counts = []
    for number in (1, 5):
        page = small_town.content(body=json.dumps(blocks * number))
        for n in range(number):
            small_town.content(f"Below {n}", parent=page)
        counts.append([count(client, f"/{language}/{page.code}/") for language in LANGUAGES])
    assert counts[0] == counts[1]


def test_plain_pages_ask_little(town: None, client: Client) -> None:
    small_town.numbers()
    assert count(client, "/en/safe/") <= 6
    assert count(client, "/en/") <= 12
