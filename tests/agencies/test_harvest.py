"""A harvest reads every shape it promises: HSDS 3 JSON, the older CSV, CSV with names of its own."""

from __future__ import annotations

import datetime
import json
import uuid

import pytest
from wagtail.models import Page

from agencies.hsds.records import minted
from agencies.models import AgencyPage, Entry, Location, Schedule, ServicePage

from .harvesting import DATA, folder_of, harvested, said

pytestmark = pytest.mark.django_db
UUID = "0d5fe6a2-9f5b-4e35-8d0e-3a5c0c7b1d"


@pytest.fixture
def older(town: None) -> dict:
    return harvested(DATA / "older")


def test_the_older_shape_becomes_agencies_with_their_services(older: dict) -> None:
    keys = set(AgencyPage.objects.values_list("key", flat=True))
    assert {"foxglove-play-house", "larkspur-families"} <= keys and len(keys) == 3
    assert ServicePage.objects.get(title="After-school play").agency.key == "foxglove-play-house"
    assert len(older["created"]) == 5
    assert Page.find_problems() == ([], [], [], [], [])


def test_every_entry_is_one_that_an_editor_could_save(older: dict) -> None:
    for entry in [*AgencyPage.objects.all(), *ServicePage.objects.all()]:
        entry.full_clean()
        for relation in entry.SUB_RECORDS:
            for record in getattr(entry, relation).all():
                record.full_clean()


def test_an_organisation_keeps_what_it_says(older: dict) -> None:
    agency = AgencyPage.objects.get(key="foxglove-play-house")
    assert agency.description == "Sports & play for every child.\nFree tea."
    assert agency.year_incorporated == 1970
    assert [site.url for site in agency.websites.all()] == ["https://www.foxglove.example"]
    assert agency.extra["tax_id"] == "12-3" and agency.extra["programs"][0]["name"] == "Play for All"
    assert AgencyPage.objects.get(key="larkspur-families").email == ""
    assert AgencyPage.objects.get(key="larkspur-families").extra["email"] == "not an address"


def test_a_place_has_its_address_access_languages_and_letter_box(older: dict) -> None:
    agency = AgencyPage.objects.get(key="foxglove-play-house")
    (house,) = agency.locations.all()
    assert (house.address_1, house.postal_code, house.attention) == (
        "7 Foxglove Lane",
        "BM1 1AA",
        "Front desk",
    )
    assert house.accessibility == "Wheelchair access. Ramp. Tape or Braille."
    assert house.uid == minted("older", "location", "1")
    spoken = {(row.code, row.name) for row in agency.languages.all() if row.at == house.uid}
    assert spoken == {("es", ""), ("zh", "Chinese (Mandarin)"), ("", "Elvish")}
    family = AgencyPage.objects.get(key="larkspur-families")
    kinds = {place.name: place.location_type for place in family.locations.all()}
    assert kinds == {"Family Office": "virtual", "Post room": "postal"}
    office = family.locations.get(name="Family Office")
    assert (office.latitude, office.extra["latitude"]) == (None, "95")


def test_a_service_keeps_what_it_says(older: dict) -> None:
    service = ServicePage.objects.get(title="After-school play")
    assert service.fees_description == "None." and service.eligibility_description == "Children"
    assert sorted(row.code for row in service.languages.all()) == ["en", "tr"]
    assert [area.name for area in service.service_areas.all()] == ["North", "South"]
    assert {tag.name for tag in service.tags.all()} == {"play", "sport"}
    documents = {row.document or row.term.code for row in service.required_documents.all()}
    assert "health-card" in documents
    terms = [row["taxonomy_term"]["name"] for row in service.extra["attributes"]]
    assert terms == ["Play", "Play outside"]
    assert [str(place) for place in service.all_locations] == ["Play House"]
    assert service.extra["program"]["name"] == "Play for All"


