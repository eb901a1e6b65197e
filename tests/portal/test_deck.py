"""The deck: what the browser gets, the same for everybody, and nothing that staff have taken away."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.log_actions import log

from agencies.models import (
    District,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    Scheme,
    ServiceArea,
    ServicePage,
)
from agencies.models.entry import Status
from portal import deck
from portal.models import ChecklistGroup, ChecklistItem
from tests.portal import small_town

pytestmark = pytest.mark.django_db


def item(code: str = "x01", kinds: tuple[str, ...] = ("food",), **facts: Any) -> ChecklistItem:
    group, _new = ChecklistGroup.objects.get_or_create(code="x", defaults={"name": "Daily life"})
    row = ChecklistItem(
        code=code,
        group=group,
        statement="I know where to get food.",
        four_p=small_town.term(Scheme.FOUR_P, "prevention"),
        urgency=small_town.term(Scheme.URGENCY, "soon"),
        **facts,
    )
    row.kinds = [small_town.term(Scheme.SERVICE_KIND, kind) for kind in kinds]
    row.save()
    return row


def fed(title: str = "Food for everybody", kinds: tuple[str, ...] = ("food",), **facts: Any) -> ServicePage:
    facts.setdefault("assured_date", timezone.localdate())
    page = small_town.service(small_town.agency(), title, **facts)
    page.kinds = [small_town.term(Scheme.SERVICE_KIND, kind) for kind in kinds]
    page.save()
    return page


def made(language: str = "en") -> dict[str, Any]:
    ChecklistItem.objects.exclude(code__startswith="x").update(hidden=True)
    deck.forget()
    return deck.deck_of(language)


def only_service(language: str = "en") -> dict[str, Any]:
    (found,) = made(language)["services"]
    return dict(found)


def test_a_service_says_what_a_card_says(town: None) -> None:
    item()
    page = fed(
        minimum_age=72,
        maximum_age=215,
        what_happens="You come in.\n\nYou eat.",
        who_is_told="Nobody.",
        languages=small_town.speaks("uk", "en"),
        schedules=small_town.day_and_night(),
        required_documents=[RequiredDocument(document="A bag")],
    )
    found = made()
    assert found["documents"] == ["A bag"]
    (service,) = found["services"]
    day = service.pop("checked")
    assert service == {
        "code": page.code,
        "title": "Food for everybody",
        "lang": "",
        "agency": "Harbour House",
        "years": [6, 17],
        "districts": None,
        "km": None,
        "speaks": ["en", "uk"],
        "has": ["24h", "phone"],
        "current": True,
        "open": "always",
        "hours": "",
        "where": [],
        "number": {"shown": "01632 960 555", "href": "tel:01632960555"},
        "bring": [0],
        "happens": ["You come in.", "You eat."],
        "told": "Nobody.",
    }
    assert day.startswith("Checked by") and str(timezone.localdate().year) in day
    assert found["items"][0]["offers"] == [0]


def test_words_come_in_the_readers_language(town: None) -> None:
    item()
    fed(words=small_town.words("de", title=("Food for everybody", "Essen für alle")))
    found = made("de")
    assert found["services"][0]["title"] == "Essen für alle" and found["language"] == "de"
    assert (
        made("fr")["services"][0] | {"title": "Food for everybody", "lang": "en"} == made("fr")["services"][0]
    )


def test_what_is_closed_or_long_unchecked_or_of_another_kind_is_not_offered(town: None) -> None:
    item()
    fed("Closed", status=Status.TEMPORARILY_CLOSED)
    fed("Old", assured_date=timezone.localdate() - timedelta(days=2000))
    fed("Other", kinds=("debt",))
    assert made()["services"] == [] and made()["items"][0]["offers"] == []
    fed("Never checked", assured_date=None)
    assert only_service()["current"] is False


def test_the_addresses_are_told_and_none_where_one_of_them_is_secret(town: None) -> None:
    item()
    open_door = Location(name="Front door", address_1="1 Quay Street", city="Lindemar")
    page = fed(locations=[open_door, Location(name="By post")])
    assert only_service()["where"] == ["1 Quay Street, Lindemar"]
    page.locations.add(Location(name="Lodge", confidential=True))
    page.save()
    deck.forget()
    assert only_service()["where"] == []


def test_hours_travel_as_openings_of_the_coming_days(town: None) -> None:
    item()
    fed(schedules=[Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at="09:00", closes_at="17:00")])
    spans = only_service()["open"]
    assert len(spans) >= 7 and all(end - start == 8 * 60 for start, end in spans)
    assert only_service()["hours"] == "Mon, Tue, Wed, Thu, Fri, Sat, Sun 09:00–17:00", "for paper"
    assert only_service("de")["hours"].startswith("Mo, Di, Mi")
    fed("No hours", kinds=("food",))
    assert {service["title"]: service["open"] for service in made()["services"]}.get(
        "No hours", "unknown"
    ) == "unknown"


def test_the_nearest_place_counts_and_a_secret_one_counts_as_nowhere(town: None) -> None:
    harbour = District.objects.create(code="harbour", name="Harbour", latitude=50, longitude=8)
    District.objects.create(code="hill", name="Hill", latitude=50.1, longitude=8)
    item()
    fed(locations=[Location(name="Office", latitude=50.01, longitude=8, district=harbour)])
    near = only_service()
    places = [each["code"] for each in made()["districts"]]
    assert near["km"][places.index("harbour")] == 11 and near["km"][places.index("hill")] == 100
    assert near["districts"] == [places.index("harbour")]
    ServicePage.objects.all().delete()
    fed("Refuge", locations=[Location(name="Lodge", confidential=True, district=harbour)])
    secret = only_service()
    assert secret["km"] is None and secret["districts"] is None
    assert "Lodge" not in json.dumps(made())


def test_a_service_for_one_district_is_offered_there(town: None) -> None:
    harbour = District.objects.create(code="harbour", name="Harbour")
    District.objects.create(code="hill", name="Hill")
    item()
    fed(service_areas=[ServiceArea(reach=ServiceArea.Reach.DISTRICT, district=harbour)])
    found = made()
    assert found["services"][0]["districts"] == [
        [each["code"] for each in found["districts"]].index("harbour")
    ]


def test_hidden_items_and_those_that_do_not_apply_are_in_no_deck_and_keep_their_number(town: None) -> None:
    item("x01")
    item("x02", hidden=True)
    item("x03", not_applicable="The county does it.")
    found = made()
    assert [each["code"] for each in found["items"]] == ["x01"]
    assert found["numbers"]["items"][-3:] == ["x01", "x02", "x03"]


def test_only_situations_that_change_a_list_are_asked(town: None) -> None:
    row = item()
    row.situations = [small_town.term(Scheme.SITUATION, "refugee")]
    row.save()
    assert [each["code"] for each in made()["situations"]] == ["refugee"]


# --- the address ---------------------------------------------------------------------------------------------------


def fetched(client: Client, language: str = "en") -> dict[str, Any]:
    response = client.get(f"/{language}/checklist/deck.json")
    assert response.status_code == 200
    return dict(response.json())


def test_it_is_the_same_for_everybody_and_no_browser_keeps_it(town: None, client: Client) -> None:
    item()
    fed()
    first = client.get("/en/checklist/deck.json")
    again = client.get("/en/checklist/deck.json?years=9", headers={"cookie": "a=b", "accept-language": "uk"})
    assert first.content == again.content
    assert first["Cache-Control"] == "no-store" and first["Content-Type"] == "application/json"
    assert (
        client.get("/en/checklist/deck.json", headers={"accept-encoding": "gzip"})["Content-Encoding"]
        == "gzip"
    )
    assert client.get("/xx/checklist/deck.json").status_code == 404


def test_a_number_that_is_withheld_is_gone_from_the_next_deck(town: None, client: Client) -> None:
    item("x01")
    page = fed()
    assert "01632 960 555" in json.dumps(fetched(client))
    Phone.objects.filter(entry=page).update(withheld=True)
    log(instance=page, action="wagtail.edit")  # as every act of staff does
    assert "01632 960 555" not in json.dumps(fetched(client))


def test_a_second_visitor_asks_only_whether_anything_has_changed(town: None, client: Client) -> None:
    item()
    fed()
    fetched(client)
    with CaptureQueriesContext(connection) as seen:
        deck.deck_bytes("en")
    tables = " ".join(query["sql"] for query in seen)
    assert len(seen) <= 6 and "agencies_servicepage" not in tables and "checklistitem" not in tables


def test_after_an_act_of_staff_only_what_it_touched_is_read_anew(town: None) -> None:
    item()
    fed("Other food", languages=small_town.speaks("uk"))
    page = fed(languages=small_town.speaks("de"))
    deck.deck_bytes("en")
    known = deck._known
    ServicePage.objects.update(title="Written past everybody")
    log(instance=page, action="wagtail.publish")
    titles = {service["title"] for service in deck.deck_of("en")["services"]}
    assert titles == {"Other food", "Written past everybody"} and deck._known is known


def test_with_an_agency_its_services_go(town: None, client: Client) -> None:
    item()
    page = fed()
    assert len(fetched(client)["services"]) == 1
    page.agency.unpublish()
    assert fetched(client)["services"] == []


def _say(client: Client) -> str:
    return {each["code"]: str(each["say"]) for each in fetched(client)["items"]}["x01"]


def test_an_item_that_changes_makes_everything_anew(town: None, client: Client) -> None:
    row = item()
    assert _say(client) == "I know where to get food."
    ChecklistItem.objects.filter(pk=row.pk).update(statement="I know where to eat.")
    log(instance=row, action="wagtail.edit")
    assert _say(client) == "I know where to eat."


def test_many_services_ask_the_database_as_often_as_one(town: None) -> None:
    item()
    fed()
    made()
    with CaptureQueriesContext(connection) as one:
        made()
    for number in range(4):
        fed(
            f"Food {number}",
            required_documents=[RequiredDocument(document="A bag")],
            languages=small_town.speaks("uk"),
        )
    item("x02")
    with CaptureQueriesContext(connection) as many:
        made()
    assert len(many) == len(one)
