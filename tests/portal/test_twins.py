"""The readable twin of an entry and of a need: what a child reads there, and when it is not there."""

from __future__ import annotations

import re
from datetime import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import AgencyPage, Phone, Schedule, Scheme, ServicePage, Status
from agencies.models.schedule import DAYS

from . import small_town
from .searching import main_of

LONG = "A specialised professional will subsequently telephone you, and together you agree how everything continues."
SHORT = "We ask your name. Then we talk."


def twin_of(client: Client, code: str, language: str = "en") -> str:
    return main_of(client, f"/{language}/{code}/short/")


def conditions(service: ServicePage, *codes: str, audience: str = "child") -> ServicePage:
    service.access_conditions = [small_town.term(Scheme.ACCESS_CONDITION, code) for code in codes]
    service.audiences = [small_town.term(Scheme.AUDIENCE, audience)]
    service.save()
    return service


def alone(house: AgencyPage, title: str, *, audience: str = "child", **facts: Any) -> ServicePage:
    return conditions(small_town.service(house, title, **facts), "no-parent", audience=audience)


# An entry


def test_a_page_and_its_twin_lead_to_each_other(client: Client, house: AgencyPage) -> None:
    service = small_town.service(house, child_summary="We listen to you.")
    for code in (service.code, house.code):
        assert f'href="/en/{code}/short/"' in main_of(client, f"/en/{code}/")
        assert f'href="/en/{code}/"' in twin_of(client, code)


def test_what_is_written_for_children_comes_first_and_the_number_is_there(
    client: Client, house: AgencyPage
) -> None:
    service = small_town.service(house, summary="Counselling.", child_summary="We listen to you.")
    twin = twin_of(client, service.code)
    assert "We listen to you." in twin and "Counselling" not in twin
    assert 'href="tel:01632960555"' in twin
    assert "Nobody has put this in short words yet" not in twin


def test_without_words_for_children_the_facts_speak_and_the_page_says_so(
    client: Client, house: AgencyPage
) -> None:
    service = conditions(small_town.service(house, summary="Counselling."), "free", "anonymous", "no-parent")
    twin = twin_of(client, service.code)
    assert "Nobody has put this in short words yet" in twin and "Counselling" not in twin
    for sentence in ("You can go alone.", "It costs nothing.", "You need not say your name."):
        assert sentence in twin
    assert "You need no papers." not in twin


def test_words_of_another_language_carry_their_label(client: Client, house: AgencyPage) -> None:
    service = small_town.service(house, child_summary="We listen to you.")
    twin = twin_of(client, service.code, "de")
    assert '<span lang="en" dir="ltr">We listen to you.</span>' in twin


@pytest.mark.parametrize(("text", "is_shown"), [(SHORT, True), (LONG, False)])
def test_an_agencys_own_words_are_shown_where_a_child_can_read_them(
    client: Client, house: AgencyPage, text: str, is_shown: bool
) -> None:
    service = small_town.service(house, what_happens=text, who_is_told=text)
    twin = twin_of(client, service.code)
    assert (text in twin) is is_shown
    assert ("You say only what you want." in twin) is not is_shown
    assert (f'href="/en/{service.code}/#happens"' in twin) is not is_shown


def test_every_twin_ends_with_people_who_listen(client: Client, house: AgencyPage) -> None:
    mute = small_town.service(house, phones=[])
    for code in (mute.code, house.code, small_town.need("bullying").public_code):
        twin = twin_of(client, code)
        assert 'href="tel:116111"' in twin and 'href="/en/now/"' in twin


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_sensitive_entry_has_a_neutral_title_in_both(
    client: Client, house: AgencyPage, language: str
) -> None:
    service = small_town.service(house, "Quiet talks", needs=("physical",))
    plain = small_town.service(house, "Warm soup")
    titles = {
        path: re.search("<title>(.*?)</title>", client.get(f"/{language}/{path}").content.decode())
        for code in (service.code, house.code)
        for path in (f"{code}/", f"{code}/short/")
    }
    for path, title in titles.items():
        assert title and "Quiet" not in title[1] and "Harbour" not in title[1], path
    heads = [
        client.get(f"/en/{plain.code}/{more}").content.decode().partition("</title>")[0]
        for more in ("", "short/")
    ]
    assert ["Warm soup" in head for head in heads] == [True, False], "a child's page is always neutral"


