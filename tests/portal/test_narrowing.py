"""What a search is narrowed by beside the ticks: open now, open on a day, near a district."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agencies.models import District, Location, Policy, Schedule, ServiceArea
from portal import sealed

from . import small_town
from .searching import FETCH, asked, counts, drops, fetch, titles

NOON = datetime(2026, 12, 2, 11, 0, tzinfo=UTC)  # a Wednesday, twelve o'clock in the town


@pytest.fixture
def hours(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One place that is open on Wednesday mornings, one in the evenings, one nobody knows of; at noon."""
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    policy = Policy.load()
    policy.time_zone = "Europe/Berlin"
    policy.save()
    far = District.objects.create(code="far", name="Far End", latitude=54.2, longitude=10.0)
    District.objects.create(code="quay", name="The Quay", latitude=54.0, longitude=10.0)
    District.objects.create(code="nowhere", name="Nowhere")
    house = small_town.agency("Harbour House")

    def place(latitude: float | None, **facts: Any) -> list[Location]:
        return [Location(name="Door", latitude=latitude, longitude=10.0 if latitude else None, **facts)]

    small_town.services(
        house,
        {
            "title": "Morning soup",
            "schedules": [Schedule(byday="WE", opens_at=time(9), closes_at=time(13))],
            "locations": place(54.2),
        },
        {
            "title": "Evening soup",
            "schedules": [Schedule(byday="WE,TH", opens_at=time(18), closes_at=time(20))],
            "locations": place(54.01),
        },
        {
            "title": "Secret soup",
            "locations": [Location(name="Refuge", confidential=True, district=far)],
            "service_areas": [ServiceArea(reach="district", district=far)],
        },
    )


def test_open_now_narrows_counts_and_may_be_taken_away(hours: None, client: Client) -> None:
    everything = fetch(client, words="soup")
    assert counts(everything, "open") == {"now": 1}
    now = fetch(client, words="soup", open="now")
    assert titles(now) == ["Morning soup"] and now.context["facets_count"] == 1
    assert 'name="open" value="now" form="find-form" checked' in now.content.decode()
    nothing = fetch(client, words="evening", open="now")
    assert titles(nothing) == [] and drops(nothing) == [("open:now", 1)]
    assert titles(fetch(client, words="evening", open="now", drop="open:now")) == ["Evening soup"]


def test_a_day_is_chosen_from_the_next_fourteen_by_name(hours: None, client: Client) -> None:
    response = client.post("/de/find/", {"words": "soup", "day": "2026-12-03"}, headers=FETCH)
    assert titles(response) == ["Evening soup"]
    select = next(group.select for group in response.context["facets"] if group.name == "open")
    names = [option.title for option in select.options]
    assert names[:3] == ["Heute", "Morgen", "Freitag, 4. Dezember"] and len(names) == 14
    assert [option.value for option in select.options if option.chosen] == ["2026-12-03"]
    assert '<option value="2026-12-03" selected>Morgen</option>' in response.content.decode()


def test_today_is_what_is_left_of_it(hours: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(titles(fetch(client, words="soup", day="2026-12-02"))) == {"Morning soup", "Evening soup"}
    monkeypatch.setattr(timezone, "now", lambda: NOON + timedelta(hours=3))
    assert titles(fetch(client, words="soup", day="2026-12-02")) == ["Evening soup"]


def test_the_clock_is_the_towns(hours: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 18:30 in UTC it is half past seven in the town; at 23:30 it is tomorrow there."""
    monkeypatch.setattr(timezone, "now", lambda: NOON.replace(hour=18, minute=30))
    assert titles(fetch(client, words="soup", open="now")) == ["Evening soup"]
    monkeypatch.setattr(timezone, "now", lambda: NOON.replace(hour=23, minute=30))
    select = next(g.select for g in fetch(client).context["facets"] if g.name == "open")
    assert select.options[0].value == "2026-12-03"


def test_near_a_district_comes_first_what_is_near_with_its_distance(hours: None, client: Client) -> None:
    response = fetch(client, words="soup", near="quay")
    found = response.context["results"].cards
    chips = {str(card.title): [c.text for c in card.chips if c.tone == "distance"] for card in found}
    assert list(chips)[0] == "Evening soup"
    assert chips["Evening soup"] == ["⁨1.1⁩ km from ⁨The Quay⁩"]
    assert chips["Morning soup"] == ["⁨22⁩ km from ⁨The Quay⁩"]
    assert chips["Secret soup"] == [], "a secret place has no distance"
    text = response.content.decode()
    assert "nearest to <bdi>The Quay</bdi> first" in text
    assert (
        '<option value="quay" selected>The Quay</option>' in text
        and 'value="nowhere"' not in text.split('name="near"')[1].split("</select>")[0]
    )
    without = fetch(client, words="soup").content.decode()
    assert "km from" not in without and "nearest to" not in without


def test_time_and_place_travel_sealed(hours: None, client: Client) -> None:
    location = client.post("/en/find/", asked(words="soup", open="now", near="quay"))["Location"]
    assert "now" not in location.removeprefix("/en/find/") or "quay" not in location
    opened = sealed.unseal(location.split("/")[-2]).query
    assert (opened["open"], opened["near"]) == ("now", "quay")
    page = client.get(location)
    assert titles(page) == ["Morning soup"] and page.context["facets_count"] == 2
    assert 'name="open" value="now" form="find-form" checked' in page.content.decode()


def test_now_beats_a_day_where_both_are_sent(hours: None, client: Client) -> None:
    response = fetch(client, words="soup", open="now", day="2026-12-03")
    assert titles(response) == ["Morning soup"] and response.context["facets_count"] == 1


def test_a_day_or_place_that_is_none_sends_nobody_away(hours: None, client: Client) -> None:
    wrong = ({"day": day} for day in ("2026-12-01", "2026-12-16", "x" * 500, "2026-02-31"))
    places = ({"near": place} for place in ("nowhere", "no-such-place", "<b>", "x" * 500))
    for fields in (*wrong, *places, {"open": "later"}):
        response = fetch(client, words="soup", **fields)
        assert len(titles(response)) == 3 and response.context["facets_count"] == 0, fields
