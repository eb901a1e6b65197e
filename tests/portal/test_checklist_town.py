"""Our services, item by item, for everybody: only if the town chooses so, and as the last night found it."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agencies.models import fingerprint
from portal import checklist_history
from portal.languages import full_day
from portal.models import ChecklistItem, ChecklistItemWords, ChecklistState, Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

PAGE, TABLE = "/en/checklist/town/", "/en/checklist/town.csv"


@pytest.fixture
def open_town() -> None:
    Town.load()
    Town.objects.update(shows_checklist=True)
    checklist_history.note()


def text(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def rows(client: Client) -> list[dict[str, str]]:
    response = client.get(TABLE)
    assert response["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_it_is_closed_until_the_town_opens_it(client: Client) -> None:
    checklist_history.note()
    assert client.get(PAGE).status_code == client.get(TABLE).status_code == 404


@pytest.mark.usefixtures("open_town")
def test_each_item_says_its_state_with_the_day(client: Client) -> None:
    ChecklistState.objects.filter(item__code="c37").update(name="met")
    ChecklistState.objects.filter(item__code="c20").update(name="stale")
    page = text(client)
    assert "As it was on" in page and full_day(timezone.localdate()) in page
    for said in ("it is there", "checked too long ago", "not there yet"):
        assert said in page
    assert page.count('class="item"') == 40
    assert "no-store" in client.get(PAGE)["Cache-Control"]


@pytest.mark.usefixtures("open_town")
def test_what_does_not_apply_says_why_at_once_in_the_reader_s_language(client: Client) -> None:
    item = ChecklistItem.objects.get(code="c34")
    item.not_applicable = "The region does it."
    item.words.add(
        ChecklistItemWords(
            language="de",
            field="not_applicable",
            text="Das macht der Kreis.",
            fingerprint=fingerprint("The region does it."),
        )
    )
    item.save()
    assert "The region does it." in text(client) and "does not apply here" in text(client)
    assert "Das macht der Kreis." in text(client, "/de/checklist/town/")
    assert next(row for row in rows(client) if row["item"] == "c34")["state"] == "not-applicable"


@pytest.mark.usefixtures("open_town")
def test_the_table_for_machines_says_the_same(client: Client) -> None:
    ChecklistItem.objects.filter(code="c37").update(statement="=1+1")
    found = rows(client)
    assert [row["item"] for row in found] == [f"c{n:02}" for n in range(1, 41)]
    assert {row["state"] for row in found} == {"gap"}
    assert {row["looked_on"] for row in found} == {timezone.localdate().isoformat()}
    assert found[36]["statement"] == "'=1+1", "nothing is calculated"


@pytest.mark.usefixtures("open_town")
def test_hidden_items_are_left_out_and_new_ones_wait_for_the_night(client: Client) -> None:
    ChecklistItem.objects.filter(code="c01").update(hidden=True)
    ChecklistState.objects.filter(item__code="c02").delete()
    assert {"c01", "c02"}.isdisjoint(row["item"] for row in rows(client))


def test_before_the_first_night_it_says_so(client: Client) -> None:
    Town.load()
    Town.objects.update(shows_checklist=True)
    assert "Nobody has looked yet" in text(client)


@pytest.mark.usefixtures("open_town")
def test_it_costs_the_same_whatever_there_is(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client)
        return len(captured)

    text(client)
    many = queries()
    ChecklistItem.objects.exclude(code__in=("c01", "c02", "c37")).update(hidden=True)
    assert queries() == many
