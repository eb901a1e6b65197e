"""A harvest that is run again: nothing changes, or only what the source changed and no person did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageLogEntry, Revision

from agencies.models import (
    Address,
    AgencyPage,
    Entry,
    Location,
    Phone,
    ServiceAtLocation,
    ServicePage,
    Source,
    User,
)

from .harvesting import DATA, folder_of, harvested

pytestmark = pytest.mark.django_db


def changed(path: Path, name: str, old: str, new: str) -> None:
    file = path / name
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.fixture
def older(town: None, tmp_path: Path) -> Path:
    """A copy of the data that a test may change."""
    files = [(file.name, file.read_text(encoding="utf-8")) for file in (DATA / "older").iterdir()]
    return folder_of(tmp_path / "older", *files)


def counts() -> dict[str, int]:
    models = (Entry, Address, Revision, PageLogEntry, Location, Phone, ServiceAtLocation, Source)
    return {model.__name__: model.objects.count() for model in models}


def test_a_dry_run_writes_nothing(older: Path) -> None:
    before = counts()
    with CaptureQueriesContext(connection) as queries:
        dry = harvested(older, "--dry-run")
    assert counts() == before
    writes = [query["sql"] for query in queries if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert writes == []
    assert harvested(older) == dry


def test_running_it_again_changes_nothing(older: Path) -> None:
    for options in ((), ("--publish",)):
        harvested(older, *options)
        before = counts()
        again = harvested(older, *options)
        assert counts() == before
        assert (again["created"], again["updated"], len(again["unchanged"])) == ([], [], 5)


def test_a_change_at_the_source_changes_that_entry_alone(older: Path) -> None:
    harvested(older, "--publish")
    ids = dict(Location.objects.values_list("uid", "pk"))
    code = ServicePage.objects.get(title="After-school play").address.code
    changed(older, "services.csv", 'After-school play,"Passport', 'Play after school,"Passport')
    changed(older, "phones.csv", "01632 960303", "01632 960399")
    found = harvested(older, "--publish")
    assert [item["name"] for item in found["updated"]] == ["Play after school"]
    service = ServicePage.objects.get(title="Play after school")
    assert service.live and service.address.code == code and not service.has_unpublished_changes
    assert [phone.number for phone in service.phones.all()] == ["01632 960399"]
    assert dict(Location.objects.values_list("uid", "pk")) == ids


def test_a_changed_agency_keeps_its_places_and_what_points_to_them(older: Path) -> None:
    harvested(older, "--publish")
    links = set(ServiceAtLocation.objects.values_list("service_id", "location_id"))
    changed(older, "locations.csv", "The big house.", "The bigger house.")
    changed(older, "phones.csv", "01632 960301", "01632 960398")
    found = harvested(older, "--publish")
    assert [item["type"] for item in found["updated"]] == ["organization"]
    assert set(ServiceAtLocation.objects.values_list("service_id", "location_id")) == links
    agency = AgencyPage.objects.get(key="foxglove-play-house")
    assert agency.locations.get().description == "The bigger house."
    assert "01632 960398" in {phone.number for phone in agency.phones.all()}


def test_without_publish_the_new_words_wait_beside_the_published_ones(older: Path) -> None:
    harvested(older, "--publish")
    changed(older, "services.csv", "After-school play.", "Play until seven.")
    found = harvested(older)
    assert "wait as a draft" in found["updated"][0]["message"]
    service = ServicePage.objects.get(title="After-school play")
    assert service.description == "After-school play." and service.live and service.has_unpublished_changes
    assert service.get_latest_revision_as_object().description == "Play until seven."
    assert harvested(older)["updated"] == []


def test_a_draft_is_brought_up_to_date_as_a_draft(older: Path) -> None:
    harvested(older)
    changed(older, "services.csv", "After-school play.", "Play until seven.")
    harvested(older)
    service = ServicePage.objects.get(title="After-school play")
    assert (service.description, service.live) == ("Play until seven.", False)
    assert service.get_latest_revision().content["phones"][0]["number"] == "01632 960303"


@pytest.mark.parametrize("with_user", [True, False])
def test_a_persons_edit_wins(older: Path, with_user: bool) -> None:
    harvested(older, "--publish")
    editor = User.objects.create(username="editor", is_superuser=True) if with_user else None
    service = ServicePage.objects.get(title="After-school play")
    service.description = "Written by hand."
    service.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    changed(older, "services.csv", "After-school play.", "Written by the source.")
    found = harvested(older, "--publish")
    left = [item for item in found["unchanged"] if item["message"]]
    assert [item["name"] for item in left] == ["After-school play"] and "left alone" in left[0]["message"]
    assert ServicePage.objects.get(pk=service.pk).description == "Written by hand."


def test_who_only_publishes_has_edited_nothing(older: Path) -> None:
    harvested(older)
    editor = User.objects.create(username="editor", is_superuser=True)
    service = ServicePage.objects.get(title="After-school play")
    service.save_revision(user=editor).publish(user=editor, skip_permission_checks=True)
    changed(older, "services.csv", "After-school play.", "Play until seven.")
    assert len(harvested(older, "--publish")["updated"]) >= 1
    assert ServicePage.objects.get(pk=service.pk).description == "Play until seven."


def test_what_a_person_took_off_the_site_stays_off(older: Path) -> None:
    harvested(older, "--publish")
    service = ServicePage.objects.get(title="After-school play")
    service.unpublish()
    assert harvested(older, "--publish")["updated"] == []
    changed(older, "services.csv", "After-school play.", "Play until seven.")
    harvested(older, "--publish")
    assert not ServicePage.objects.get(pk=service.pk).live


def test_a_service_that_changes_its_agency_moves(town: None, tmp_path: Path) -> None:
    organizations = "organizations.csv", "id,name\n1,A\n2,B\n"
    folder = folder_of(
        tmp_path / "moving",
        organizations,
        ("services.csv", "id,organization_id,name,status\n1,1,Help,active\n"),
    )
    harvested(folder, "--publish")
    changed(folder, "services.csv", "1,1,Help", "1,2,Help")
    harvested(folder, "--publish")
    service = ServicePage.objects.get()
    assert service.agency.key == "b" and service.get_parent().title == "B"


def test_services_alone_find_agencies_of_an_earlier_harvest(town: None, tmp_path: Path) -> None:
    harvested(folder_of(tmp_path / "first", ("organizations.csv", "id,name\n1,A\n")), "--source", "s")
    later = folder_of(
        tmp_path / "later", ("services.csv", "id,organization_id,name,status\n1,1,Help,active\n")
    )
    assert harvested(later, "--source", "s")["refused"] == []
    assert ServicePage.objects.get().agency.key == "a"


def test_an_id_of_another_source_is_refused(town: None) -> None:
    harvested(DATA / "page.json", "--source", "one")
    found = harvested(DATA / "page.json", "--source", "two")
    assert len(found["refused"]) == 2 and "already belongs to another entry" in found["refused"][0]["message"]


def test_agencies_know_what_they_are_part_of(town: None, tmp_path: Path) -> None:
    rows = "id,name,parent_organization_id\n1,Part,2\n2,Whole,\n3,Alone,99\n"
    harvested(folder_of(tmp_path / "parts", ("organizations.csv", rows)))
    part = AgencyPage.objects.get(key="part")
    assert part.parent_agency.key == "whole"
    assert part.get_latest_revision_as_object().parent_agency.key == "whole"
    assert AgencyPage.objects.get(key="alone").extra["parent_organization_id"] == "99"


def test_the_history_says_that_a_harvest_wrote_it(older: Path) -> None:
    harvested(older)
    service = ServicePage.objects.get(title="After-school play")
    entry = PageLogEntry.objects.get(page_id=service.pk)
    assert (entry.action, entry.data["harvest"], entry.revision_id) == (
        "wagtail.create",
        "older",
        service.latest_revision_id,
    )


def test_terms_of_ours_and_of_open_eligibility_are_recognised(town: None, tmp_path: Path) -> None:
    from agencies.models import Scheme, Term

    ours = Term.objects.of(Scheme.NEED).filter(parent__isnull=False).first()
    known = Term.objects.of(Scheme.SERVICE_KIND).filter(oe_match="exact").exclude(oe_id="").first()
    terms = [
        {"id": str(ours.uid), "code": ours.code, "name": "x", "taxonomy": "Lantern"},
        {"id": "t2", "code": known.oe_id, "name": "y", "taxonomy": "Open Eligibility"},
        {"id": "t3", "code": known.oe_id, "name": "z", "taxonomy": "Another"},
    ]
    attributes = [{"id": f"a{n}", "taxonomy_term": term} for n, term in enumerate(terms)]
    record = {
        "id": "1",
        "name": "Help",
        "status": "active",
        "organization": {"id": "1", "name": "A"},
        "attributes": attributes,
    }
    harvested(folder_of(tmp_path / "terms", ("services.json", json.dumps([record]))))
    service = ServicePage.objects.get()
    assert [term.code for term in service.needs.all()] == [ours.code]
    assert [term.code for term in service.kinds.all()] == [known.code]
    assert len(service.extra["attributes"]) == 3