def test_numbers_go_where_they_belong(older: dict) -> None:
    agency = AgencyPage.objects.get(key="foxglove-play-house")
    house, contact = agency.locations.get(), agency.contacts.get()
    numbers = {phone.number: phone for phone in agency.phones.all()}
    assert numbers["01632 960301"].at == house.uid and numbers["01632 960301"].description == "Front desk"
    assert numbers["01632 960304"].at == contact.uid and numbers["01632 960304"].type == "fax"
    (other,) = AgencyPage.objects.get(key="larkspur-families").phones.all()
    assert (other.number, other.extension) == ("01632 960302", "715")
    assert [phone.number for phone in ServicePage.objects.get(title="After-school play").phones.all()] == [
        "01632 960303"
    ]


def test_nobodys_name_is_kept(older: dict) -> None:
    contact = AgencyPage.objects.get(key="foxglove-play-house").contacts.get()
    assert contact.title == "Play leader"
    stored = json.dumps([entry.extra for entry in Entry.objects.all()]) + json.dumps(contact.extra)
    assert "Ann" not in stored and "boss@" not in stored
    assert any("name is not kept" in line for line in said(older, "repaired"))


def test_hours_are_read_however_they_are_written(older: dict) -> None:
    agency = AgencyPage.objects.get(key="foxglove-play-house")
    weekly = {row.byday: (row.opens_at, row.closes_at) for row in agency.schedules.filter(valid_from=None)}
    assert weekly == {
        "MO": (datetime.time(9), datetime.time(15)),
        "TU": (datetime.time(9, 30), datetime.time(17, 30)),
    }
    closed = agency.schedules.get(closed=True)
    assert (closed.valid_from, closed.valid_to) == (datetime.date(2026, 12, 24), datetime.date(2026, 12, 26))
    day = ServicePage.objects.get(title="After-school play").schedules.get()
    assert day.is_exception and day.closes_at == datetime.time(15)


def test_what_was_mended_is_said_with_file_and_row(older: dict) -> None:
    repaired = said(older, "repaired")
    for expected in (
        "organizations.csv:2: year_incorporated: the year of “1/24/70” was read as 1970",
        "organizations.csv:3: email: “not an address” is not an e-mail address",
        "organizations.csv:4: year_incorporated: “24/2/70” is not a date",
        "services.csv:3: status: the status “paused” is none of",
        "phones.csv:3: the extension 715 was taken out of the number",
    ):
        assert any(line.startswith(expected) for line in repaired), expected
    assert [line.split(": it")[0] for line in said(older, "refused")] == ["locations.csv:4"]


@pytest.mark.parametrize("named", [True, False], ids=["named", "found beside the data"])
def test_columns_of_ones_own_are_read_by_a_mapping(town: None, named: bool) -> None:
    folder = DATA / "own-columns"
    found = harvested(folder, *(["--map", str(folder / "mapping.yaml")] if named else []))
    assert found["refused"] == []
    service = ServicePage.objects.get()
    assert str(service.translation_key) == "8a7f8a0e-5a0c-4df2-a9e5-0c7d3b0c2a22"
    assert (service.title, service.minimum_age, service.agency.key) == (
        "Advice about rent",
        192,
        "meadow-law-desk",
    )
    assert service.agency.extra["founded"] == "1996"
    assert [(phone.number, phone.type) for phone in service.agency.phones.all()] == [
        ("01632 960311", "voice"),
        ("01632 960312", "fax"),
    ]
    assert Location.objects.get().lines == ["3 Meadow Road", "Brookmere"]


