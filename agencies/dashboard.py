"""An editor's day on Wagtail's home: the own agency, what came back from review, what is due to be confirmed.

`reported.py` adds what visitors reported, the portal what families look for. Whoever works for no agency gets none
of these panels: the town's people have the queue, and are told of what nobody answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel
from wagtail.models import Page, WorkflowState, get_default_page_content_type

from . import answering, freshness, reminding
from .membership import own_agencies
from .models import AgencyPage, Entry, Policy, User
from .models.entry import EntryQuerySet

MOST_ROWS = 20


class AgencyPanel(Component):
    """The ways into the own work, for somebody who has never seen Wagtail's tree."""

    name = "own_agency"
    template_name = "agencies/admin/agency_panel.html"
    order = 90

    def __init__(self, agencies: list[AgencyPage]) -> None:
        self.agencies = agencies

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"agencies": self.agencies}


class ReviewedPanel(Component):
    """What the agency has sent to review: first what came back, with the reason; then what still waits."""

    name = "sent_to_review"
    template_name = "agencies/admin/sent_panel.html"
    order = 100

    def __init__(self, agencies: list[AgencyPage]) -> None:
        self.agencies = agencies

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        states = list(_under_review(self.agencies)[: MOST_ROWS + 1])
        pages = Page.objects.in_bulk({int(state.object_id) for state in states})
        rows = [(state, pages[int(state.object_id)]) for state in states[:MOST_ROWS]]
        came_back = WorkflowState.STATUS_NEEDS_CHANGES
        return {
            "returned": [(state, page) for state, page in rows if state.status == came_back],
            "waiting": [(state, page) for state, page in rows if state.status != came_back],
            "has_more": len(states) > MOST_ROWS,
        }


def _under_review(agencies: list[AgencyPage]) -> QuerySet[WorkflowState]:
    keys = _entries_of(agencies).annotate(key=Cast("pk", output_field=CharField())).values("key")
    states = WorkflowState.objects.active().filter(
        base_content_type=get_default_page_content_type(), object_id__in=keys
    )
    # "needs_changes" comes after "in_progress".
    return states.select_related("current_task_state").order_by("-status", "-current_task_state__started_at")


@dataclass(frozen=True, slots=True)
class DueRow:
    entry: Page
    state: str
    due_on: date | None
    last_check: date | None
    expired: bool


class DuePanel(Component):
    """What gets old, the oldest first, each with its two answers."""

    name = "due"
    template_name = "agencies/admin/due_panel.html"
    order = 110

    def __init__(self, agencies: list[AgencyPage]) -> None:
        self.agencies = agencies

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        policy = Policy.current()
        dues = reminding.due_entries(policy, freshness.today(policy), [agency.pk for agency in self.agencies])
        dues.sort(key=lambda due: (due.due_on is None, due.due_on))
        shown = dues[:MOST_ROWS]
        pages = Page.objects.in_bulk({due.entry for due in shown})
        return {
            "rows": [
                DueRow(pages[due.entry], due.state, due.due_on, due.last_check, due.expired) for due in shown
            ],
            "more": len(dues) - len(shown),
            "csrf_token": (parent_context or {}).get("csrf_token"),
        }


@hooks.register("construct_homepage_panels")
def panels_of_an_agency(request: HttpRequest, panels: list[Component]) -> None:
    """Wagtail's own list of what waits says neither what came back nor why: ours stands in its place."""
    agencies = list(own_agencies(cast(User, request.user)).order_by("title", "pk"))
    if not agencies:
        return
    panels[:] = [panel for panel in panels if not isinstance(panel, UserObjectsInWorkflowModerationPanel)]
    panels += [AgencyPanel(agencies), ReviewedPanel(agencies), DuePanel(agencies)]


# Still correct


@require_POST
def still_correct(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Of an entry of the own agency that is public, and 404 of any other.

    The answer is about the check that the person saw: a second click, or one on an old screen, changes nothing.
    """
    user = cast(User, request.user)
    if _confirmed(user, entry_id, parse_date(request.POST.get("last_check", ""))):
        messages.success(request, _("Thank you. It counts as checked today."))
    else:
        messages.warning(request, _("This was answered already. Nothing has changed."))
    return redirect("wagtailadmin_home")


@transaction.atomic
def _confirmed(user: User, entry_id: int, last_check: date | None) -> bool:
    """False when somebody has answered since. Two people who answer at once wait for each other here."""
    Page.objects.select_for_update().filter(pk=entry_id).first()
    entry = _entries_of(own_agencies(user)).public().filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    if entry.assured_date != last_check:
        return False
    specific = entry.specific
    agency = specific if isinstance(specific, AgencyPage) else specific.agency
    by, role = answering.assurer(user, agency, specific)
    freshness.confirm(entry, by=by, role=role, person=user)
    return True


def _entries_of(agencies: list[AgencyPage] | QuerySet[AgencyPage]) -> EntryQuerySet:
    return Entry.objects.filter(Q(agencypage__in=agencies) | Q(servicepage__agency__in=agencies))


@hooks.register("register_admin_urls")
def still_correct_url() -> list[URLPattern]:
    return [path("still-correct/<int:entry_id>/", still_correct, name="still_correct")]
