"""What search learns of an entry: its facets, its words in each language, and nothing it should not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies import freshness
from agencies.documents import LOOK_AHEAD, Entries
from agencies.models import (
    Address,
    Language,
    Policy,
    Schedule,
    Scheme,
    ServiceArea,
    ServiceAtLocation,
    ServicePage,
    Term,
    TermWords,
    fingerprint,
)
from search import sources
from search.engines.base import check_document
from search.types import Document, Place
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
    need = term(Scheme.NEED, "money")
    assert document_of(agency).facets == {
        "agency": ("office",),
        "agency_kind": ("municipality",),
        "language": (),
    }
    (document,) = Entries().documents([f"{Address.Kind.NEED}:{need.uid}"])
    assert (document.facets, document.url) == ({"need": ("money",)}, f"/{{language}}/{need.address.code}/")


def test_terms_that_the_town_has_hidden_find_nothing() -> None:
    group = term(Scheme.NEED, "family", hidden=True)
    service = factories.service(
        factories.agency(kind=term(Scheme.AGENCY_KIND, "municipality", name="Townhall", hidden=True)),
        needs=[
            term(Scheme.NEED, "divorce", parent=group, name="Divorceword"),
            term(Scheme.NEED, "old", name="Oldneed", hidden=True),
        ],
        kinds=[term(Scheme.SERVICE_KIND, "mediation", name="Mediationword", hidden=True)],
    )
    document = document_of(service)
    assert document.facets["need"] == ("divorce",)
    assert document.facets["service_kind"] == document.facets["agency_kind"] == ()
    keywords = document.texts["en"].keywords
    assert "Divorceword" in keywords
    assert not any(word in keywords for word in ("Mediationword", "Oldneed"))
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


def test_streets_districts_and_numbers_are_words_of_an_entry() -> None:
    quay = factories.district("quay", name="Quayside")
    service = factories.service(
        locations=[place(name="Side door", address_1="4 Harbour Street", district=quay)],
        phones=[factories.phone(number="01632 960 101")],
    )
    text = document_of(service).texts["en"]
    names = set(text.keywords.split("\n"))
    assert {"Side door", "4 Harbour Street", "Quayside", "01632 960 101", "01632960101"} <= names
    assert "960" not in text.body + text.summary  # no snippet shows a number without who checked it


def test_a_withheld_number_is_no_word() -> None:
    service = factories.service(phones=[factories.phone(number="01632 960 101", withheld=True)])
    assert "960" not in str(document_of(service))


def test_of_a_secret_place_not_even_the_name_is_indexed() -> None:
    quay = factories.district("quay", name="Quayside")
    secret = place(name="Rose House", district=quay, confidential=True)
    agency = factories.agency(locations=[secret])
    service = factories.service(agency, service_at_locations=[ServiceAtLocation(location=secret)])
    for entry in (agency, service):
        said = str(document_of(entry))
        assert "Rose House" not in said and "Quayside" not in said


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
    kind = term(Scheme.SERVICE_KIND, "mediation", name="Mediation")
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
    assert english.keywords == "Children's Office\nMediation\nquiet room"


def test_an_entry_written_in_another_language_is_indexed_under_that_one() -> None:
    service = factories.service(
        source_language="uk", title="Поговорити", words=[words("en", "title", "Talk")]
    )
    document = document_of(service)
    assert (document.texts["uk"].title, document.texts["en"].title) == ("Поговорити", "Talk")


def test_elsewhere_an_entry_is_found_by_the_names_of_what_it_is_for() -> None:
    need = term(Scheme.NEED, "grief", name="Grief")
    need.words = [
        TermWords(language=language, field="name", text=text, fingerprint=fingerprint("Grief"))
        for language, text in (("de", "Trauer"), ("uk", "Горе"))
    ]
    need.save()
    hidden = term(Scheme.SERVICE_KIND, "hidden", name="Hidden", hidden=True)
    service = factories.service(needs=[need], kinds=[hidden], words=[words("de", "title", "Reden")])
    document = document_of(service)
    assert document.names == {"uk": "Горе"}
    assert "Trauer" in document.texts["de"].keywords


# --- hours and places -----------------------------------------------------------------------------


def test_hours_are_minutes_of_the_towns_clock_for_three_weeks() -> None:
    yesterday = freshness.today(Policy.current()) - timedelta(days=1)
    daily = Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(9), closes_at=time(17))
    service = factories.service(schedules=[daily])
    spans = document_of(service).open
    midnight = (yesterday - date(1970, 1, 1)).days * 24 * 60
    assert spans[0] == (midnight + 9 * 60, midnight + 17 * 60)
    assert len(spans) == LOOK_AHEAD


def test_unknown_hours_and_what_is_closed_are_open_never() -> None:
    always = Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(0), closes_at=time(0))
    assert document_of(factories.service()).open == ()
    assert document_of(factories.service(schedules=[Schedule(byday="MO")])).open == ()
    closed = factories.service(status="temporarily closed", schedules=[always])
    assert document_of(closed).open == ()


def test_a_place_that_may_not_be_shown_counts_as_its_whole_area() -> None:
    here = factories.district("here", latitude=54.0, longitude=10.0)
    factories.district("there", latitude=55.0, longitude=10.0)
    factories.district("nowhere")
    shown = factories.service(locations=[place(district=here, latitude=54.1, longitude=10.1)])
    assert document_of(shown).places == (Place(54.1, 10.1),)
    assert document_of(factories.service()).places == ()
    secret = factories.service(locations=[place(district=here, confidential=True)])
    assert set(document_of(secret).places) == {
        Place(54.0, 10.0, shown=False),
        Place(55.0, 10.0, shown=False),
    }


def test_the_day_is_the_towns(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: late)
    assert sources.today() == date(2026, 11, 26)


def test_what_changes_with_the_day_is_every_public_entry() -> None:
    service = factories.service()
    factories.service(service.agency, live=False)
    term(Scheme.NEED, "money")
    assert set(Entries().of_the_day()) == {service.document_id, service.agency.document_id}


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


def test_what_nobody_confirms_leaves_search_after_its_grace_and_comes_back() -> None:
    now = freshness.today(Policy.current())
    service = factories.service(assured_date=now - timedelta(365 + 91))
    assert service.document_id not in ids() and service.agency.document_id in ids()
    factories.agency(assured_date=now - timedelta(365 + 91))
    assert len([found for found in ids() if found.startswith("agency")]) == 1
    freshness.confirm(service, by="Harbour house", role="")
    assert service.document_id in ids() and service.is_public
