"""The report of the town's people, its export, and what the dashboard says first."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agencies.membership import TOWN_ROLES
from agencies.models import District, Scheme, ServiceArea, ServicePage
from portal import checklist_history
from portal.models import ChecklistItem, ChecklistState
from tests.agencies.stage import Stage, signed_in

from . import small_town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "plain_templates")]

SEES = {"town_editor", "town_reviewer", "town_admin"}
PLACES = [
    ("checklist_report", []),
    ("checklist_report_results", []),
    ("checklist_look", ["district"]),
    ("checklist_item", ["c16"]),
]


def service(title: str, kind: str = "rights-info", days_ago: int = 5) -> ServicePage:
    return small_town.service(
        small_town.agency("House"),
        title,
        kinds=[small_town.term(Scheme.SERVICE_KIND, kind)],
        assured_date=timezone.localdate() - timedelta(days=days_ago),
    )


def text(client: Client, name: str, *args: str, **query: str) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def dashboard(client: Client) -> str:
    return client.get(reverse("wagtailadmin_home")).content.decode()


# --- who sees it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*TOWN_ROLES, "editor"])
def test_the_town_s_people_see_it_and_nobody_else(stage: Stage, role: str) -> None:
    checklist_history.note()
    client = signed_in(role, stage.own if role == "editor" else None)
    for name, args in PLACES:
        answer = client.get(reverse(name, args=args))
        assert (answer.status_code == 200) is (role in SEES), (name, role)
    assert ("What families cannot find here" in dashboard(client)) is (role in SEES)


def test_without_sign_in_there_is_nothing(client: Client) -> None:
    for name, args in PLACES:
        assert client.get(reverse(name, args=args)).status_code == 302


def test_what_is_no_item_and_no_look_is_not_found() -> None:
    client = signed_in("town_reviewer")
    assert client.get(reverse("checklist_item", args=["c99"])).status_code == 404
    assert client.get(reverse("checklist_look", args=["weather"])).status_code == 404


# --- what it says ---------------------------------------------------------------------------------


def test_the_report_says_state_lack_and_cure() -> None:
    service("Know your rights", days_ago=400)
    page = text(signed_in("town_reviewer"), "checklist_report")
    assert "not there yet: <strong>39<" in page and "checked too long ago: <strong>1<" in page
    assert "Somebody must confirm: “Know your rights”" in page
    assert page.index("emergency number") < page.index("Know your rights"), "gaps stand first"


def test_one_item_says_who_stands_behind_it_and_for_whom_it_is_not() -> None:
    District.objects.create(code="harbour", name="Harbour")
    page = service("Know your rights")
    shown = text(signed_in("town_reviewer"), "checklist_item", "c37")
    assert reverse("short", args=[page.code]) in shown
    for words in ("Know your rights", "Harbour", "ages 6 to 10", "not for them", "its check holds until"):
        assert words in shown


@pytest.mark.parametrize(
    ("look", "words"), [("district", "Harbour"), ("age", "ages 0 to 2"), ("language", "German")]
)
def test_all_items_can_be_looked_at_by_part(look: str, words: str) -> None:
    District.objects.create(code="harbour", name="Harbour")
    assert words in text(signed_in("town_reviewer"), "checklist_look", look)


def test_only_what_differs_is_shown_for_each_part() -> None:
    old = District.objects.create(code="old-town", name="Old town")
    District.objects.create(code="harbour", name="Harbour")
    page = service("Know your rights")
    page.service_areas = [ServiceArea(reach="district", district=old)]
    page.save()
    shown = text(signed_in("town_reviewer"), "checklist_look", "district")
    assert shown.count("the same everywhere") == 39
    assert shown.index("which rights children have") < shown.index("the same everywhere"), (
        "what differs stands first"
    )


def test_the_history_is_a_picture_with_its_table() -> None:
    client = signed_in("town_reviewer")
    assert "lantern-chart" not in text(client, "checklist_report")
    checklist_history.note()
    ChecklistState.objects.update(since=timezone.localdate() - timedelta(days=70))
    page = text(client, "checklist_report")
    assert "lantern-chart" in page and "All items, by day" in page


def test_queries_do_not_grow_with_services() -> None:
    client = signed_in("town_reviewer")
    service("First")
    text(client, "checklist_report")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, "checklist_report")
        return len(captured)

    few = queries()
    for number in range(5):
        service(f"More {number}", days_ago=500)
    assert queries() == few


# --- the export -----------------------------------------------------------------------------------


def test_it_can_be_taken_out_as_a_spreadsheet_that_calculates_nothing() -> None:
    ChecklistItem.objects.filter(code="c37").update(statement="=1+1")
    service("=HYPERLINK()", days_ago=400)
    client = signed_in("town_reviewer")
    answer = client.get(reverse("checklist_report"), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 41
    assert not [cell for line in lines for cell in line.split(",") if cell.strip('"').startswith("=")]
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get(reverse("checklist_report"), {"export": "xlsx"}).streaming_content))
    )
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 41
    assert rows[0][:4] == ("Id", "Group", "What a family should know", "State")
    rights = next(row for row in rows if row[0] == "c37")
    assert rights[2] == "'=1+1"
    assert "Which of the four Ps" in rows[0]


# --- the dashboard --------------------------------------------------------------------------------


def test_the_dashboard_names_urgent_gaps_first_and_only_some() -> None:
    checklist_history.note()
    page = dashboard(signed_in("town_admin"))
    assert "I know the emergency number" in page
    assert page.count("lantern-state--gap") == 6
    assert "more." in page
    assert reverse("checklist_report") in page


def test_nothing_for_children_who_came_alone_is_an_alert() -> None:
    ChecklistItem.objects.exclude(code="c34").update(hidden=True)
    checklist_history.note()
    page = dashboard(signed_in("town_admin"))
    assert "without parents" in page and "For:" in page


def test_the_dashboard_is_quiet_when_there_is_nothing_to_say() -> None:
    ChecklistItem.objects.exclude(code__in=("c16", "c37")).update(hidden=True)
    service("Know your rights")
    checklist_history.note()
    assert "What families cannot find here" not in dashboard(signed_in("town_admin")), "c16 is no core item"
