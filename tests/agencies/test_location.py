"""A secret place has no street, postcode or point: in no table, in no revision, in no log."""

from __future__ import annotations

import json
import logging

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from wagtail.admin.panels import get_edit_handler
from wagtail.log_actions import log
from wagtail.models import PageLogEntry, Revision

from agencies.models import AgencyPage, Location, ServiceAtLocation, ServicePage
from agencies.models.location import NOT_IN_FORM, SECRET_POINT, SECRET_TEXT
from tests import factories
from tests.agencies.secret_house import POSTCODE, STREET, TRACES, WAY, house, hunt, open_place, tick
from tests.factories import place

pytestmark = pytest.mark.django_db

# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address_1", STREET),
        ("address_2", "2nd floor"),
        ("postal_code", POSTCODE),
        ("city", "Lindemar"),
        ("latitude", 54.1),
        ("longitude", 0.0),
        ("transportation", WAY),
    ],
)
def test_the_form_refuses_an_address_that_is_a_secret(field: str, value) -> None:
    with pytest.raises(ValidationError, match="This address is a secret") as refusal:
        place(confidential=True, **{field: value}).clean()
    assert list(refusal.value.message_dict) == [field]


def test_the_form_refuses_only_what_it_shows() -> None:
    """An error on a field that the form does not have would be a page of error 500."""
    handler = get_edit_handler(AgencyPage)
    form = handler.get_form_class()(instance=factories.agency())
    shown = set(form.formsets["locations"].empty_form.fields)
    assert shown.isdisjoint(NOT_IN_FORM)
    assert {*SECRET_TEXT, *SECRET_POINT} - shown == set(NOT_IN_FORM)


@pytest.mark.parametrize("field", NOT_IN_FORM)
def test_what_only_a_feed_can_fill_is_erased_without_asking(field: str) -> None:
    spot = place(confidential=True, **{field: "https://a.example/map"})
    spot.clean()
    assert getattr(spot, field) == ""


def test_an_open_place_may_have_an_address() -> None:
    open_place().clean()


def test_saving_erases() -> None:
    agency = factories.agency(locations=[open_place(confidential=True)])
    (spot,) = factories.fresh(agency).locations.all()
    assert all(getattr(spot, field) == "" for field in SECRET_TEXT)
    assert all(getattr(spot, field) is None for field in SECRET_POINT)
    assert spot.extra == {}
    assert spot.lines == []
    assert hunt(*TRACES) == set()


