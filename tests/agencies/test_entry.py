"""What is public: one answer, whoever asks. And what an entry is to feeds and to the tree."""

from __future__ import annotations

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from agencies.models import AgencyPage, Contact, Entry, ServicePage, Source, Status, Website
from tests import factories

pytestmark = pytest.mark.django_db


def is_public_everywhere(entry) -> bool:
    """The answers of all managers, which must agree."""
    answers = {
        Entry.objects.public().filter(pk=entry.pk).exists(),
        type(entry).objects.public().filter(pk=entry.pk).exists(),
        type(entry)._default_manager.all().public().filter(pk=entry.pk).exists(),
        factories.fresh(entry).is_public,
        Entry.objects.get(pk=entry.pk).is_public,
    }
    assert len(answers) == 1, "the managers disagree"
    return answers.pop()


@pytest.mark.parametrize(
    ("live", "agency_live", "status"),
    list(itertools.product((True, False), (True, False), Status.values)),
)
def test_a_service_is_public_when_it_and_its_agency_are_live_and_it_is_not_gone(
    live: bool, agency_live: bool, status: str
) -> None:
    service = factories.service(factories.agency(live=agency_live), live=live, status=status)
    expected = live and agency_live and status in ("active", "temporarily closed")
    assert is_public_everywhere(service) is expected


@pytest.mark.parametrize("live", [True, False])
def test_an_agency_is_public_when_it_is_live(live: bool) -> None:
    assert is_public_everywhere(factories.agency(live=live)) is live


def test_an_expired_entry_is_not_public() -> None:
    agency = factories.agency(expired=True, live=False)
    service = factories.service(expired=True, live=False)
    assert not is_public_everywhere(agency)
    assert not is_public_everywhere(service)


def test_a_service_whose_agency_is_unknown_is_not_public() -> None:
    service = factories.service()
    ServicePage.objects.filter(pk=service.pk).update(agency=None)
    assert not is_public_everywhere(service)


def test_a_draft_over_a_live_entry_leaves_it_public() -> None:
    service = factories.publish(factories.service())
    service.status = Status.DEFUNCT
    service.save_revision()
    assert is_public_everywhere(service)


def test_unpublishing_an_agency_takes_its_services_away_and_publishing_brings_them_back() -> None:
    service = factories.service()
    agency = service.agency
    agency.unpublish()
    assert not is_public_everywhere(service)
    factories.publish(agency)
    assert is_public_everywhere(service)


def test_the_three_managers_count_the_same() -> None:
    for live, status in itertools.product((True, False), Status.values):
        factories.service(live=live, status=status)
    everything = Entry.objects.public().count()
    assert everything == AgencyPage.objects.public().count() + ServicePage.objects.public().count() == 8 + 2


# --- identity and tree ----------------------------------------------------------------------------


def test_the_tree_decides_whose_service_it_is() -> None:
    service, target = factories.service(), factories.agency()
    revision = service.save_revision()
    revision.publish()
    factories.fresh(service).move(target, pos="last-child")
    assert factories.fresh(service).agency == target
    factories.fresh(service).revisions.get(pk=revision.pk).publish()
    assert factories.fresh(service).agency == target


def test_the_id_in_feeds_survives_publishing_restoring_and_moving() -> None:
    service = factories.service()
    key = service.hsds_id
    revision = service.save_revision()
    revision.publish()
    factories.fresh(service).move(factories.agency(), pos="last-child")
    factories.fresh(service).revisions.get(pk=revision.pk).publish()
    assert factories.fresh(service).hsds_id == key


def test_a_copy_has_no_origin_and_no_check() -> None:
    source = Source.objects.create(name="feed")
    service = factories.service(source=source, external_id="7", assured_date="2026-01-01")
    copy = factories.fresh(service.copy(update_attrs={"slug": "copy"}))
    assert (copy.source, copy.external_id, copy.assured_date) == (None, "", None)


def test_a_service_stands_below_an_agency_and_nothing_below_a_service() -> None:
    assert ServicePage.allowed_parent_page_models() == [AgencyPage]
    assert ServicePage.allowed_subpage_models() == []
    assert not Entry.is_creatable
    assert factories.branch().get_url_parts() is None


def test_no_slug_stands_in_an_address() -> None:
    service = factories.service(slug="a-telling-slug")
    url = service.get_url()
    assert service.code in url
    assert "telling" not in url
    assert service.agency.slug not in url


# --- ages -----------------------------------------------------------------------------------------


def test_ages_that_cannot_be_are_refused() -> None:
    service = factories.service()
    service.minimum_age, service.maximum_age = 120, 60
    with pytest.raises(ValidationError, match="younger than the lowest age"):
        service.full_clean()
    service.minimum_age, service.maximum_age = 60, 60
    service.full_clean()


# --- cost -----------------------------------------------------------------------------------------


def full_service(number: int) -> ServicePage:
    return factories.service(
        phones=[factories.phone() for _ in range(number)],
        contacts=[Contact(title="Desk") for _ in range(number)],
        websites=[Website(url="https://a.example/") for _ in range(number)],
        locations=[factories.place() for _ in range(number)],
        words=[factories.words("de", field, "Wort") for field in ServicePage.WORDS[:number]],
    )


@pytest.mark.parametrize("way", ["for_visitor", "for_page"])
def test_loading_for_a_visitor_does_not_ask_more_for_more_children(way: str) -> None:
    asked = []
    for number in (1, 7):
        service = full_service(number)
        with CaptureQueriesContext(connection) as queries:
            (found,) = getattr(ServicePage.objects.filter(pk=service.pk), way)("de")
            for relation in found.SUB_RECORDS:
                for row in getattr(found, relation).all():
                    for field in row.WORDS:
                        found.said(field, "de", row)
            found.agency.said("title", "de")
            [place.district for place in found.all_locations]
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_entries_are_pages_of_the_tree() -> None:
    service = factories.service()
    assert Page.find_problems() == ([], [], [], [], [])
    assert service.get_parent().specific == service.agency
