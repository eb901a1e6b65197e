"""A sheet goes out, comes back changed, shows what would change, and only then makes drafts; whoever sends what."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageLogEntry, Revision, WorkflowState

from agencies.membership import AGENCY_ROLES, TOWN_ROLES
from agencies.models import AgencyPage, Location, Phone, Policy, ServicePage, User
from tests import factories
from tests.agencies.stage import Stage, approve_all, signed_in

Rows = list[list[str]]


@pytest.fixture
def editor(stage: Stage) -> Client:
    return signed_in("editor", stage.own)


def address(agency: AgencyPage, name: str = "sheet") -> str:
    return reverse(name, args=[agency.pk])


def downloaded(client: Client, agency: AgencyPage) -> Rows:
    answer = client.get(address(agency, "sheet_csv"))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def put(rows: Rows, heading: str, text: str, line: int = 1) -> None:
    rows[line][rows[0].index(heading)] = text


def new_row(rows: Rows, **texts: str) -> None:
    rows.append([""] * len(rows[0]))
    for heading, text in texts.items():
        put(rows, heading, text, -1)


def as_file(rows: Rows) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    return made.getvalue().encode("utf-8-sig")


def send(client: Client, agency: AgencyPage, sent: Rows | bytes) -> HttpResponse:
    content = sent if isinstance(sent, bytes) else as_file(sent)
    return client.post(address(agency), {"sheet": SimpleUploadedFile("sheet.bin", content)})


def text_of(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def confirm(client: Client, agency: AgencyPage, preview: HttpResponse) -> HttpResponse:
    sealed = re.search(r'name="rows" value="([^"]+)"', preview.content.decode())
    assert sealed
    return client.post(address(agency, "sheet_confirm"), {"rows": unescape(sealed[1])}, follow=True)


def draft_of(entry: ServicePage) -> ServicePage:
    return factories.fresh(entry).get_latest_revision_as_object()


def everything() -> tuple[list, list, int, int]:
    """What a preview must leave as it is."""
    return (
        list(ServicePage.objects.order_by("pk").values()),
        list(Phone.objects.order_by("pk").values()),
        Revision.objects.count() + WorkflowState.objects.count(),
        PageLogEntry.objects.count(),
    )


# Out


def test_the_sheet_holds_the_agencys_own_services(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    (row,) = [dict(zip(rows[0], each, strict=True)) for each in rows[1:]]
    assert row["Code"] == stage.service.code
    assert (row["Title"], row["Number"], row["State"]) == ("Talk to somebody", "01632 960 111", "active")
    assert row["Title (de)"] == "Mit jemandem reden"


def test_the_workbook_explains_each_column(editor: Client, stage: Stage) -> None:
    book = openpyxl.load_workbook(io.BytesIO(editor.get(address(stage.own, "sheet_xlsx")).content))
    services, how_to = book.worksheets
    headings = [cell.value for cell in services[1]]
    assert headings == downloaded(editor, stage.own)[0]
    assert set(headings) <= {row[0].value for row in how_to}


def test_places_are_in_no_sheet(editor: Client, stage: Stage) -> None:
    stage.service.locations = [
        Location(name="Refuge", confidential=True, description="Ring twice"),
        Location(name="Office", address_1="7 Mill Lane"),
    ]
    stage.service.save_revision().publish()
    text = str(downloaded(editor, stage.own))
    assert [word for word in ("Refuge", "Ring twice", "Mill Lane", "Quay Street") if word in text] == []


@pytest.mark.parametrize("text", ["=1+1", "+49 40 1", "-yes", "@you", "'=quoted", "''-twice"])
def test_no_text_is_calculated_and_each_reads_back_unchanged(editor: Client, stage: Stage, text: str) -> None:
    stage.service.summary = text
    stage.service.save_revision()
    rows = downloaded(editor, stage.own)
    assert rows[1][rows[0].index("In one sentence")] == f"'{text}"
    workbook = editor.get(address(stage.own, "sheet_xlsx")).content
    assert "=" not in {
        cell.data_type for row in openpyxl.load_workbook(io.BytesIO(workbook)).active for cell in row
    }
    for sent in (rows, workbook):
        assert "Unchanged: 1" in text_of(send(editor, stage.own, sent))


# The preview


def test_the_preview_shows_each_difference_and_changes_nothing(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "In one sentence", "You get much help.")
    put(rows, "Title (de)", "Reden")
    new_row(rows, Title="Play together", Number="01632 960 222")
    before = everything()
    shown = text_of(send(editor, stage.own, rows))
    assert everything() == before
    for text in ("Changed: 1", "New: 1", "Unchanged: 0", "In one sentence", "You get much help.", "Reden"):
        assert text in shown
    assert "Row 3: Play together (new)" in shown


def test_a_sheet_in_another_language_of_the_admin_is_understood(editor: Client, stage: Stage) -> None:
    german = signed_in("lead", stage.own)
    german.get("/admin/")
    answer = german.get(address(stage.own, "sheet_csv"), headers={"Accept-Language": "de"})
    assert "Unchanged: 1" in text_of(send(editor, stage.own, answer.content))


def test_a_semicolon_is_a_comma_where_people_write_so(editor: Client, stage: Stage) -> None:
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows(downloaded(editor, stage.own))
    assert "Unchanged: 1" in text_of(send(editor, stage.own, made.getvalue().encode()))


def test_what_a_cell_does_not_take_is_said_with_its_row(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "To age (months)", "old")
    shown = text_of(send(editor, stage.own, rows))
    assert "Refused: 1" in shown
    assert "Row 2: Talk to somebody To age (months):" in shown


def test_a_code_of_another_agency_tells_nothing(editor: Client, stage: Stage) -> None:
    answers = []
    for code in (stage.others_service.code, "zzzzz9"):
        rows = downloaded(editor, stage.own)
        put(rows, "Code", code)
        put(rows, "Title", "Mine")
        answers.append(text_of(send(editor, stage.own, rows)))
    assert all("The agency has no service with this code." in shown for shown in answers)
    assert all("Play outside" not in shown for shown in answers)


def test_an_entry_that_was_changed_since_is_refused(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    stage.service.summary = "Somebody else wrote this."
    stage.service.save_revision()
    put(rows, "Title", "Talk to us")
    assert "This was changed since the sheet was made." in text_of(send(editor, stage.own, rows))


def test_an_entry_that_waits_for_review_is_named_and_left(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    preview = send(editor, stage.own, rows)
    stage.service.save_revision()
    stage.own.get_workflow().start(factories.fresh(stage.service), None)
    shown = text_of(send(editor, stage.own, rows))
    assert "Left as they are: 1" in shown
    assert "This waits for review, or is locked" in shown
    assert "Changed and sent to review: 0" in text_of(confirm(editor, stage.own, preview))
    assert draft_of(stage.service).title == "Talk to somebody"


def test_a_row_that_stands_twice_is_refused_once(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    new_row(rows, Title="New one")
    new_row(rows, Title="new ONE")
    shown = text_of(send(editor, stage.own, [*rows, rows[1]]))
    assert [part in shown for part in ("Changed: 1", "New: 1", "Refused: 2")] == [True] * 3


# The confirmation


def test_a_confirmed_change_is_a_draft_of_that_person_in_review(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "In one sentence", "You get much help.")
    put(rows, "Number", "01632 960 222")
    answer = confirm(editor, stage.own, send(editor, stage.own, rows))
    assert "Changed and sent to review: 1. New drafts: 0." in text_of(answer)
    entry = factories.fresh(stage.service)
    assert entry.summary == "You get help here."
    assert entry.latest_revision.user.username == "editor-harbour"
    assert entry.current_workflow_state.requested_by.username == "editor-harbour"
    approve_all()
    entry = factories.fresh(stage.service)
    assert (entry.summary, entry.phones.get().number) == ("You get much help.", "01632 960 222")
    assert entry.phones.get().description == "Front desk"


def test_a_draft_that_was_never_edited_keeps_all_that_has_no_column(editor: Client, stage: Stage) -> None:
    ServicePage.objects.filter(pk=stage.service.pk).update(latest_revision=None, live_revision=None)
    Location.objects.create(entry=stage.service, name="Office", address_1="7 Mill Lane")
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    confirm(editor, stage.own, send(editor, stage.own, rows))
    approve_all()
    entry = factories.fresh(stage.service)
    assert (entry.title, entry.locations.get().address_1) == ("Talk to us", "7 Mill Lane")


def test_a_new_row_is_a_draft_that_nobody_was_asked_to_review(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    new_row(rows, **{"Title": "Play together", "Title (de)": "Zusammen spielen", "Number": "01632 960 222"})
    confirm(editor, stage.own, send(editor, stage.own, rows))
    made = ServicePage.objects.child_of(stage.own).get(title="Play together")
    assert (made.live, made.owner.username, made.current_workflow_state) == (False, "editor-harbour", None)
    draft = draft_of(made)
    assert draft.phones.all()[0].number == "01632 960 222"
    assert str(draft.said("title", "de")) == "Zusammen spielen"
    assert Client().get(f"/en/{made.code}/").status_code == 404


def test_what_came_back_with_a_reason_goes_to_review_again(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    confirm(editor, stage.own, send(editor, stage.own, rows))
    state = factories.fresh(stage.service).current_workflow_task_state
    reviewer = User.objects.create(username="r", is_superuser=True)
    state.task.specific.on_action(state, reviewer, "reject", comment="Too short.")
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us, whatever it is")
    confirm(editor, stage.own, send(editor, stage.own, rows))
    state = factories.fresh(stage.service).current_workflow_state
    assert state.status == WorkflowState.STATUS_IN_PROGRESS


def test_confirming_twice_changes_nothing_twice(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    new_row(rows, Title="Play together")
    preview = send(editor, stage.own, rows)
    confirm(editor, stage.own, preview)
    before = everything()
    again = confirm(editor, stage.own, preview)
    assert "Changed and sent to review: 0. New drafts: 0." in text_of(again)
    assert everything() == before
    assert "Changed: 0 New: 0 Unchanged: 1" in text_of(send(editor, stage.own, rows))


def test_only_the_first_changes_are_carried_out_and_the_same_file_brings_the_rest(
    editor: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agencies.sheet_changes.MOST_AT_ONCE", 1)
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    new_row(rows, Title="Play together")
    preview = send(editor, stage.own, rows)
    assert "1 more would change" in text_of(preview)
    confirm(editor, stage.own, preview)
    assert not ServicePage.objects.filter(title="Play together").exists()
    confirm(editor, stage.own, send(editor, stage.own, rows))
    assert ServicePage.objects.filter(title="Play together").exists()


def test_a_preview_holds_for_its_person_and_its_agency_alone(editor: Client, stage: Stage) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    preview = send(editor, stage.own, rows)
    admin, lead = signed_in("town_admin"), signed_in("lead", stage.own)
    before = everything()
    for client, agency in ((lead, stage.own), (admin, stage.own), (admin, stage.other)):
        assert "This preview is too old, or not yours." in text_of(confirm(client, agency, preview))
    forged = editor.post(address(stage.own, "sheet_confirm"), {"rows": "x"}, follow=True)
    assert "This preview is too old" in text_of(forged)
    assert everything() == before


def test_a_preview_holds_for_an_hour(editor: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = downloaded(editor, stage.own)
    put(rows, "Title", "Talk to us")
    preview = send(editor, stage.own, rows)
    monkeypatch.setattr("agencies.sheet_views.HOLDS_FOR", -1)
    assert "This preview is too old" in text_of(confirm(editor, stage.own, preview))


# Who


@pytest.mark.parametrize("role", [*AGENCY_ROLES, *TOWN_ROLES, "superuser"])
def test_only_who_edits_the_agency_has_its_sheet(stage: Stage, role: str) -> None:
    client = signed_in(role, stage.own if role in AGENCY_ROLES else None)
    stage.own.save_revision()
    stage.own.get_workflow().start(factories.fresh(stage.own), None)  # a reviewer may now open it
    for agency in (stage.own, stage.other):
        may = role in ("town_admin", "superuser") or (role in AGENCY_ROLES and agency == stage.own)
        for name in ("sheet", "sheet_csv", "sheet_xlsx"):
            answer = client.get(address(agency, name))
            assert (answer.status_code == 200) is may, (agency, name)
        assert (client.post(address(agency, "sheet_confirm")).status_code == 302) is may or not may


def test_a_service_has_no_sheet(editor: Client, stage: Stage) -> None:
    assert editor.get(reverse("sheet", args=[stage.service.pk])).status_code == 404


def test_the_agencys_page_leads_to_its_sheet(editor: Client, stage: Stage) -> None:
    assert (
        address(stage.own)
        in editor.get(reverse("wagtailadmin_explore", args=[stage.own.pk])).content.decode()
    )
    shown = editor.get(reverse("wagtailadmin_pages:edit", args=[stage.service.pk])).content.decode()
    assert "/sheet/" not in shown


# What cannot be read


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"x" * 2_000_001, b"Code,Made from,Title\n,,x,stray"]
)
def test_what_cannot_be_read_is_refused_above_its_field(
    contexts: None, editor: Client, stage: Stage, content: bytes
) -> None:
    before = everything()
    answer = send(editor, stage.own, content)
    assert answer.status_code == 200
    assert answer.context["form"].errors["sheet"]
    assert everything() == before


# Cost


@pytest.mark.parametrize("with_drafts", [True, False])
def test_a_preview_of_many_rows_asks_no_more_than_one_of_one(stage: Stage, with_drafts: bool) -> None:
    counts = []
    editor = signed_in("editor", stage.own)
    for number in (0, 12):
        for n in range(number):
            made = factories.service(stage.own, title=f"Service {n}", phones=[factories.phone()])
            if with_drafts:
                made.save_revision()
        rows = downloaded(editor, stage.own)
        for line in range(1, len(rows)):
            put(rows, "In one sentence", "You get much help.", line)
        for name, ask in (
            ("out", lambda: editor.get(address(stage.own, "sheet_csv"))),
            ("preview", lambda: send(editor, stage.own, rows)),  # noqa: B023
        ):
            ask()
            with CaptureQueriesContext(connection) as queries:
                ask()
            counts.append((name, len(queries)))
    assert counts[:2] == counts[2:]


def test_a_trusted_agencys_sheet_goes_by_the_review_rule_too(editor: Client, stage: Stage) -> None:
    """Its small corrections become public by that rule; a number never does."""
    Policy.load().trusted_agencies.add(stage.own)
    rows = downloaded(editor, stage.own)
    put(rows, "Number", "01632 960 222")
    confirm(editor, stage.own, send(editor, stage.own, rows))
    assert factories.fresh(stage.service).phones.get().number == "01632 960 111"
