"""Organisations that services name and no row describes: each gets an agency, to be named by who knows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from agencies.hsds.records import minted
from agencies.models import AgencyPage, ServicePage, User

from .harvesting import folder_of, harvested, said

pytestmark = pytest.mark.django_db
SOURCE = "--source", "county"
OFFERS = "1,7,Advice,active\n2,7,Company,active\n3,8,Meals,active\n4,9,Play,active\n"
SERVICES = "services.csv", f"id,organization_id,name,status\n{OFFERS}"
LOCATIONS = (
    "locations.csv",
    "id,organization_id,name\n1,7,Larkspur House\n2,8,East hall\n3,8,West hall\n4,55,Nobody's hall\n",
)
PHONES = "phones.csv", "id,location_id,number,number_type\n1,1,01632 960401,voice\n2,2,01632 960402,voice\n"
HOURS = "regular_schedules.csv", "id,location_id,weekday,opens_at,closes_at\n1,1,Monday,9:00,17:00\n"


@pytest.fixture
def county(town: None, tmp_path: Path) -> Path:
    """A directory without a file of organisations."""
    return folder_of(tmp_path / "county", SERVICES, LOCATIONS, PHONES, HOURS)


def agency(id_: str) -> AgencyPage:
    return AgencyPage.objects.get(external_id=f"organization:{id_}")


def public_titles() -> set[str]:
    return set(ServicePage.objects.public().values_list("title", flat=True))


def test_it_is_called_like_its_only_place_or_by_its_id(county: Path) -> None:
    found = harvested(county)
    titles = {page.external_id: page.title for page in AgencyPage.objects.all()}
    assert titles == {
        "organization:7": "Larkspur House",
        "organization:8": "Agency 8 (name unknown)",
        "organization:9": "Agency 9 (name unknown)",
    }
    assert len(found["created"]) == 7 and agency("7").translation_key == minted("county", "organization", "7")
    assert agency("8").source.name == "county" and "unknown" not in agency("8").key
    assert [service.title for service in ServicePage.objects.filter(agency=agency("7"))] == [
        "Advice",
        "Company",
    ]


def test_it_is_said_once_with_the_first_service_and_the_cure(county: Path) -> None:
    repaired = said(harvested(county), "repaired")
    lines = [line for line in repaired if "no row describes it" in line]
    assert [line.split(": ")[0] for line in lines] == ["services.csv:2", "services.csv:4", "services.csv:5"]
    assert "name of its place" in lines[0] and "Add its row" in lines[0]
    assert all("stays a draft" in line and "its services are not public" in line for line in lines[1:])


def test_its_places_numbers_and_hours_come_in(county: Path) -> None:
    found = harvested(county)
    (house,) = agency("7").locations.all()
    assert [(row.number, row.at) for row in agency("7").phones.all()] == [("01632 960401", house.uid)]
    assert [(row.byday, row.at) for row in agency("7").schedules.all()] == [("MO", house.uid)]
    assert {place.name for place in agency("8").locations.all()} == {"East hall", "West hall"}
    refused = said(found, "refused")
    assert len(refused) == 1 and refused[0].startswith("locations.csv:5: its organisation 55 is not")


def test_what_nobody_can_name_is_not_published(county: Path) -> None:
    for _ in range(2):
        harvested(county, "--publish")
        assert agency("7").live and not agency("8").live and not agency("9").live
        assert public_titles() == {"Advice", "Company"}


def test_whoever_names_and_publishes_it_makes_its_services_public(county: Path) -> None:
    harvested(county, "--publish")
    page = agency("8")
    page.title = "Bramble Kitchen"
    editor = User.objects.create(username="editor", is_superuser=True)
    page.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    assert public_titles() == {"Advice", "Company", "Meals"}
    found = harvested(county, "--publish")
    assert (found["updated"], agency("8").title, agency("8").live) == ([], "Bramble Kitchen", True)


@pytest.mark.parametrize("options", [(), ("--publish",)])
def test_running_it_again_changes_nothing(county: Path, options: tuple[str, ...]) -> None:
    harvested(county, *options)
    again = harvested(county, *options)
    assert (again["created"], again["updated"], len(again["unchanged"])) == ([], [], 7)
    assert len(again["refused"]) == 1 and len(again["repaired"]) == 3


def test_the_row_that_comes_later_describes_the_same_page(county: Path) -> None:
    harvested(county, "--publish")
    before = {page.external_id: (page.pk, page.address.code) for page in AgencyPage.objects.all()}
    rows = "id,name,description\n7,Larkspur Families,For families.\n8,Bramble Kitchen,Hot meals.\n"
    found = harvested(folder_of(county, ("organizations.csv", rows)), "--publish")
    assert [item["name"] for item in found["updated"]] == ["Larkspur Families", "Bramble Kitchen"]
    assert found["created"] == []
    assert before == {page.external_id: (page.pk, page.address.code) for page in AgencyPage.objects.all()}
    assert (agency("8").title, agency("8").description, agency("8").live) == (
        "Bramble Kitchen",
        "Hot meals.",
        True,
    )
    assert public_titles() == {"Advice", "Company", "Meals"}
    assert {place.name for place in agency("8").locations.all()} == {"East hall", "West hall"}


def test_a_name_that_a_person_gave_stays_when_the_row_comes(county: Path) -> None:
    harvested(county, "--publish")
    page = agency("8")
    page.title = "The Kitchen"
    page.save_revision().publish()
    rows = "organizations.csv", "id,name\n8,Bramble Kitchen\n"
    found = harvested(folder_of(county, rows), "--publish")
    assert agency("8").title == "The Kitchen" and agency("8").live
    assert any("a person has changed it" in item["message"] for item in found["unchanged"])


def test_an_agency_that_had_its_row_is_not_made_nameless_by_services_alone(
    town: None, tmp_path: Path
) -> None:
    row = "organizations.csv", "id,name\n7,Larkspur Families\n"
    harvested(folder_of(tmp_path / "first", row), *SOURCE, "--publish")
    harvested(folder_of(tmp_path / "later", SERVICES), *SOURCE, "--publish")
    assert agency("7").title == "Larkspur Families" and agency("7").live
    assert agency("9").title == "Agency 9 (name unknown)"


def test_a_name_that_became_doubtful_waits_beside_the_published_one(county: Path) -> None:
    harvested(county, "--publish")
    (county / "locations.csv").write_text(LOCATIONS[1] + "5,7,Another house\n", encoding="utf-8")
    found = harvested(county, "--publish")
    assert "wait as a draft" in found["updated"][0]["message"]
    assert (agency("7").title, agency("7").live) == ("Larkspur House", True)
    assert harvested(county, "--publish")["updated"] == []


def test_a_street_is_nobodys_name(town: None, tmp_path: Path) -> None:
    places = "locations.csv", "id,organization_id,name\n1,7,\n"
    streets = "addresses.csv", "id,location_id,address_1,city\n1,1,4 Larkspur Road,Brookmere\n"
    harvested(folder_of(tmp_path / "street", SERVICES, places, streets))
    assert agency("7").title == "Agency 7 (name unknown)"
    assert agency("7").locations.get().name == "4 Larkspur Road"


def test_a_better_row_of_the_service_saves_making_an_agency(town: None, tmp_path: Path) -> None:
    organizations = "organizations.csv", "id,name\n1,A\n"
    heads = "id,organization_id,name,status,fees"
    bad = "services_a.csv", f"{heads}\n1,100,Help,,\n"
    good = "services_b.csv", f"{heads}\n1,1,Help,,\n"
    harvested(folder_of(tmp_path / "two", organizations, bad, good))
    assert ServicePage.objects.get().agency.title == "A" and AgencyPage.objects.count() == 1


def test_who_is_named_by_no_service_or_by_nothing_is_still_refused(town: None, tmp_path: Path) -> None:
    heads = "id,organization_id,location_id,name,status"
    rows = f"{heads}\n1,,100,Help,\n2,,1,More,\n3,,,Most,\n4,{'x' * 201},,Long,\n"
    places = "locations.csv", "id,organization_id,name\n1,55,Hall\n"
    organizations = "organizations.csv", "id,name\n1,A\n"
    found = harvested(folder_of(tmp_path / "refused", organizations, places, ("services.csv", rows)))
    assert sorted(line.split(": ")[0] for line in said(found, "refused")) == [
        "locations.csv:2",
        *(f"services.csv:{row}" for row in (2, 3, 4, 5)),
    ]
    assert AgencyPage.objects.count() == 1