@pytest.mark.parametrize("field", [*SECRET_TEXT, "latitude", "longitude", "extra"])
def test_the_database_refuses_what_goes_round_the_model(field: str) -> None:
    agency = factories.agency(locations=[place(confidential=True)])
    values = {"latitude": 54.1, "longitude": 10.1, "extra": {"street": STREET}}
    value = values.get(field, STREET)
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.filter(entry=agency).update(**{field: value})
    row = place(entry=agency, confidential=True, **{field: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.bulk_create([row])


def test_the_database_refuses_a_district_too() -> None:
    agency = factories.agency(locations=[place(confidential=True)])
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.update(district=factories.district("harbour"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_location SET address_1 = %s", [STREET])
    assert agency.locations.count() == 1


def test_the_flag_alone_cannot_be_set_over_a_street() -> None:
    factories.agency(locations=[open_place()])
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.update(confidential=True)


# --- what is erased -------------------------------------------------------------------------------


def test_the_hunt_finds_what_is_there() -> None:
    house()
    assert {"agencies_location", "wagtailcore_revision", "agencies_entrywords"} <= hunt(*TRACES)


def test_ticking_the_flag_in_a_draft_erases_the_address_everywhere_at_once() -> None:
    agency = house()
    assert agency.revisions.count() == 3
    tick(agency).save_revision()
    assert hunt(*TRACES) == set()
    assert factories.fresh(agency).locations.get().confidential


def test_a_ticked_place_is_never_written_into_a_revision() -> None:
    content = json.dumps(tick(house()).serializable_data(), default=str)
    assert "A house" in content
    assert [trace for trace in TRACES if trace in content] == []


def test_publishing_the_flag_erases_it_everywhere() -> None:
    agency = house()
    factories.publish(tick(agency))
    assert hunt(*TRACES) == set()


def test_saving_the_place_itself_erases_it_everywhere() -> None:
    agency = house()
    spot = Location.objects.get(entry=agency)
    spot.confidential = True
    spot.save()
    assert hunt(*TRACES) == set()


def test_a_log_row_that_quotes_the_street_is_cleaned() -> None:
    agency = house()
    log(agency, "wagtail.edit", data={"comment": {"text": f"Is it {STREET}?"}, "list": [STREET]})
    tick(agency).save_revision()
    assert hunt(STREET) == set()
    row = PageLogEntry.objects.get(page_id=agency.pk, data__has_key="comment")
    assert row.data["comment"]["text"] == "Is it …?"


def test_restoring_an_old_revision_does_not_end_the_secret() -> None:
    agency = house()
    first = agency.revisions.order_by("pk").first()
    factories.publish(tick(agency))
    Revision.objects.get(pk=first.pk).publish()
    spot = factories.fresh(agency).locations.get()
    assert spot.confidential
    assert hunt(*TRACES) == set()


def test_a_copy_of_a_secret_place_is_a_secret_too() -> None:
    agency = house()
    factories.publish(tick(agency))
    copy = factories.fresh(agency).copy(update_attrs={"slug": "copy"})
    assert factories.fresh(copy).locations.get().confidential
    assert hunt(*TRACES) == set()


def test_another_place_of_the_same_agency_keeps_its_address() -> None:
    agency = factories.agency(locations=[open_place(), place(name="Office", address_1="4 Quay Street")])
    agency = factories.publish(agency)
    draft = agency.get_latest_revision_as_object()
    rows = list(draft.locations.all())
    rows[0].confidential = True
    draft.locations = rows
    factories.publish(draft)
    assert hunt(*TRACES) == set()
    assert hunt("4 Quay Street") == {"agencies_location", "wagtailcore_revision"}


def test_services_at_the_place_are_indexed_anew() -> None:
    agency = house()
    service = factories.service(agency)
    service.service_at_locations = [ServiceAtLocation(location=agency.locations.get())]
    service = factories.publish(service)
    factories.forget_noted()
    tick(agency).save_revision()
    assert service.document_id in factories.noted()


def test_nothing_is_erased_twice(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks) -> None:
    """Search's files are scrubbed when something was erased, not at every publishing."""
    agency = house()
    scrubbed = []
    monkeypatch.setattr("search.scrub", lambda: scrubbed.append(True))
    with django_capture_on_commit_callbacks(execute=True):
        tick(agency).save_revision()
    assert scrubbed
    scrubbed.clear()
    with django_capture_on_commit_callbacks(execute=True):
        factories.publish(factories.fresh(agency).get_latest_revision_as_object())
    assert not scrubbed


def test_the_log_says_where_a_free_text_still_names_the_street(caplog: pytest.LogCaptureFixture) -> None:
    agency = house()
    AgencyPage.objects.filter(pk=agency.pk).update(description=f"Come to {STREET}.")
    logger = logging.getLogger("lantern")
    logger.addHandler(caplog.handler)
    try:
        tick(agency).save_revision()
    finally:
        logger.removeHandler(caplog.handler)
    assert "description" in caplog.text
    assert STREET not in caplog.text


def test_a_service_with_a_place_of_its_own_is_covered_too() -> None:
    service = factories.publish(factories.service(locations=[open_place()]))
    draft = service.get_latest_revision_as_object()
    rows = list(draft.locations.all())
    rows[0].confidential = True
    draft.locations = rows
    draft.save_revision()
    assert hunt(*TRACES) == set()
    assert (
        json.dumps(ServicePage.objects.get(pk=service.pk).serializable_data(), default=str).count(STREET) == 0
    )


@pytest.mark.django_db(transaction=True)
def test_the_street_leaves_the_database_file() -> None:
    """Not only the tables: also the freed pages and the write-ahead log."""
    if connection.vendor != "sqlite":
        pytest.skip("reads the database's file")
    from pathlib import Path

    agency = house()
    tick(agency).save_revision()
    name = Path(connection.settings_dict["NAME"])
    for file in name.parent.glob(f"{name.name}*"):
        data = file.read_bytes()
        assert STREET.encode() not in data, file.suffix
        assert POSTCODE.encode() not in data, file.suffix
