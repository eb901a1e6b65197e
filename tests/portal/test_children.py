"""The door for children: pages by age, their own words on the way, and a human being in two clicks."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import AgencyPage, Scheme, ServicePage
from portal.models import ContentPage

from . import small_town
from .searching import main_of

CHILD = ContentPage.Audience.CHILD
LANGUAGES = ("en", "de", "fr", "uk", "ar")


def alone(house: AgencyPage, title: str, low: int | None, high: int | None) -> ServicePage:
    """For children of these ages, in months, without a parent."""
    service = small_town.service(house, title, minimum_age=low, maximum_age=high)
    service.access_conditions = [small_town.term(Scheme.ACCESS_CONDITION, "no-parent")]
    service.audiences = [small_town.term(Scheme.AUDIENCE, "child")]
    service.kinds = [small_town.term(Scheme.SERVICE_KIND, "child-helpline")]
    service.save()
    return service


# By age


def test_the_door_asks_how_old_you_are_and_keeps_other_pages_below(client: Client, house: AgencyPage) -> None:
    door = small_town.content("For children", audience=CHILD)
    young = small_town.content("I am 6 to 10", parent=door, audience=CHILD, age_band="6-10")
    topic = small_town.content("My rights", parent=door, audience=CHILD)
    main = main_of(client, f"/en/{door.code}/")
    ages, _h2, below = main.partition("Read on")
    assert "How old are you?" in ages and young.code in ages and topic.code not in ages
    assert topic.code in below and young.code not in below
    assert "How old are you?" not in main_of(client, f"/en/{topic.code}/")


def test_a_page_of_an_age_lists_whom_a_child_of_that_age_can_reach(client: Client, house: AgencyPage) -> None:
    page = small_town.content("I am 6 to 10", audience=CHILD, age_band="6-10")
    meant = [
        alone(house, "Up to six", None, 72),
        alone(house, "From ten", 131, None),
        alone(house, "Every age", None, None),
    ]
    others = [alone(house, "Up to five", 0, 71), alone(house, "From eleven", 132, 215)]
    main = main_of(client, f"/en/{page.code}/")
    for service in meant:
        assert f'href="/en/{service.code}/short/"' in main
    for service in others:
        assert service.code not in main


def test_a_page_without_an_age_lists_nobody(client: Client, house: AgencyPage) -> None:
    service = alone(house, "Every age", None, None)
    page = small_town.content("For children", audience=CHILD)
    main = main_of(client, f"/en/{page.code}/")
    assert service.code not in main and "Who can help you?" not in main


def test_a_page_of_an_age_asks_as_often_for_four_as_for_one(client: Client, house: AgencyPage) -> None:
    page = small_town.content("I am 6 to 10", audience=CHILD, age_band="6-10")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            main_of(client, f"/en/{page.code}/")
        return len(queries)

    alone(house, "One", 72, 131)
    asked()
    once = asked()
    for n in range(4):
        alone(house, f"More {n}", 72, 131)
    assert asked() == once


# Their own words


@pytest.mark.parametrize("audience", [CHILD, ContentPage.Audience.PARENT])
def test_a_page_for_children_speaks_their_words_and_leads_to_twins(
    client: Client, house: AgencyPage, audience: str
) -> None:
    service, need = alone(house, "Talking circle", None, None), small_town.need("bullying")
    blocks = [
        {"type": "needs", "value": [need.code]},
        {"type": "services", "value": {"title": "Who helps", "kinds": ["child-helpline"]}},
    ]
    page = small_town.content("A page", audience=audience, body=json.dumps(blocks))
    main = main_of(client, f"/en/{page.code}/")
    for code in (service.code, need.public_code):
        assert (f'href="/en/{code}/short/"' in main) is (audience == CHILD)
    assert (need.child_label in main) is (audience == CHILD)
    assert (need.name in main) is (audience != CHILD)


def test_a_need_without_a_childs_words_is_not_shown_to_children(client: Client, house: AgencyPage) -> None:
    body = json.dumps([{"type": "needs", "value": ["g-work"]}])
    page = small_town.content("For children", audience=CHILD, body=body)
    assert small_town.need("g-work").public_code not in main_of(client, f"/en/{page.code}/")


# Two clicks


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_first_page_a_human_being_is_two_clicks_away(
    client: Client, demo: None, language: str
) -> None:
    """Within the page itself, whatever else the help bar offers."""
    home = main_of(client, f"/{language}/")
    door = re.search(r'<div class="door door--plum">.*?<a href="([^"]+)"', home, re.DOTALL)
    assert door
    main = main_of(client, door[1])
    assert 'href="tel:' in main
    ages = main.partition('class="ages"')[2].partition("</ul>")[0]
    found = re.findall(r'<a href="([^"]+)"', ages)
    assert len(found) == 4
    for path in found:
        assert 'href="tel:' in main_of(client, path)
