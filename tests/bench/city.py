"""A large city for measuring the checklist: districts on a map, and services of all kinds with what a card says of each."""

from __future__ import annotations

import random
from datetime import date, time, timedelta
from typing import Any

from agencies import freshness
from agencies.models import (
    AgenciesPage,
    AgencyPage,
    District,
    Language,
    Location,
    Phone,
    Policy,
    RequiredDocument,
    Schedule,
    Scheme,
    ServiceArea,
    ServicePage,
    Term,
)
from agencies.planting import plant
from search.models import OutboxRow

DISTRICTS = 12
SERVICES = 2000
OF_AGENCY = 10
LANGUAGES = ["en", "de", "fr", "ar", "uk", "tr", "fa", "ru", "pl", "ro", "so", "ti"]
AGES = [(0, 35), (36, 71), (72, 131), (132, 215), (168, 311), (0, 215), (216, None), None, None]
WORDS = """
advice help home family school child talk listen office centre morning afternoon form letter worker nurse teacher
room waiting free group visit call answer name number tell parent together safe plan week
"""


def build(services: int = SERVICES, seed: int = 12) -> None:
    """Fills a town that `setup_town` has founded; in it families find nothing by searching, which is measured elsewhere."""
    of = random.Random(seed)
    districts = _districts()
    policy = Policy.current()
    today = freshness.today(policy)
    terms = {
        scheme: list(Term.objects.of(scheme))
        for scheme in (Scheme.SERVICE_KIND, Scheme.ACCESS_CONDITION, Scheme.DOCUMENT)
    }
    agencies = plant(
        AgenciesPage.objects.get(),
        [
            AgencyPage(title=f"{_said(of, 2)} {n:03}", key=f"agency-{n:03}")
            for n in range(services // OF_AGENCY)
        ],
    )
    for number, agency in enumerate(agencies):
        plant(agency, [_service(of, districts, terms, today) for _ in range(OF_AGENCY)])
        if number % 20 == 0:
            OutboxRow.objects.all().delete()
    OutboxRow.objects.all().delete()


def _districts() -> list[District]:
    District.objects.all().delete()
    rows = [
        District(
            code=f"district-{number}",
            name=f"District {number}",
            latitude=50 + (number // 4) * 0.03,
            longitude=8 + (number % 4) * 0.04,
            sort=number,
        )
        for number in range(DISTRICTS)
    ]
    return District.objects.bulk_create(rows)


def _said(of: random.Random, words: int) -> str:
    return " ".join(of.choice(WORDS.split()) for _ in range(words)).capitalize()


def _service(
    of: random.Random, districts: list[District], terms: dict[str, list[Term]], today: date
) -> ServicePage:
    ages = of.choice(AGES)
    district = of.choice(districts)
    service = ServicePage(
        title=_said(of, 4),
        summary=_said(of, 14) + ".",
        what_happens="\n".join(_said(of, 9) + "." for _ in range(3)),
        who_is_told=_said(of, 10) + ".",
        minimum_age=ages[0] if ages else None,
        maximum_age=ages[1] if ages else None,
        assured_date=today - timedelta(days=of.choice([5, 20, 60, 80, 100, 200, 400])),
        assurer="District office",
        assurer_role="duty desk",
    )
    parts: dict[str, list[Any]] = {
        "phones": [Phone(number=f"01632 960 {of.randint(100, 999)}")],
        "languages": [Language(code=code) for code in of.sample(LANGUAGES, of.choice([1, 1, 2, 3]))],
        "service_areas": [_area(of, district)],
        "schedules": [_week(of)],
        "required_documents": [
            RequiredDocument(term=term) for term in of.sample(terms[Scheme.DOCUMENT], of.choice([0, 0, 1, 2]))
        ],
        "locations": [_place(of, district)] if of.random() < 0.85 else [],
    }
    for name, rows in parts.items():
        setattr(service, name, rows)
    service.kinds = of.sample(terms[Scheme.SERVICE_KIND], of.choice([1, 1, 2]))
    service.access_conditions = of.sample(terms[Scheme.ACCESS_CONDITION], of.choice([0, 1, 2, 3]))
    return service


def _area(of: random.Random, district: District) -> ServiceArea:
    if of.random() < 0.4:
        return ServiceArea(reach=ServiceArea.Reach.TOWN)
    return ServiceArea(reach=ServiceArea.Reach.DISTRICT, district=district)


def _week(of: random.Random) -> Schedule:
    if of.random() < 0.05:
        return Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(0), closes_at=time(0))
    days = ",".join(of.sample(["MO", "TU", "WE", "TH", "FR"], of.randint(2, 5)))
    return Schedule(byday=days, opens_at=time(of.choice([8, 9, 10])), closes_at=time(of.choice([15, 16, 18])))


def _place(of: random.Random, district: District) -> Location:
    return Location(
        name="Office",
        district=district,
        latitude=(district.latitude or 0) + of.uniform(-0.01, 0.01),
        longitude=(district.longitude or 0) + of.uniform(-0.01, 0.01),
    )
