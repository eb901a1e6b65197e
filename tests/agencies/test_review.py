"""Nobody approves their own change, nor one that contains it; an entry becomes public by the review alone."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.models import GroupApprovalTask, TaskState, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from agencies import membership
from agencies.models import AgencyPage, LaterReview, Review, ServicePage, User
from agencies.models import review as rule
from tests.admin_forms import opened, send
from tests.agencies.stage import Stage, edit_address, person, proven

REFUSED = (302, 403, 404)  # Wagtail leads people back to the start, with a message
SUBMIT = {"action-submit": "yes"}


def submit(user: User, page: AgencyPage | ServicePage, **changes: str) -> TaskState:
    answer = send(proven(user), edit_address(page), changes or {"summary": "New words."}, **SUBMIT)
    assert answer.status_code == 302
    return WorkflowState.objects.active().get(object_id=str(page.pk)).current_task_state


def answer(user: User, page: ServicePage, state: TaskState, verb: str = "approve", comment: str = "") -> int:
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, verb, state.pk])
    return proven(user).post(address, {"comment": comment}).status_code


def live_summary(page: ServicePage) -> str:
    return ServicePage.objects.get(pk=page.pk).summary


def test_the_last_approved_version_stays_public_until_somebody_else_approves(stage: Stage) -> None:
    state = submit(person("editor", stage.own), stage.service)
    assert live_summary(stage.service) == "You get help here."
    assert answer(person("town_reviewer"), stage.service, state) == 302
    assert live_summary(stage.service) == "New words."


@pytest.mark.parametrize("role", ["town_admin", "superuser"])
def test_nobody_approves_their_own_change(stage: Stage, role: str) -> None:
    author = person(role)
    state = submit(author, stage.service)
    assert answer(author, stage.service, state) in REFUSED
    assert live_summary(stage.service) == "You get help here."
    assert answer(person("town_reviewer"), stage.service, state) == 302
    assert live_summary(stage.service) == "New words."


def test_nobody_approves_a_change_that_contains_their_own(stage: Stage) -> None:
    first = person("town_admin")
    send(proven(first), edit_address(stage.service), {"summary": "Mine."})
    state = submit(person("editor", stage.own), stage.service, alert="A comma more.")
    assert answer(first, stage.service, state) in REFUSED
    assert live_summary(stage.service) == "You get help here."


def test_whoever_submits_does_not_approve(stage: Stage) -> None:
    """Also where the words are somebody else's: as by Wagtail's own API, that writes no revision."""
    submitter = person("town_admin")
    stage.service.summary = "New words."
    stage.service.save_revision(user=person("editor", stage.own))
    stage.service.get_workflow().start(stage.service, submitter)
    state = TaskState.objects.get()
    assert answer(submitter, stage.service, state) in REFUSED
    assert live_summary(stage.service) == "You get help here."


def test_what_was_approved_once_binds_nobody_any_more(stage: Stage) -> None:
    author = person("town_admin")
    answer(person("town_reviewer"), stage.service, submit(author, stage.service))
    state = submit(person("editor", stage.own), stage.service, summary="Later words.")
    assert answer(author, stage.service, state) == 302
    assert live_summary(stage.service) == "Later words."


def test_who_wrote_an_old_version_does_not_approve_its_return(stage: Stage) -> None:
    author, reviewer, editor = person("town_admin"), person("town_reviewer"), person("editor", stage.own)
    send(proven(author), edit_address(stage.service), {"summary": "Mine."})
    mine = ServicePage.objects.get(pk=stage.service.pk).latest_revision
    answer(reviewer, stage.service, submit(editor, stage.service, summary="Theirs."))
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[stage.service.pk, mine.pk])
    send(proven(editor), revert, {}, **SUBMIT)
    state = WorkflowState.objects.active().get().current_task_state
    assert ServicePage.objects.get(pk=stage.service.pk).get_latest_revision_as_object().summary == "Mine."
    assert answer(author, stage.service, state) in REFUSED
    assert live_summary(stage.service) == "Theirs."


@pytest.mark.parametrize("role", ["town_reviewer", "town_admin", "superuser"])
def test_editing_and_approving_in_one_request_is_refused(stage: Stage, role: str) -> None:
    state = submit(person("editor", stage.own), stage.service)
    press = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    send(proven(person(role)), edit_address(stage.service), {"summary": "The reviewer's."}, **press)
    assert live_summary(stage.service) == "You get help here."
    assert TaskState.objects.get(pk=state.pk).status == TaskState.STATUS_IN_PROGRESS


def test_who_only_reviews_does_not_write(stage: Stage) -> None:
    submit(person("editor", stage.own), stage.service)
    before = stage.service.revisions.count()
    send(proven(person("town_reviewer")), edit_address(stage.service), {"summary": "The reviewer's."})
    assert stage.service.revisions.count() == before


def test_a_state_is_answered_for_its_own_entry_alone(stage: Stage) -> None:
    """The address names another entry, which this person may approve: the state's own entry counts."""
    author = person("town_admin")
    second = stage.own.add_child(instance=ServicePage(title="Second", summary="You get help here."))
    mine = submit(author, stage.service)
    submit(person("editor", stage.own), second)
    address = reverse("wagtailadmin_pages:workflow_action", args=[second.pk, "approve", mine.pk])
    assert proven(author).post(address).status_code in REFUSED
    assert live_summary(stage.service) == "You get help here."
    assert live_summary(second) == "You get help here."
    address = reverse("wagtailadmin_pages:workflow_action", args=[second.pk, "reject", mine.pk])
    proven(author).post(address, {"comment": "Away with it."})
    assert TaskState.objects.get(pk=mine.pk).status == TaskState.STATUS_IN_PROGRESS


