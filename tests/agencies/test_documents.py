"""What search learns of an entry: its facets, its words in each language, and nothing it should not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies import freshness
from agencies.documents import Entries
from agencies.models import (
    Address,
    Language,
    Policy,
    Scheme,
    ServiceArea,
    ServiceAtLocation,
    ServicePage,
    Term,
    TermWords,
    fingerprint,
)
from search.engines.base import check_document
from search.types import Document
from tests import factories
from tests.factories import place, term, words

pytestmark = pytest.mark.django_db
Reach = ServiceArea.Reach


def document_of(entry) -> Document:
    """As search asks for it; checked as search checks it."""
    (found,) = Entries().documents([entry.document_id])
    return check_document(found)


def ids() -> set[str]:
    return {document.id for document in Entries().documents()}


# --- facets ---------------------------------------------------------------------------------------


def test_the_facets_of_a_service() -> None:
    family = term(Scheme.NEED, "family")
    agency = factories.agency("office", kind=term(Scheme.AGENCY_KIND, "municipality"))
    service = factories.service(
        agency,
        needs=[term(Scheme.NEED, "divorce", parent=family)],
        kinds=[term(Scheme.SERVICE_KIND, "mediation")],
        audiences=[term(Scheme.AUDIENCE, "child")],
        situations=[term(Scheme.SITUATION, "separation")],
        four_ps=[term(Scheme.FOUR_P, "prevention")],
        access_modes=[term(Scheme.ACCESS_MODE, "phone")],
        access_conditions=[term(Scheme.ACCESS_CONDITION, "free")],
        languages=[Language(code="en"), Language(code="de"), Language(name="Dari")],
        providers=[factories.agency("partner"), factories.agency("closed-partner", live=False)],
        minimum_age=72,
        maximum_age=215,
    )
    document = document_of(service)
    assert document.facets == {
        "need": ("divorce", "family"),
        "audience": ("child",),
        "service_kind": ("mediation",),
        "agency_kind": ("municipality",),
        "situation": ("separation",),
        "four_p": ("prevention",),
        "access_mode": ("phone",),
        "access_condition": ("free",),
        "language": ("de", "en"),
        "district": (),
        "agency": ("office", "partner"),
        "age_band": ("6-10", "11-13", "14-17"),
    }
    assert document.url == f"/{{language}}/{service.code}/"
    assert document.payload == {"agency": "office"}
    assert document.ages == (72, 215)


def test_the_facets_of_an_agency_and_of_a_need() -> None:
    agency = factories.agency("office", kind=term(Scheme.AGENCY_KIND, "municipality"))
    need = term(Scheme.NEED, "money", synonyms="cash|debts")
    assert document_of(agency).facets == {
        "agency": ("office",),
        "agency_kind": ("municipality",),
        "language": (),
    }
    (document,) = Entries().documents([f"{Address.Kind.NEED}:{need.uid}"])
    assert (document.facets, document.url) == ({"need": ("money",)}, f"/{{language}}/{need.address.code}/")
    assert document.texts["en"].keywords == "cash, debts"


def test_terms_that_the_town_has_hidden_find_nothing() -> None:
    group = term(Scheme.NEED, "family", hidden=True)
    service = factories.service(
        factories.agency(kind=term(Scheme.AGENCY_KIND, "municipality", name="Townhall", hidden=True)),
        needs=[
            term(Scheme.NEED, "divorce", parent=group, synonyms="splitting"),
            term(Scheme.NEED, "old", name="Oldneed", hidden=True),
        ],
        kinds=[term(Scheme.SERVICE_KIND, "mediation", name="Mediationword", synonyms="Middle", hidden=True)],
    )
    document = document_of(service)
    assert document.facets["need"] == ("divorce",)
    assert document.facets["service_kind"] == document.facets["agency_kind"] == ()
    keywords = document.texts["en"].keywords
    assert "splitting" in keywords
    assert not any(word in keywords for word in ("Mediationword", "Middle", "Oldneed"))
    assert "Townhall" not in document_of(service.agency).texts["en"].keywords
    assert f"need:{group.uid}" not in ids()


# --- districts ------------------------------------------------------------------------------------


def areas(*given) -> list[ServiceArea]:
    return [
        ServiceArea(reach=area) if isinstance(area, str) else ServiceArea(reach=Reach.DISTRICT, district=area)
        for area in given
    ]


@pytest.fixture
def towns():
    return {code: factories.district(code) for code in ("harbour", "meadow", "station")}


EVERYWHERE = ("harbour", "meadow", "station")


@pytest.mark.parametrize("wide", [Reach.TOWN, Reach.REGION, Reach.COUNTRY])
def test_who_serves_the_town_or_more_counts_everywhere(towns, wide: str) -> None:
    service = factories.service(service_areas=areas(towns["harbour"], wide))
    assert document_of(service).facets["district"] == EVERYWHERE


def test_named_districts_count_alone_wherever_the_places_are(towns) -> None:
    service = factories.service(
        service_areas=areas(towns["meadow"], towns["harbour"]), locations=[place(district=towns["station"])]
    )
    assert document_of(service).facets["district"] == ("harbour", "meadow")


def test_without_areas_the_places_count(towns) -> None:
    agency = factories.agency(locations=[place(district=towns["station"])])
    service = factories.service(
        agency,
        locations=[place(district=towns["harbour"])],
        service_at_locations=[ServiceAtLocation(location=agency.locations.get())],
    )
    assert document_of(service).facets["district"] == ("harbour", "station")


def test_without_either_it_counts_everywhere(towns) -> None:
    assert document_of(factories.service()).facets["district"] == EVERYWHERE
    other = factories.service(service_areas=areas(Reach.OTHER))
    assert document_of(other).facets["district"] == EVERYWHERE


def test_a_secret_place_counts_as_the_whole_area_of_its_service(towns) -> None:
    secret = place(confidential=True)
    assert document_of(factories.service(locations=[secret])).facets["district"] == EVERYWHERE
    beside_an_office = factories.service(
        locations=[place(confidential=True), place(district=towns["station"])]
    )
    assert document_of(beside_an_office).facets["district"] == EVERYWHERE
    with_area = factories.service(locations=[place(confidential=True)], service_areas=areas(towns["meadow"]))
    assert document_of(with_area).facets["district"] == ("meadow",)


def test_no_address_is_indexed(towns) -> None:
    service = factories.service(
        locations=[place(name="Side door", address_1="4 Quay Street", postal_code="LM1 2AB")],
        phones=[factories.phone()],
    )
    said = str(document_of(service))
    assert not any(text in said for text in ("Quay", "LM1", "960101", "960 101"))


# --- ages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lowest", "highest", "ages", "bands"),
    [
        (None, None, None, ("0-2", "3-5", "6-10", "11-13", "14-17", "18-25")),
        (0, 35, (0, 35), ("0-2",)),
        (35, 36, (35, 36), ("0-2", "3-5")),
        (None, 71, (0, 71), ("0-2", "3-5")),
        (215, 216, (215, 216), ("14-17", "18-25")),
        (216, None, (216, 1800), ("18-25",)),
        (600, None, (600, 1800), ()),
        (72, 99999, (72, 1800), ("6-10", "11-13", "14-17", "18-25")),
        (200, 100, None, ("0-2", "3-5", "6-10", "11-13", "14-17", "18-25")),
    ],
)
def test_ages_and_their_bands(lowest, highest, ages, bands) -> None:
    service = factories.service()
    ServicePage.objects.filter(pk=service.pk).update(minimum_age=lowest, maximum_age=highest)
    document = document_of(service)
    assert document.ages == ages
    assert document.facets["age_band"] == bands


# --- words ----------------------------------------------------------------------------------------


def test_words_stand_under_their_own_language_only() -> None:
    kind = term(Scheme.SERVICE_KIND, "mediation", name="Mediation", synonyms="go-between")
    kind.words = [
        TermWords(language="de", field="name", text="Vermittlung", fingerprint=fingerprint("Mediation"))
    ]
    kind.save()
    service = factories.service(
        factories.agency(title="Children's Office", words=[words("de", "title", "Kinderbüro")]),
        title="Talk to someone",
        summary="We listen.",
        description="Come in.",
        kinds=[kind],
        words=[
            words("de", "title", "Reden"),
            words("de", "summary", "Wir hören zu."),
            words("ar", "summary", "نستمع"),
        ],
    )
    service.tags.add("quiet room")
    service.save()
    document = document_of(service)
    assert set(document.texts) == {"en", "de"}  # Arabic has no title
    german, english = document.texts["de"], document.texts["en"]
    assert (german.title, german.summary, german.body) == ("Reden", "Wir hören zu.", "")
    assert german.keywords == "Kinderbüro\nVermittlung"
    assert english.keywords == "Children's Office\nMediation\ngo-between\nquiet room"


def test_an_entry_written_in_another_language_is_indexed_under_that_one() -> None:
    service = factories.service(
        source_language="uk", title="Поговорити", words=[words("en", "title", "Talk")]
    )
    document = document_of(service)
    assert (document.texts["uk"].title, document.texts["en"].title) == ("Поговорити", "Talk")


# --- order ----------------------------------------------------------------------------------------


def test_what_is_closed_for_a_time_comes_last_and_what_is_stale_weighs_less() -> None:
    today = freshness.today(Policy.current())
    current = factories.service(assured_date=today)
    stale = factories.service(assured_date=today - timedelta(366), status="temporarily closed")
    assert not document_of(current).last
    assert document_of(stale).last
    assert document_of(current).weight > document_of(factories.service()).weight > document_of(stale).weight


# --- what is there at all -------------------------------------------------------------------------


def test_all_that_is_public_is_there_and_nothing_else() -> None:
    service = factories.service()
    need = term(Scheme.NEED, "money")
    factories.service(service.agency, live=False)
    factories.service(service.agency, status="inactive")
    factories.service(service.agency, status="defunct")
    factories.service(factories.agency(live=False))
    term(Scheme.AUDIENCE, "child")
    assert ids() == {service.document_id, service.agency.document_id, f"need:{need.uid}"}


def test_an_id_without_anything_public_behind_it_gives_no_document() -> None:
    service = factories.service()
    asked = [service.document_id, factories.service(live=False).document_id]
    asked += ["service:not-an-id", "service:", "need:", "agency:00000000-0000-0000-0000-000000000000"]
    assert [document.id for document in Entries().documents(asked)] == [service.document_id]
    assert list(Entries().documents([])) == []


def test_many_documents_ask_no_more_than_few() -> None:
    asked = []
    list(Entries().documents())  # the town's rules are created at the first look
    for number in (1, 6):
        for _ in range(number):
            factories.service(
                kinds=[term(Scheme.SERVICE_KIND, f"kind-{Term.objects.count()}")],
                needs=[term(Scheme.NEED, f"need-{Term.objects.count()}")],
                locations=[place(district=factories.district(f"district-{Term.objects.count()}"))],
                words=[words("de", "title", "Reden")],
            )
        with CaptureQueriesContext(connection) as queries:
            list(Entries().documents())
        asked.append(len(queries))
    assert asked[0] == asked[1]
