"""Who may do what to whose entry: every role, every view of a page, one's own agency and another.

The roles come from `agencies/membership.py` and the views from the URL configuration, so that a new one cannot be
forgotten: it fails here until somebody says who may open it. Refused is a redirect to the dashboard, 403 or 404.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from wagtail.admin.urls import pages as page_urls
from wagtail.models import Page

from agencies.membership import AGENCY_ROLES, TOWN_ROLES
from agencies.models import ServicePage
from portal.models import ContentPage, HomePage
from tests.agencies.stage import Stage, signed_in

# View of one page -> what a role needs there.
NEEDS = {
    "add_subpage": "write",
    "edit": "write",
    "copy": "write",
    "move": "move",
    "history": "write",
    "workflow_history": "write",
    "usage": "write",
    "view_draft": "write",
    "preview_on_edit": "write",
    "delete": "delete",
    "unpublish": "take",
    "lock": "lock",
    "unlock": "lock",
    "set_privacy": "publish",
}
# Views that need more than a page, are no pages, or show what every member of staff may see.
ELSEWHERE = {
    "choose_parent",
    "convert_alias",  # there are none
    "add",
    "preview_on_add",
    "workflow_action",
    "collect_workflow_action_data",
    "confirm_workflow_cancellation",
    "workflow_preview",
    "workflow_history_detail",
    "move_confirm",
    "set_page_position",
    "search",
    "search_results",
    "type_use",
    "type_use_results",
    "usage_results",
    "history_results",
    "workflow_history_results",
    "revisions_index",
    "revisions_view",
    "revisions_revert",
    "revisions_compare",
    "revisions_unschedule",
    "content_type_use",
    "content_type_use_results",
}


def view_names() -> set[str]:
    return {pattern.name for pattern in page_urls.urlpatterns if isinstance(pattern, URLPattern)}


def may(role: str, owner: str, need: str) -> bool:
    """The table, as a rule for each role. Nobody has the right to publish an entry; its editors take it off the site."""
    if need == "publish" and owner != "town":
        return False
    if role == "superuser":
        return True
    if role in AGENCY_ROLES:
        return owner == "own" and (need in ("write", "take") or (need == "lock" and role == "lead"))
    if role == "town_admin":
        return True
    if role == "town_editor":
        return owner == "town" and need != "lock"
    if role == "youth_council_editor":
        return owner == "town" and need == "write"
    return False


def test_every_view_of_a_page_is_in_the_table() -> None:
    assert view_names() - set(NEEDS) - ELSEWHERE == set()


@pytest.fixture
def pages(stage: Stage) -> tuple[Stage, dict[str, Page]]:
    page = ContentPage(title="About us", slug="about")
    HomePage.objects.get(locale__language_code="en").add_child(instance=page)
    page.save_revision().publish()
    return stage, {"own": stage.service, "other": stage.others_service, "town": page}


def is_refused(client: Client, view: str, page: Page) -> bool:
    """Asks for the view as a person would: what changes something by a mere button is pressed."""
    if view == "add_subpage" and isinstance(page, ServicePage):
        page = page.get_parent()
    address = reverse(f"wagtailadmin_pages:{view}", args=[page.pk])
    answer = client.post(address) if NEEDS[view] == "lock" else client.get(address)
    if answer.status_code == 302:
        return answer["Location"] == reverse("wagtailadmin_home")
    assert answer.status_code in (200, 403, 404, 405), (address, answer.status_code)
    return answer.status_code in (403, 404)


@pytest.mark.parametrize("role", [*AGENCY_ROLES, *TOWN_ROLES, "superuser"])
def test_table(pages: tuple[Stage, dict[str, Page]], role: str) -> None:
    stage, by_owner = pages
    client = signed_in(role, stage.own if role in AGENCY_ROLES else None)
    wrong = []
    for view in sorted(view_names() & set(NEEDS), key=lambda view: NEEDS[view] == "lock"):
        for owner, page in by_owner.items():
            if is_refused(client, view, page) is may(role, owner, NEEDS[view]):
                wrong.append((view, owner, "open" if may(role, owner, NEEDS[view]) else "closed"))
    assert not wrong, f"should be: {wrong}"