def test_an_editor_answers_nothing(stage: Stage) -> None:
    state = submit(person("editor", stage.other), stage.others_service)
    assert answer(person("editor", stage.own), stage.others_service, state) in REFUSED
    assert answer(person("lead", stage.other), stage.others_service, state) in REFUSED
    assert live_summary(stage.others_service) == "You get help here."


def test_the_own_ones_do_not_wait_for_me(stage: Stage) -> None:
    author, other = person("town_admin"), person("town_reviewer")
    submit(author, stage.service)
    assert not TaskState.objects.reviewable_by(author).exists()
    assert not rule.waiting_for(author).exists()
    assert TaskState.objects.reviewable_by(other).count() == 1
    assert rule.waiting_for(other).count() == 1
    assert not rule.waiting_for(person("editor", stage.own)).exists()


# --- sent back ------------------------------------------------------------------------------------


def test_sending_back_needs_a_reason(stage: Stage) -> None:
    state = submit(person("editor", stage.own), stage.service)
    reviewer = person("town_reviewer")
    answer(reviewer, stage.service, state, "reject")
    assert TaskState.objects.get().status == TaskState.STATUS_IN_PROGRESS
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, reviewer, "reject", comment="  ")


def test_the_author_gets_the_reason_by_mail_and_above_the_entry(stage: Stage, mailoutbox: list) -> None:
    editor = person("editor", stage.own)
    User.objects.filter(pk=editor.pk).update(email="editor@harbour.example")
    state = submit(editor, stage.service)
    mailoutbox.clear()
    reason = "The opening hours & the number are missing."
    assert answer(person("town_reviewer"), stage.service, state, "reject", reason) == 302
    (mail,) = [mail for mail in mailoutbox if mail.to == ["editor@harbour.example"]]
    assert reason in mail.body
    assert edit_address(stage.service) in mail.body
    shown = proven(editor).get(edit_address(stage.service)).content.decode()
    assert "The opening hours &amp; the number are missing." in shown
    assert live_summary(stage.service) == "You get help here."


def test_what_was_sent_back_is_mended_and_approved(stage: Stage) -> None:
    editor, reviewer = person("editor", stage.own), person("town_reviewer")
    state = submit(editor, stage.service)
    answer(reviewer, stage.service, state, "reject", "Say more.")
    again = submit(editor, stage.service, summary="More words.")
    assert answer(reviewer, stage.service, again) == 302
    assert live_summary(stage.service) == "More words."
    shown = proven(editor).get(edit_address(stage.service)).content.decode()
    assert "Say more." not in shown


# --- every other way to be public -------------------------------------------------------------------


@pytest.mark.parametrize("role", ["superuser", "town_admin"])
def test_nobody_publishes_an_entry_by_pressing_publish(stage: Stage, role: str) -> None:
    admin = proven(person(role))
    send(admin, edit_address(stage.service), {"summary": "Out at once."}, **{"action-publish": "yes"})
    assert live_summary(stage.service) == "You get help here."
    assert "action-publish" not in admin.get(edit_address(stage.service)).content.decode()


@pytest.mark.parametrize("role", ["superuser", "town_admin"])
def test_nobody_publishes_a_new_entry_or_agency(stage: Stage, role: str) -> None:
    admin = proven(person(role))
    for kind, parent in (("servicepage", stage.own), ("agencypage", stage.own.get_parent())):
        adding = reverse("wagtailadmin_pages:add", args=["agencies", kind, parent.pk])
        fields = {**opened(admin, adding), "title": [f"New {kind}"], "key": [f"new-{kind}"]}
        admin.post(adding, {**fields, "action-publish": "yes"})
        assert not stage.own.get_siblings().type(ServicePage, AgencyPage).live().filter(title=f"New {kind}")
        assert not stage.own.get_children().live().filter(title=f"New {kind}")


