"""An agency learns what families near it did not find: about its own needs, where it works, and never under ten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies import freshness, membership
from agencies.models import AgencyPage, District, Location, Policy, Scheme, ServiceArea, Term
from portal import tally
from portal.models.demand import Demand
from portal.nearby_demand import sentences
from tests import factories
from tests.agencies.stage import signed_in
from tests.portal import small_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def needs(town: None) -> tuple[str, str]:
    first, second = Term.objects.of(Scheme.NEED).order_by("sort", "pk")[:2]
    return first.code, second.code


@pytest.fixture
def agency(needs: tuple[str, str]) -> AgencyPage:
    """It answers the first need, in the harbour's part of town."""
    made = small_town.agency()
    factories.district("hill")
    area = ServiceArea(reach=ServiceArea.Reach.DISTRICT, district=factories.district("harbour"))
    small_town.service(made, needs=needs[:1], service_areas=[area])
    return made


def week(ago: int) -> date:
    return tally.monday(freshness.today(Policy.current())) - timedelta(weeks=ago)


def total(need: str, count: int, *, district: str = "", ago: int = 1, language: str = "en") -> None:
    Demand.objects.create(week=week(ago), need=need, district=district, language=language, count=count)


def test_totals_of_weeks_that_are_over_are_added_up(agency: AgencyPage, needs: tuple[str, str]) -> None:
    total(needs[0], 12, district="harbour")
    total(needs[0], 11, district="harbour", ago=2, language="de")
    (said,) = sentences([agency])
    assert "Harbour: 23 times" in said


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"count": 9}, "under ten"),
        ({"count": 40, "ago": 0}, "the week still runs"),
        ({"count": 40, "ago": 9}, "long ago"),
        ({"count": 40, "district": "hill"}, "elsewhere"),
    ],
)
def test_what_an_agency_is_not_told(
    agency: AgencyPage, needs: tuple[str, str], facts: dict, why: str
) -> None:
    total(needs[0], **facts)
    assert sentences([agency]) == [], why


def test_other_needs_are_not_its_business(agency: AgencyPage, needs: tuple[str, str]) -> None:
    total(needs[1], 40)
    assert sentences([agency]) == []


def test_no_district_is_everywhere_and_who_serves_the_town_hears_of_all(
    agency: AgencyPage, needs: tuple[str, str]
) -> None:
    total(needs[0], 10)
    total(needs[0], 30, district="hill")
    assert len(sentences([agency])) == 1
    small_town.service(agency, service_areas=[ServiceArea(reach=ServiceArea.Reach.TOWN)])
    assert [said.rpartition(": ")[2] for said in sentences([agency])] == ["30 times", "10 times"]


def test_a_place_says_where_it_works_too(agency: AgencyPage, needs: tuple[str, str]) -> None:
    total(needs[0], 30, district="hill")
    place = Location(name="Office", district=District.objects.get(code="hill"))
    small_town.service(agency, locations=[place])
    assert len(sentences([agency])) == 1


def test_it_stands_on_the_dashboard_of_the_agency_alone(agency: AgencyPage, needs: tuple[str, str]) -> None:
    total(needs[0], 12)
    membership.open_agency(agency.key, page=agency)
    home = reverse("wagtailadmin_home")
    assert "12 times" in signed_in("editor", agency).get(home).content.decode()
    assert "nearby-demand" not in signed_in("town_reviewer").get(home).content.decode()


def test_more_totals_ask_no_more_of_the_database(agency: AgencyPage, needs: tuple[str, str]) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert sentences([agency])
        return len(queries)

    total(needs[0], 12)
    few = asked()
    for ago in range(2, 7):
        total(needs[0], 12, district="harbour", ago=ago)
    assert asked() == few
