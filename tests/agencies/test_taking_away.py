"""Taking away acts at once, is logged, and is looked at later; putting back waits for review."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import PageLogEntry, WorkflowState

from agencies import taking_away
from agencies.models import LaterReview, Phone, Schedule, ServicePage, Status, User
from tests import factories
from tests.admin_forms import send
from tests.agencies.stage import Stage, edit_address, person, proven

Kind = LaterReview.Kind


@pytest.fixture
def stage(stage: Stage) -> Stage:
    factories.forget_noted()
    return stage


def phone(page: ServicePage) -> Phone:
    return Phone.objects.get(entry_id=page.pk)


def press(user: User, page: ServicePage, **button: str) -> int:
    return proven(user).post(reverse("take_away", args=[page.pk]), button).status_code


def assert_told(page: ServicePage, kind: str, by: User) -> None:
    row = LaterReview.objects.get()
    assert (row.entry_id, row.kind, row.by) == (page.pk, kind, by)
    assert page.document_id in factories.noted()
    entry = PageLogEntry.objects.get(action=taking_away.TAKEN_AWAY)
    assert (entry.page_id, entry.user, entry.data["kind"]) == (page.pk, by, kind)


def newest(page: ServicePage) -> ServicePage:
    return factories.fresh(page).get_latest_revision_as_object()


# --- a number ---------------------------------------------------------------------------------------


def test_a_number_withheld_in_a_draft_goes_at_once_and_nothing_else_does(stage: Stage) -> None:
    editor = person("editor", stage.own)
    changes = {"phones-0-withheld": "on", "phones-0-number": "01632 960 222", "summary": "New words."}
    send(proven(editor), edit_address(stage.service), changes)
    now = phone(stage.service)
    assert (now.withheld, now.number) == (True, "01632 960 111")
    assert factories.fresh(stage.service).summary == "You get help here."
    assert_told(stage.service, Kind.WITHHELD, editor)


def test_the_queue_and_the_log_do_not_repeat_the_number(stage: Stage) -> None:
    taking_away.withhold(stage.service, [str(phone(stage.service).uid)], None)
    assert LaterReview.objects.get().detail == "Front desk"
    assert "960" not in str(PageLogEntry.objects.get(action=taking_away.TAKEN_AWAY).data)


def test_putting_a_number_back_waits_for_review(stage: Stage) -> None:
    editor = person("editor", stage.own)
    press(editor, stage.service, number=str(phone(stage.service).uid))
    assert phone(stage.service).withheld
    send(proven(editor), edit_address(stage.service), {"phones-0-withheld": []}, **{"action-submit": "yes"})
    assert phone(stage.service).withheld
    state = WorkflowState.objects.get().current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[stage.service.pk, "approve", state.pk])
    proven(person("town_reviewer")).post(address)
    assert not phone(stage.service).withheld


def test_a_waiting_draft_does_not_bring_the_number_back(stage: Stage) -> None:
    """It can be taken away while the editor is locked out by the review; the approval then keeps it away."""
    editor = person("editor", stage.own)
    draft = {"summary": "New words."}
    send(proven(editor), edit_address(stage.service), draft, **{"action-submit": "yes"})
    assert press(editor, stage.service, number=str(phone(stage.service).uid)) == 302
    assert phone(stage.service).withheld
    assert factories.fresh(stage.service).summary == "You get help here."
    state = WorkflowState.objects.get().current_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[stage.service.pk, "approve", state.pk])
    proven(person("town_reviewer")).post(address)
    assert factories.fresh(stage.service).summary == "New words."
    assert phone(stage.service).withheld


def test_without_a_draft_nothing_waits_afterwards(stage: Stage) -> None:
    editor = person("editor", stage.own)
    press(editor, stage.service, number=str(phone(stage.service).uid))
    now = factories.fresh(stage.service)
    assert not now.has_unpublished_changes
    assert now.live_revision == now.latest_revision
    assert newest(stage.service).phones.get().withheld


def test_an_old_revision_takes_nothing_away_again(stage: Stage) -> None:
    """Wagtail saves revisions again, for instance when a schedule ends."""
    uid = str(phone(stage.service).uid)
    taking_away.withhold(stage.service, [uid], None)
    old = factories.fresh(stage.service).latest_revision
    Phone.objects.filter(uid=uid).update(withheld=False)
    old.save()
    assert not phone(stage.service).withheld


# --- closed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_draft", [False, True])
def test_closed_today_stands_on_the_site_and_in_the_draft(
    stage: Stage, has_draft: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.date(2026, 3, 3)
    monkeypatch.setattr("agencies.freshness.today", lambda policy: today)
    editor = person("editor", stage.own)
    if has_draft:
        send(proven(editor), edit_address(stage.service), {"summary": "New words."})
    assert press(editor, stage.service, today="yes") == 302
    (row,) = Schedule.objects.filter(entry_id=stage.service.pk)
    assert (row.closed, row.valid_from, row.valid_to) == (True, today, today)
    (kept,) = newest(stage.service).schedules.all()
    assert (kept.uid, kept.valid_from) == (row.uid, today)
    assert factories.fresh(stage.service).has_unpublished_changes is has_draft
    assert_told(stage.service, Kind.CLOSED_TODAY, editor)
    press(editor, stage.service, today="yes")
    assert LaterReview.objects.count() == 1
    factories.fresh(stage.service).get_latest_revision().publish()
    assert Schedule.objects.get(entry_id=stage.service.pk).uid == row.uid


def test_temporarily_closed_in_a_draft_holds_at_once_and_opening_waits(stage: Stage) -> None:
    editor = person("editor", stage.own)
    send(proven(editor), edit_address(stage.service), {"status": Status.TEMPORARILY_CLOSED})
    assert factories.fresh(stage.service).status == Status.TEMPORARILY_CLOSED
    assert_told(stage.service, Kind.PAUSED, editor)
    send(proven(editor), edit_address(stage.service), {"status": Status.ACTIVE})
    assert factories.fresh(stage.service).status == Status.TEMPORARILY_CLOSED


# --- the entry, a secret place -----------------------------------------------------------------------


def test_an_editor_takes_the_own_entry_off_the_site_even_while_it_waits(stage: Stage) -> None:
    editor = person("editor", stage.own)
    send(proven(editor), edit_address(stage.service), {"summary": "New."}, **{"action-submit": "yes"})
    address = reverse("wagtailadmin_pages:unpublish", args=[stage.service.pk])
    assert proven(editor).post(address).status_code == 302
    assert not factories.fresh(stage.service).live
    row = LaterReview.objects.get()
    assert (row.kind, row.by) == (Kind.UNPUBLISHED, editor)
    assert stage.service.document_id in factories.noted()


def test_what_an_editor_took_off_is_not_theirs_to_delete(stage: Stage) -> None:
    editor = person("editor", stage.own)
    service = factories.publish(stage.service)
    proven(editor).post(reverse("wagtailadmin_pages:unpublish", args=[service.pk]))
    proven(editor).post(reverse("wagtailadmin_pages:delete", args=[service.pk]))
    assert ServicePage.objects.filter(pk=service.pk).exists()


def test_nobody_takes_away_what_is_not_theirs(stage: Stage) -> None:
    uid = str(phone(stage.others_service).uid)
    for user in (person("editor", stage.own), person("town_reviewer"), person("town_editor")):
        assert press(user, stage.others_service, number=uid) in (302, 403, 404)
        proven(user).post(reverse("wagtailadmin_pages:unpublish", args=[stage.others_service.pk]))
    assert not phone(stage.others_service).withheld
    assert factories.fresh(stage.others_service).live
    assert press(person("editor", stage.other), stage.service, number=uid) in (302, 403, 404)
    assert not LaterReview.objects.exists()


def test_a_number_of_another_entry_is_not_reached(stage: Stage) -> None:
    press(person("editor", stage.own), stage.service, number=str(phone(stage.others_service).uid))
    assert not phone(stage.others_service).withheld


def test_a_place_that_becomes_a_secret_is_looked_at_later(stage: Stage) -> None:
    editor = person("editor", stage.own)
    fields = {"locations-0-confidential": "on", "locations-0-address_1": ""}
    send(proven(editor), edit_address(stage.own), fields)
    assert stage.own.locations.get().confidential
    row = LaterReview.objects.get()
    assert (row.kind, row.by, row.entry_id) == (Kind.SECRET, editor, stage.own.pk)
    assert "Quay" not in row.detail


def test_looking_at_the_page_changes_nothing(stage: Stage) -> None:
    answer = proven(person("editor", stage.own)).get(reverse("take_away", args=[stage.service.pk]))
    assert "01632 960 111" in answer.content.decode()
    assert not phone(stage.service).withheld
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("what", ["number", "today", "entry"])
def test_search_knows_in_the_same_request_worker_or_not(
    stage: Stage, what: str, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.SEARCH_WORKER = True
    editor = person("editor", stage.own)
    with django_capture_on_commit_callbacks(execute=True):
        if what == "entry":
            proven(editor).post(reverse("wagtailadmin_pages:unpublish", args=[stage.service.pk]))
        else:
            press(editor, stage.service, **{what: str(phone(stage.service).uid)})
    assert LaterReview.objects.exists()
    assert stage.service.document_id not in factories.noted()


# --- afterwards -------------------------------------------------------------------------------------


def test_somebody_else_looks_at_it(stage: Stage) -> None:
    admin, reviewer = person("town_admin"), person("town_reviewer")
    press(admin, stage.service, today="yes")
    row = LaterReview.objects.get()
    looking = reverse("look_at", args=[row.pk])
    assert proven(admin).post(looking).status_code == 404
    assert "Closed for today." not in proven(admin).get(reverse("review_queue")).content.decode()
    shown = proven(reviewer).get(reverse("review_queue")).content.decode()
    assert "Closed for today." in shown
    assert proven(person("editor", stage.own)).post(looking).status_code in (302, 403, 404)
    row.refresh_from_db()
    assert row.seen_at is None
    assert proven(reviewer).post(looking).status_code == 302
    row.refresh_from_db()
    assert row.seen_by == reviewer
    assert "Closed for today." not in proven(reviewer).get(reverse("review_queue")).content.decode()


# --- a title ----------------------------------------------------------------------------------------


def test_a_title_hidden_in_a_draft_is_hidden_at_once_and_nobody_has_to_look(stage: Stage) -> None:
    editor = person("editor", stage.own)
    send(proven(editor), edit_address(stage.service), {"sensitive": "on", "summary": "New words."})
    now = factories.fresh(stage.service)
    assert (now.sensitive, now.summary) == (True, "You get help here.")
    assert PageLogEntry.objects.get(action=taking_away.TITLE_HIDDEN).user == editor
    assert not LaterReview.objects.exists()


def test_a_title_is_shown_again_after_review_alone(stage: Stage) -> None:
    ServicePage.objects.update(sensitive=True)
    send(proven(person("editor", stage.own)), edit_address(stage.service), {"sensitive": ""})
    assert factories.fresh(stage.service).sensitive
    assert not newest(stage.service).sensitive