@pytest.mark.parametrize("role", ["superuser", "town_admin"])
def test_nobody_publishes_entries_by_the_list_or_by_copying(stage: Stage, role: str) -> None:
    admin = proven(person(role))
    draft = stage.own.add_child(instance=ServicePage(title="Draft", summary="A draft.", live=False))
    stage.service.summary = "Draft words."
    stage.service.save_revision()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    for page, with_children in ((draft, ""), (stage.service, ""), (stage.own, "on")):
        admin.post(f"{bulk}?id={page.pk}", {"include_descendants": with_children})
    assert not ServicePage.objects.get(pk=draft.pk).live
    assert live_summary(stage.service) == "You get help here."
    copying = reverse("wagtailadmin_pages:copy", args=[stage.service.pk])
    target = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": stage.own.pk}
    admin.post(copying, {**target, "publish_copies": "on"})
    assert not ServicePage.objects.filter(title="Copy", live=True).exists()


def test_an_old_version_is_not_published_by_bringing_it_back(stage: Stage) -> None:
    admin = proven(person("superuser"))
    stage.service.summary = "Older words."
    older = stage.service.save_revision()
    revert = reverse("wagtailadmin_pages:revisions_revert", args=[stage.service.pk, older.pk])
    send(admin, revert, {}, **{"action-publish": "yes"})
    assert live_summary(stage.service) == "You get help here."


def test_a_revision_that_may_have_been_approved_is_never_overwritten(stage: Stage) -> None:
    editor = person("editor", stage.own)
    client = proven(editor)
    send(client, edit_address(stage.service), {"summary": "First."})
    latest = ServicePage.objects.get(pk=stage.service.pk).latest_revision
    send(client, edit_address(stage.service), {"summary": "Second."}, overwrite_revision_id=str(latest.pk))
    latest.refresh_from_db()
    assert latest.content["summary"] == "First."


def test_another_workflow_publishes_no_entry(stage: Stage) -> None:
    """A superuser can make one, with a task that asks for no second person, or with none at all."""
    root = person("superuser")
    task = GroupApprovalTask.objects.create(name="By anybody")
    workflow = Workflow.objects.create(name="Short cut")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.filter(page=stage.own).update(workflow=workflow)
    state = submit(root, stage.service)
    assert answer(root, stage.service, state) in REFUSED
    assert live_summary(stage.service) == "You get help here."


def test_tasks_of_an_older_release_become_ours(stage: Stage) -> None:
    from importlib import import_module

    from django.apps import apps

    old = GroupApprovalTask.objects.create(name="Review: old")
    migration = import_module("agencies.migrations.0007_review")
    migration.reviews_by_somebody_else(apps, None)
    found = GroupApprovalTask.objects.get(pk=old.pk)
    assert isinstance(found.specific, Review)
    assert found.name == "Review: old"


# --- what cannot wait --------------------------------------------------------------------------------


def emergency(user: User, page: ServicePage, reason: str) -> int:
    return (
        proven(user).post(reverse("publish_without_review", args=[page.pk]), {"reason": reason}).status_code
    )


@pytest.mark.parametrize("role", ["superuser", "town_admin"])
def test_an_emergency_is_published_with_a_reason_and_looked_at_later(stage: Stage, role: str) -> None:
    admin = person(role)
    send(proven(admin), edit_address(stage.service), {"summary": "Closed by the flood."})
    assert emergency(admin, stage.service, " ") == 200
    assert live_summary(stage.service) == "You get help here."
    assert emergency(admin, stage.service, "The street is under water.") == 302
    assert live_summary(stage.service) == "Closed by the flood."
    (row,) = LaterReview.objects.all()
    assert (row.kind, row.detail, row.by) == (row.Kind.UNREVIEWED, "The street is under water.", admin)
    history = proven(admin).get(reverse("wagtailadmin_pages:history", args=[stage.service.pk]))
    assert "The street is under water." in history.content.decode()


@pytest.mark.parametrize("role", ["town_reviewer", "town_editor", "youth_council_editor"])
def test_no_other_role_publishes_without_review(stage: Stage, role: str) -> None:
    assert emergency(person(role), stage.service, "I say so.") in REFUSED
    assert not LaterReview.objects.exists()


def test_no_agency_publishes_without_review(stage: Stage) -> None:
    for role in membership.AGENCY_ROLES:
        user = person(role, stage.own)
        send(proven(user), edit_address(stage.service), {"summary": "Out at once."})
        assert emergency(user, stage.service, "I say so.") in REFUSED
    assert live_summary(stage.service) == "You get help here."
