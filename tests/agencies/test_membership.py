"""Opening an agency makes all its rights at once, once; they end at the edge of its branch."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageLogEntry,
    Revision,
    Workflow,
    WorkflowPage,
    WorkflowState,
)

from agencies import membership
from agencies.membership import AGENCY_ROLES, TOWN_ROLES, agency_group_name
from agencies.models import AgenciesPage, AgencyPage, ServicePage, User
from portal.founding import found_town
from tests.admin_forms import opened, send
from tests.agencies.stage import Stage, edit_address, person, signed_in
from tests.factories import forget_noted, noted


def rights() -> list[tuple]:
    """Everything that opening makes, in a form that can be compared."""
    pages = GroupPagePermission.objects.values_list("group__name", "page__slug", "permission__codename")
    pictures = GroupCollectionPermission.objects.values_list(
        "group__name", "collection__name", "permission__codename"
    )
    reviews = WorkflowPage.objects.values_list("workflow__name", "page__slug")
    groups = Group.objects.values_list("name", "permissions__codename")
    tasks = GroupApprovalTask.objects.values_list("name", "groups__name")
    return [sorted(rows, key=str) for rows in (pages, pictures, reviews, groups, tasks)]


def test_opening_twice_changes_nothing(town: None) -> None:
    membership.open_agency("harbour", name="Harbour house")
    before = rights(), Page.objects.count(), Collection.objects.count(), Workflow.objects.count()
    call_command("open_agency", "harbour")
    call_command("open_agency", "harbour", name="Another name")
    assert before == (rights(), Page.objects.count(), Collection.objects.count(), Workflow.objects.count())
    assert AgencyPage.objects.get(key="harbour").title == "Harbour house"


def test_opening_takes_over_the_page_of_a_harvest(town: None) -> None:
    page = AgencyPage(title="From a feed", key="from-a-feed", slug="from-a-feed")
    AgenciesPage.objects.get().add_child(instance=page)
    call_command("open_agency", "from-a-feed")
    assert AgencyPage.objects.get().pk == page.pk
    assert GroupPagePermission.objects.filter(page=page, group__name="from-a-feed: editor").exists()
    assert page.get_workflow().name == "Review: from-a-feed"


def test_rights_that_a_role_does_not_name_are_taken_away(town: None) -> None:
    agency = membership.open_agency("harbour", name="Harbour house")
    before = rights()
    group = Group.objects.get(name=agency_group_name("harbour", "editor"))
    publish = membership._permission("wagtailcore.publish_page")
    GroupPagePermission.objects.create(group=group, page=agency, permission=publish)
    GroupCollectionPermission.objects.create(
        group=group,
        collection=Collection.get_first_root_node(),
        permission=membership._permission(membership.PICTURES[0]),
    )
    group.permissions.add(membership._permission("portal.change_town"))
    assert rights() != before
    call_command("open_agency", "harbour")
    assert rights() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [(["nobody"], "give its name"), (["No machine name!", "--name", "x"], "valid")],
)
def test_what_cannot_be_opened_is_refused_in_words(town: None, arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("open_agency", *arguments)


def test_before_the_town_is_founded_the_cure_is_named(db: None) -> None:
    with pytest.raises(CommandError, match="setup_town"):
        call_command("open_agency", "harbour", name="Harbour house")


def test_an_agency_made_in_the_admin_is_open(town: None) -> None:
    client = signed_in("town_admin")
    address = reverse(
        "wagtailadmin_pages:add", args=["agencies", "agencypage", AgenciesPage.objects.get().pk]
    )
    assert send(client, address, {"title": "Tide house", "key": "tide-house"}).status_code == 302
    assert Group.objects.filter(name="tide-house: editor").exists()
    assert AgencyPage.objects.get().get_workflow().name == "Review: tide-house"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Tide house", "tide-house"),
        ("بيت المدّ", "byt-lmd"),
        ("…", "agency"),
        ("Jugendhaus Grünau", "jugendhaus-grunau"),
        ("Harbour house", "harbour-house-2"),
    ],
)
def test_whoever_opens_an_agency_need_not_know_of_machine_names(town: None, name: str, key: str) -> None:
    membership.open_agency("harbour-house", name="Other house")
    branch = AgenciesPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["agencies", "agencypage", branch.pk])
    assert send(signed_in("town_admin"), address, {"title": name, "key": ""}).status_code == 302
    assert AgencyPage.objects.get(title=name).key == key
    assert Group.objects.filter(name=f"{key}: editor").exists()


def test_the_page_of_people_leads_to_opening_an_agency(town: None) -> None:
    branch = AgenciesPage.objects.get()
    address = reverse("wagtailadmin_pages:add", args=["agencies", "agencypage", branch.pk])
    assert address in signed_in("town_admin").get(reverse("people")).content.decode()
    agency = membership.open_agency("harbour", name="Harbour house")
    assert address not in signed_in("lead", agency).get(reverse("people")).content.decode()


def test_a_copied_agency_is_open_too(town: None) -> None:
    agency = membership.open_agency("harbour", name="Harbour house")
    client = signed_in("town_admin")
    answer = client.post(
        reverse("wagtailadmin_pages:copy", args=[agency.pk]),
        {"new_title": "Second house", "new_slug": "second", "new_parent_page": AgenciesPage.objects.get().pk},
    )
    assert answer.status_code == 302
    assert Group.objects.filter(name="second: editor").exists()


def test_nobody_of_an_agency_may_publish_or_translate() -> None:
    for role in AGENCY_ROLES.values():
        assert "publish_page" not in role.branch
        assert membership.TRANSLATING not in role.models


def test_every_role_has_a_name_and_says_what_it_does() -> None:
    for role in (*AGENCY_ROLES.values(), *TOWN_ROLES.values()):
        assert role.name
        assert str(role.description).endswith(".")


def test_wagtails_ready_made_roles_are_gone_but_the_towns_own_stay(town: None) -> None:
    assert not Group.objects.filter(name__in=("Editors", "Moderators")).exists()
    assert not Workflow.objects.filter(name="Moderators approval").exists()
    Group.objects.create(name="Editors")
    found_town()
    assert Group.objects.filter(name="Editors").exists()


def test_review_ends_in_publishing_without_the_right_to_publish(stage: Stage) -> None:
    editor, reviewer = signed_in("editor", stage.own), signed_in("town_reviewer")
    address = edit_address(stage.service)
    answer = send(editor, address, {"summary": "Reviewed words."}, **{"action-submit": "yes"})
    assert answer.status_code == 302
    state = WorkflowState.objects.get()
    assert state.workflow.name == "Review: harbour"
    assert ServicePage.objects.get(pk=stage.service.pk).summary != "Reviewed words."
    approve = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[stage.service.pk, "approve", state.current_task_state_id],
    )
    assert (
        not ServicePage.objects.get(pk=stage.service.pk)
        .permissions_for_user(reviewer.get("/admin/").wsgi_request.user)
        .can_publish()
    )
    assert reviewer.get(address).status_code == 200
    assert reviewer.post(approve, {"comment": ""}).status_code == 302
    assert ServicePage.objects.get(pk=stage.service.pk).summary == "Reviewed words."


@pytest.mark.parametrize("verb", ["edit", "delete"])
def test_a_town_admin_does_not_touch_superusers(town: None, verb: str) -> None:
    admin, superuser, other = signed_in("town_admin"), person("superuser"), person("town_editor")
    for user, is_open in ((other, True), (superuser, False)):
        answer = admin.get(reverse(f"wagtailusers_users:{verb}", args=[user.pk]))
        assert (answer.status_code == 200) is is_open


def test_an_editor_cannot_publish_by_asking_for_it(stage: Stage) -> None:
    editor = signed_in("editor", stage.own)
    send(editor, edit_address(stage.service), {"summary": "Out at once."}, **{"action-publish": "yes"})
    assert ServicePage.objects.get(pk=stage.service.pk).summary != "Out at once."


def test_an_editor_drafts_a_service_in_the_own_branch_only(stage: Stage) -> None:
    editor = signed_in("editor", stage.own)
    own = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", stage.own.pk])
    assert send(editor, own, {"title": "New here"}).status_code == 302
    draft = ServicePage.objects.get(title="New here")
    assert (draft.agency, draft.live) == (stage.own, False)
    foreign = reverse("wagtailadmin_pages:add", args=["agencies", "servicepage", stage.other.pk])
    fields = {**opened(editor, own), "title": ["Not there"]}
    assert editor.post(foreign, fields).status_code in (302, 403, 404)
    assert not ServicePage.objects.filter(title="Not there").exists()


def test_an_editor_cannot_copy_or_move_into_another_branch(stage: Stage) -> None:
    editor = signed_in("editor", stage.own)
    before = ServicePage.objects.filter(agency=stage.other).count()
    target = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": stage.other.pk}
    editor.post(reverse("wagtailadmin_pages:copy", args=[stage.service.pk]), target)
    editor.post(reverse("wagtailadmin_pages:move_confirm", args=[stage.service.pk, stage.other.pk]))
    assert ServicePage.objects.filter(agency=stage.other).count() == before
    assert ServicePage.objects.get(pk=stage.service.pk).agency == stage.own


def test_town_pages_of_the_youth_council_wait_for_the_town(stage: Stage) -> None:
    home = Page.objects.get(slug="home-en")
    assert home.get_workflow().name == membership.TOWN_REVIEW
    groups = GroupApprovalTask.objects.get(name=membership.TOWN_REVIEW).groups
    assert set(groups.values_list("name", flat=True)) == set(membership.TOWN_PUBLISHERS)


# Closing


def published(stage: Stage) -> None:
    for page in (stage.own, stage.service):
        page.save_revision().publish()


def test_closing_takes_everything_from_the_site_and_keeps_the_pages(stage: Stage) -> None:
    published(stage)
    editor = person("editor", stage.own)
    others = rights_of(stage.other)
    forget_noted()
    membership.close_agency(stage.own, person("town_admin"))
    assert not Page.objects.descendant_of(stage.own, inclusive=True).live().exists()
    assert ServicePage.objects.get(pk=stage.service.pk).revisions.exists()
    assert noted() == {stage.own.document_id, stage.service.document_id}
    assert membership.roles_of(fresh_user(editor), stage.own) == []
    assert rights_of(stage.own) == []
    assert rights_of(stage.other) == others
    assert Page.objects.descendant_of(stage.other, inclusive=True).live().exists()
    log = PageLogEntry.objects.filter(
        page__in=[stage.own.pk, stage.service.pk], user__username="town_admin-town"
    )
    assert {"agencies.close", "wagtail.unpublish", "agencies.remove_member"} <= set(
        log.values_list("action", flat=True)
    )


def rights_of(agency: AgencyPage) -> list[tuple]:
    names = [agency_group_name(agency.key, role) for role in AGENCY_ROLES]
    groups = Group.objects.filter(name__in=names)
    return [
        *groups.filter(permissions__isnull=False).values_list("name", "permissions__codename"),
        *GroupPagePermission.objects.filter(group__in=groups).values_list(
            "group__name", "permission__codename"
        ),
        *GroupCollectionPermission.objects.filter(group__in=groups).values_list(
            "group__name", "permission_id"
        ),
    ]


def fresh_user(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_who_worked_in_a_closed_agency_gets_no_further_than_the_door(stage: Stage) -> None:
    editor = signed_in("editor", stage.own)
    assert editor.get(edit_address(stage.service)).status_code == 200
    membership.close_agency(stage.own)
    assert editor.get(edit_address(stage.service)).status_code != 200


def test_what_would_have_become_public_later_does_not(stage: Stage) -> None:
    editor = signed_in("editor", stage.own)
    send(editor, edit_address(stage.service), {"summary": "Waits."}, **{"action-submit": "yes"})
    draft = stage.own.add_child(instance=ServicePage(title="Tomorrow", slug="tomorrow", live=False))
    draft.go_live_at = timezone.now() + timedelta(days=1)
    draft.save_revision().publish()
    assert Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    membership.close_agency(stage.own)
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_CANCELLED
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_closing_twice_and_opening_again(stage: Stage) -> None:
    published(stage)
    person("editor", stage.own)
    before = rights_of(stage.own)
    call_command("close_agency", stage.own.key)
    entries = PageLogEntry.objects.count()
    call_command("close_agency", stage.own.key)
    assert PageLogEntry.objects.count() == entries
    call_command("open_agency", stage.own.key)
    assert set(rights_of(stage.own)) == set(before)
    assert not membership.members(stage.own).exists()
    assert not Page.objects.descendant_of(stage.own, inclusive=True).live().exists()
    with pytest.raises(CommandError, match="no agency"):
        call_command("close_agency", "nobody")


def test_roles_are_given_and_taken_once_each_and_the_log_says_so(stage: Stage) -> None:
    user, admin = person("town_editor"), person("town_admin")
    before = PageLogEntry.objects.count()
    for _again in range(2):
        membership.add_member(user, "lead", stage.own, by=admin)
    assert membership.roles_of(fresh_user(user), stage.own) == ["lead"]
    for _again in range(2):
        membership.remove_member(user, "lead", stage.own, by=admin)
    assert membership.roles_of(fresh_user(user), stage.own) == []
    assert PageLogEntry.objects.count() == before + 2
    assert membership.roles_of(fresh_user(user)) == ["town_editor"]
