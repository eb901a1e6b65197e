"""Each guard taken out once: then the same probes must find something, else they ask nothing."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.admin.views.reports import audit_logging
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PagePermissionTester,
)

from agencies import membership, second_factor, seeing
from agencies.models import Entry, Review
from agencies.models.rights import EntryRights
from portal.models import ContentPage
from portal.translated import TranslatedRights
from tests.test_access_leaks import Scene, client_of, faults, scene  # noqa: F401  (a fixture)
from tests.test_access_own import as_superuser, published

pytestmark = [
    pytest.mark.usefixtures("plain_templates"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

Patch = pytest.MonkeyPatch


def without_the_guard(patch: Patch) -> None:
    patch.setattr(seeing.AdminGuard, "process_view", lambda *args: None)


def without_the_guard_of_trials(patch: Patch) -> None:
    patch.setattr(seeing, "TRIALS", set())


def without_the_choosers_limit(patch: Patch) -> None:
    patch.setattr(seeing, "choosable", lambda pages, user: pages)


def without_the_rule_for_new_titles(patch: Patch) -> None:
    patch.setattr(Entry, "get_admin_display_title", Page.get_admin_display_title)


def without_the_rule_for_the_towns_new_titles(patch: Patch) -> None:
    patch.setattr(ContentPage, "get_admin_display_title", Page.get_admin_display_title)


def without_the_reports_limit(patch: Patch) -> None:
    patch.setattr(seeing, "REPORTS_OF_THE_TOWN", {})


def without_the_limit_of_names(patch: Patch) -> None:
    patch.delattr(audit_logging.SiteHistoryReportFilterSet, "get_users_queryset")


def without_the_pictures_limit(patch: Patch) -> None:
    patch.setattr(seeing.OwnImages, "get_queryset", ImagesAdminAPIViewSet.get_queryset)


def without_the_documents_limit(patch: Patch) -> None:
    patch.setattr(seeing.OwnDocuments, "get_queryset", DocumentsAdminAPIViewSet.get_queryset)


def without_the_second_factor(patch: Patch) -> None:
    patch.setattr(second_factor, "is_proven", lambda request: True)


def without_the_limit_of_branches(patch: Patch) -> None:
    change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    group = Group.objects.get(name="harbour: editor")
    GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=change)


def without_the_limit_of_collections(patch: Patch) -> None:
    change = Permission.objects.get(content_type__app_label="wagtailimages", codename="change_image")
    group, root = Group.objects.get(name="harbour: editor"), Collection.get_first_root_node()
    GroupCollectionPermission.objects.create(group=group, collection=root, permission=change)


def without_the_limit_of_translating(patch: Patch) -> None:
    permission = Permission.objects.get(codename=membership.TRANSLATING.split(".")[1])
    Group.objects.get(name="harbour: editor").permissions.add(permission)


def without_the_limit_of_people(patch: Patch) -> None:
    patch.setattr(membership, "roles_to_give", lambda by, agency=None: ["editor"])


def without_the_right_to_take_away(patch: Patch) -> None:
    """Both guards that stand before it."""
    patch.setattr(EntryRights, "can_take_away", lambda self: True)
    patch.setattr(seeing.AdminGuard, "process_view", lambda *args: None)


STRANGERS_GUARDS: list[tuple[Callable[[Patch], None], str, str, str, bool]] = [
    (without_the_guard, "editor", "draft", "/choose-page/", False),
    (without_the_guard_of_trials, "editor", "draft", "/failwhale/", False),
    (without_the_choosers_limit, "editor", "draft", "/choose-page/", False),
    (without_the_rule_for_new_titles, "editor", "live", "/choose-page/", False),
    (without_the_rule_for_the_towns_new_titles, "editor", "town's live", "/choose-page/", False),
    (without_the_reports_limit, "editor", "draft", "/reports/", False),
    (without_the_limit_of_names, "editor", "draft", "/site-history/", False),
    (without_the_pictures_limit, "editor", "draft", "/api/main/images/", False),
    (without_the_documents_limit, "editor", "draft", "/api/main/documents/", False),
    (without_the_second_factor, "unproven", "draft", "/history/", False),
    (without_the_limit_of_branches, "editor", "draft", "/history/", False),
    (without_the_limit_of_branches, "editor", "town's draft", "/history/", False),
    (without_the_limit_of_collections, "editor", "draft", "/admin/images/", False),
    (without_the_limit_of_translating, "editor", "town's live", "/localize/update/", False),
    (without_the_limit_of_people, "editor", "draft", "/people/", False),
    (without_the_right_to_take_away, "editor", "live", "/take-away/", True),
]


@pytest.mark.parametrize("role", ["editor", "unproven"])
def test_without_a_guard_the_table_fails(scene: Scene, role: str) -> None:  # noqa: F811
    client, silent = client_of(role, scene.stage), []
    for take_out, whose, about, where, write in STRANGERS_GUARDS:
        if whose != role:
            continue
        asked = [(probe, write) for probe in scene.addresses(about) if where in probe.path]
        assert not faults(client, scene.belongings(about), asked), take_out.__name__
        with pytest.MonkeyPatch.context() as patch:
            anew = Client(raise_request_exception=False)  # a client keeps its middleware
            anew.cookies = client.cookies
            take_out(patch)
            if not faults(anew, scene.belongings(about), asked):
                silent.append((take_out.__name__, about))
        _mend(scene)
    assert not silent


def _mend(scene: Scene) -> None:  # noqa: F811
    """What a guard that is data was: opening once more takes away every right that a role does not name."""
    membership.open_agency(scene.stage.own.key, page=scene.stage.own)


# --- a superuser's own -----------------------------------------------------------------------------


def without_the_end_of_publishing(patch: Patch) -> None:
    patch.setattr(EntryRights, "can_publish", PagePermissionTester.can_publish)


def without_the_second_pair_of_eyes(patch: Patch) -> None:
    patch.setattr(Review, "may_approve", lambda self, obj, user: True)
    patch.setattr("agencies.models.review.require_approval", lambda state: None)


def without_the_translators_limit(patch: Patch) -> None:
    patch.setattr(TranslatedRights, "can_publish", PagePermissionTester.can_publish)


@pytest.mark.parametrize(
    ("take_out", "about", "where"),
    [
        (without_the_end_of_publishing, "draft", "page_id>/edit/$"),
        (without_the_second_pair_of_eyes, "live", "workflow/action"),
        (without_the_translators_limit, "translation", "page_id>/edit/$|localize/update"),
    ],
)
def test_without_a_guard_superusers_publish_their_own(
    scene: Scene,  # noqa: F811
    monkeypatch: Patch,
    take_out: Callable[[Patch], None],
    about: str,
    where: str,
) -> None:
    own = scene.towns if about == "translation" else scene.others
    client, page = as_superuser(own.author), getattr(own, about)
    if about == "draft":
        page.current_workflow_state.cancel()
    assert not published(client, own, page, re.compile(where))
    take_out(monkeypatch)
    assert published(client, own, page, re.compile(where))
