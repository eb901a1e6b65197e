"""What has left since an older list: closed, moved, past its check or gone; and that no name is told of what is gone."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import District, Location, Scheme, ServiceArea, ServicePage
from portal import deck, gone
from portal.models import ListedService

from . import small_town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

TODAY = timezone.localdate()
LAST_WEEK = TODAY - timedelta(days=7)


@pytest.fixture
def rights() -> ServicePage:
    """For one of two districts, in German, for ages 6 to 10."""
    District.objects.create(code="harbour", name="Harbour")
    old = District.objects.create(code="old-town", name="Old town")
    return listed(
        "Know your rights",
        minimum_age=72,
        maximum_age=131,
        service_areas=[ServiceArea(reach="district", district=old)],
        languages=small_town.speaks("de"),
        access_conditions=[small_town.term(Scheme.ACCESS_CONDITION, "free")],
        locations=[Location(name="Front door", address_1="1 Quay Street")],
    )


def listed(title: str, **facts: Any) -> ServicePage:
    return small_town.service(
        small_town.agency(f"House of {title}"),
        title,
        kinds=[small_town.term(Scheme.SERVICE_KIND, "rights-info")],
        assured_date=TODAY - timedelta(days=3),
        assurer="Town",
        assurer_role="desk",
        **facts,
    )


def whole() -> dict[str, Any]:
    deck.forget()
    return deck.deck_of("en")


def remember(day: date = LAST_WEEK) -> None:
    gone.remember(whole(), day)


def told() -> list[dict[str, Any]]:
    return whole()["gone"]


def what() -> list[tuple[str, str, str]]:
    return [(each["what"], each["title"], each["day"]) for each in told()]


def test_what_is_still_there_is_not_told(rights: ServicePage) -> None:
    assert told() == []
    remember()
    assert told() == []


def test_a_closed_door_is_told_with_its_name(rights: ServicePage) -> None:
    remember()
    ServicePage.objects.filter(pk=rights.pk).update(status="temporarily closed")
    assert what() == [("closed", "Know your rights", LAST_WEEK.isoformat())]
    (entry,) = told()
    assert entry["code"] == rights.code
    assert (entry["years"], entry["districts"], entry["speaks"]) == ([6, 10], [1], ["de"])
    assert "free" in entry["has"]
    assert entry["items"] == ["c37"]
    json.dumps(entry)


@pytest.mark.parametrize("status", ["inactive", "defunct"])
def test_what_is_no_longer_public_is_gone_and_has_no_name(rights: ServicePage, status: str) -> None:
    remember()
    ServicePage.objects.filter(pk=rights.pk).update(status=status)
    assert what() == [("gone", "", LAST_WEEK.isoformat())]
    assert "rights" not in json.dumps(told()).replace("rights-info", "")


def test_an_unpublished_one_and_one_of_a_closed_agency_are_gone(rights: ServicePage) -> None:
    other = listed("Ask us", minimum_age=132, maximum_age=215)
    remember()
    rights.unpublish()
    other.agency.unpublish()
    assert {(each["code"], each["what"], each["title"]) for each in told()} == {
        (rights.code, "gone", ""),
        (other.code, "gone", ""),
    }


def test_past_its_grace_it_is_stale(rights: ServicePage) -> None:
    remember()
    ServicePage.objects.filter(pk=rights.pk).update(assured_date=TODAY - timedelta(days=900))
    assert what() == [("stale", "Know your rights", LAST_WEEK.isoformat())]


def test_a_sensitive_one_has_the_name_that_the_list_itself_gives_it(rights: ServicePage) -> None:
    remember()
    ServicePage.objects.filter(pk=rights.pk).update(status="temporarily closed", sensitive=True)
    assert what() == [("closed", "Know your rights", LAST_WEEK.isoformat())]


def test_a_move_is_noticed_and_said_with_the_last_day_at_the_old_place(rights: ServicePage) -> None:
    remember(LAST_WEEK - timedelta(days=1))
    remember(LAST_WEEK)
    Location.objects.filter(entry=rights).update(address_1="9 Hill Road")
    remember(TODAY)
    assert what() == [("moved", "Know your rights", LAST_WEEK.isoformat())]
    remember(TODAY)
    assert what() == [("moved", "Know your rights", LAST_WEEK.isoformat())]


def test_the_address_is_not_kept_and_a_secret_one_not_even_as_a_digest(rights: ServicePage) -> None:
    remember()
    row = ListedService.objects.get()
    assert row.place and "Quay" not in row.place
    rights.locations = [Location(name="House", confidential=True)]
    rights.save()
    remember(TODAY)
    row.refresh_from_db()
    assert (row.place, row.left_place) == ("", None)
    assert told() == []


def test_it_is_not_told_once_it_is_back(rights: ServicePage) -> None:
    remember()
    ServicePage.objects.filter(pk=rights.pk).update(status="temporarily closed")
    remember(TODAY)
    assert ListedService.objects.get().seen == LAST_WEEK, "a deck without it does not touch it"
    ServicePage.objects.filter(pk=rights.pk).update(status="active")
    assert told() == []


def test_after_two_years_it_is_forgotten(rights: ServicePage) -> None:
    remember(TODAY - timedelta(days=731))
    rights.unpublish()
    remember(TODAY)
    assert not ListedService.objects.exists()


def test_the_number_of_queries_does_not_grow(rights: ServicePage) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            gone.gone("en", ["harbour", "old-town"], set())
        return len(captured)

    remember()
    few = queries()
    for number in range(5):
        listed(f"More {number}", minimum_age=132 + 12 * number, maximum_age=143 + 12 * number)
    remember()
    assert ListedService.objects.count() > 3
    assert queries() == few