def test_what_has_no_twin_is_not_found(client: Client, house: AgencyPage) -> None:
    draft = small_town.service(house)
    ServicePage.objects.filter(pk=draft.pk).update(live=False, first_published_at=None)
    mute = small_town.need("bullying")
    mute.child_label = ""
    mute.save()
    for code in (draft.code, mute.public_code, small_town.content().code, "ccccc2"):
        assert client.get(f"/en/{code}/short/").status_code == 404


def test_what_is_gone_is_gone_in_both(client: Client, house: AgencyPage) -> None:
    service = small_town.service(house)
    ServicePage.objects.filter(pk=service.pk).update(live=False)
    assert client.get(f"/en/{service.code}/short/").status_code == 410
    service.address.retire()
    assert client.get(f"/en/{service.code}/short/").status_code == 410


def test_an_agencys_twin_lists_its_services_in_words_for_children(client: Client, house: AgencyPage) -> None:
    service = small_town.service(house, summary="Counselling.", child_summary="We listen to you.")
    twin = twin_of(client, house.code)
    assert f'href="/en/{service.code}/short/"' in twin
    assert "We listen to you." in twin and "Counselling" not in twin


# A need


def test_a_needs_twin_speaks_a_childs_words_and_shows_whom_a_child_can_reach(
    client: Client, house: AgencyPage
) -> None:
    reached = alone(house, "Talking circle", needs=("bullying",))
    for_parents = alone(house, "Evening for parents", needs=("bullying",), audience="parent-carer")
    with_parents = conditions(small_town.service(house, "With parents", needs=("bullying",)), "free")
    closed = alone(house, "Closed talks", needs=("bullying",), status=Status.TEMPORARILY_CLOSED)
    need = small_town.need("bullying")
    for term in (need, need.parent):
        twin = twin_of(client, term.public_code)
        assert f'href="/en/{reached.code}/short/"' in twin
        for other in (for_parents, with_parents, closed):
            assert other.code not in twin
    assert need.child_label in twin_of(client, need.public_code)
    assert f'href="/en/{need.public_code}/short/"' in twin_of(client, need.parent.public_code)
    assert f'href="/en/{need.public_code}/short/"' in main_of(client, f"/en/{need.public_code}/")


def daily(closes: time) -> list[Schedule]:
    return [Schedule(byday=",".join(DAYS), opens_at=time(0), closes_at=closes)]


def test_what_is_true_now_alone_stays_off_the_paper(client: Client, house: AgencyPage) -> None:
    mornings = alone(house, "Mornings", schedules=daily(time(12)))
    assert re.search(r'<li class="no-print">It is (open|closed) now\.</li>', twin_of(client, mornings.code))
    lasting = {
        "It is open day and night.": alone(house, "Always", schedules=daily(time(0))),
        "Call first. Ask when they are there.": alone(house, "Unknown"),
        "It is closed for a while.": alone(
            house, "Away", schedules=daily(time(12)), status=Status.TEMPORARILY_CLOSED
        ),
    }
    for sentence, service in lasting.items():
        twin = twin_of(client, service.code)
        assert f"<li>{sentence}</li>" in twin
        assert '<li class="no-print">' not in twin


# Their cost


def test_a_twin_asks_as_often_for_four_as_for_one(client: Client, house: AgencyPage) -> None:
    need = small_town.need("bullying")
    codes = [house.code, need.public_code]

    def asked() -> list[int]:
        counts = []
        for code in codes:
            with CaptureQueriesContext(connection) as queries:
                twin_of(client, code)
            counts.append(len(queries))
        return counts

    alone(house, "One", needs=("bullying",))
    asked()
    once = asked()
    for n in range(4):
        alone(house, f"More {n}", needs=("bullying",), phones=[Phone(number=f"01632 96070{n}")])
    assert asked() == once