def test_a_page_of_hsds_3_keeps_its_ids(town: None) -> None:
    harvested(DATA / "page.json", "--source", "listens")
    service = ServicePage.objects.get()
    assert service.translation_key == uuid.UUID(f"{UUID}01") and service.external_id == f"{UUID}01"
    assert service.agency.translation_key == uuid.UUID(f"{UUID}10")
    assert (service.minimum_age, service.maximum_age) == (144, 215)
    assert (service.status, service.alert) == ("temporarily closed", "Closed until spring.")
    assert service.assured_date == datetime.date(2026, 5, 1)
    assert service.fees_description == "Under 18: 0 eur"
    schedule: Schedule = service.schedules.get()
    assert (schedule.byday, schedule.closes_at) == ("TH,FR", datetime.time(18))
    place = service.service_at_locations.get().location
    assert (place.uid, place.entry_id) == (uuid.UUID(f"{UUID}13"), service.agency.pk)
    numbers = {(phone.number, phone.at) for phone in service.phones.all()}
    assert numbers == {("01632 960321", None), ("01632 960321", place.uid)}
    own = service.phones.get(at=None)
    assert own.uid == uuid.UUID(f"{UUID}03") and own.extra["languages"][0]["code"] == "ur"
    assert service.extra["accreditations"] == "Listed" and service.extra["program"]["name"] == "Well Together"
    assert "metadata" not in service.extra and "Ann" not in json.dumps(service.extra)


def test_json_comes_as_a_page_a_list_a_record_or_tables(town: None, tmp_path) -> None:
    page = json.loads((DATA / "page.json").read_text())
    record = page["contents"][0]
    organization = {
        **record["organization"],
        "services": [{"id": record["id"], "name": record["name"], "status": "active"}],
    }
    tables = {
        "organizations.csv": [{"id": "1", "name": "A", "description": "x"}],
        "services.csv": [{"id": "2", "organization_id": "1", "name": "B", "status": "active"}],
    }
    for name, data in {
        "list": [record],
        "record": record,
        "organization": organization,
        "tables": tables,
    }.items():
        path = folder_of(tmp_path / name, ("data.json", json.dumps(data)))
        found = harvested(path, "--dry-run")
        assert [item["type"] for item in found["created"]] == ["organization", "service"], name
        assert found["refused"] == []


def test_one_organisation_inside_many_services_is_one(town: None, tmp_path) -> None:
    home = {"id": "h", "name": "Home"}
    services = [
        {"id": str(n), "name": f"Service {n}", "status": "active", "organization": home} for n in range(3)
    ]
    found = harvested(folder_of(tmp_path / "many", ("services.json", json.dumps(services))))
    assert found["refused"] == [] and AgencyPage.objects.get().numchild == 3


def test_an_id_is_minted_of_source_type_and_id_and_stays(older: dict) -> None:
    agency = AgencyPage.objects.get(key="foxglove-play-house")
    assert agency.translation_key == minted("older", "organization", "1")
    assert (
        minted("older", "service", "1")
        != minted("older", "organization", "1")
        != minted("newer", "organization", "1")
    )
    assert (agency.source.name, agency.external_id) == ("older", "organization:1")


def test_two_agencies_of_one_name_have_two_keys(town: None, tmp_path) -> None:
    folder_of(tmp_path / "two", ("organizations.csv", "id,name\n1,Same\n2,Same\n3,Дім\n"))
    harvested(tmp_path / "two")
    keys = sorted(AgencyPage.objects.values_list("key", flat=True))
    assert keys[:1] == [f"agency-{minted('two', 'organization', '3').hex[:8]}"] and keys[1:] == [
        "same",
        "same-2",
    ]


def test_drafts_unless_published(town: None) -> None:
    harvested(DATA / "page.json")
    assert not Entry.objects.filter(live=True).exists()
    assert Entry.objects.public().count() == 0
    assert all(entry.get_latest_revision() for entry in Entry.objects.all())
    found = harvested(DATA / "page.json", "--publish")
    assert len(found["updated"]) == 2 and Entry.objects.public().count() == 2


def test_the_language_of_the_texts_is_said_once(town: None) -> None:
    harvested(DATA / "page.json", "--language", "uk")
    assert set(Entry.objects.values_list("source_language", flat=True)) == {"uk"}


def test_a_published_harvest_is_found(town: None) -> None:
    import search
    from search.types import Query

    harvested(DATA / "older", "--publish")
    search.rebuild()
    assert [hit.title for hit in search.find(Query(words="after-school play")).hits][:1] == [
        "After-school play"
    ]
