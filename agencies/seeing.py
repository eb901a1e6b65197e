"""What a member of staff gets to see in the admin: the pages of their own branch, and what is public.

Wagtail asks that at most of its addresses, each in its own way, and forgets it at some (the chooser, the move's
last step, a review's state sent to another page's address). So it is asked once more before any view of the admin
runs. `membership.py` decides who has which branch; nothing here gives anybody a right.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from wagtail.admin.views.reports import audit_logging
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from .membership import KEEPS_PEOPLE, TRANSLATING
from .models import User

Person = User | AnonymousUser

# How Wagtail and wagtail-localize call a page's id in their addresses.
PAGE_ARGUMENTS = ("page_id", "parent_page_id", "page_pk", "page_to_move_id", "destination_id", "entry_id")
# Reports that name everybody's people or pages, whoever asks -> the permission that they now need.
REPORTS_OF_THE_TOWN = {
    "page_types_usage": KEEPS_PEOPLE,
    "page_types_usage_results": KEEPS_PEOPLE,
    "locked_pages": KEEPS_PEOPLE,
    "locked_pages_results": KEEPS_PEOPLE,
    "translations_report": TRANSLATING,
    "translations_report_results": TRANSLATING,
}
# What links may lead to, shown in the choosers.
CHOOSERS = {"wagtailadmin_choose_page_child", "wagtailadmin_choose_page_chosen_multiple"}
# Wagtail's own trials of its error pages.
TRIALS = {"wagtailadmin_error_test"}


def _people_of_what_is_seen(report: audit_logging.SiteHistoryReportFilterSet) -> QuerySet:
    return audit_logging.get_users_for_filter(report.request.user)


# Wagtail means to name only these in the site's history, under a name that it asks no more: it names everybody.
audit_logging.SiteHistoryReportFilterSet.get_users_queryset = _people_of_what_is_seen


class AdminGuard:
    """404 for what somebody has no business to know of: whether it exists is part of that."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: tuple, kwargs: dict[str, Any]) -> None:
        match = request.resolver_match
        if match is None or not match.route.startswith("admin/") or not request.user.is_authenticated:
            return
        name = match.url_name or ""
        needed = REPORTS_OF_THE_TOWN.get(name)
        if name in TRIALS or (needed and not request.user.has_perm(needed)):
            raise Http404
        wanted = _pages_asked_for(request, name, match.namespaces, kwargs)
        if not all(_may_open(request.user, key, name in CHOOSERS) for key in wanted):
            raise Http404
        _check_states(kwargs)


def _pages_asked_for(
    request: HttpRequest, name: str, namespaces: Iterable[str], kwargs: dict[str, Any]
) -> set[int]:
    wanted = {int(kwargs[key]) for key in PAGE_ARGUMENTS if key in kwargs}
    if "wagtailadmin_pages" in namespaces and "pk" in kwargs:
        wanted.add(int(kwargs["pk"]))
    if name == "wagtailadmin_choose_page_chosen_multiple":
        wanted |= {int(key) for key in request.GET.getlist("id") if key.isdecimal()}
    return wanted


def _may_open(user: Person, key: int, to_link_to: bool) -> bool:
    pages = Page.objects.filter(pk=key)
    if choosable(pages, user).exists() if to_link_to else _in_branch(pages, user).exists():
        return True
    page = pages.first()
    task = page.specific.current_workflow_task if page and not to_link_to else None
    return task is not None and task.user_can_access_editor(page, user)


def _in_branch(pages: PageQuerySet, user: Person) -> PageQuerySet:
    """Those of somebody's branches, and what lies above them."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(user)
    return pages.filter(pk__in=explorable.order_by().values("pk"))


def choosable(pages: PageQuerySet, user: Person) -> PageQuerySet:
    """Those that somebody may link to: what is public, and what they work on themselves. Never the root."""
    explorable = policy_registry.get_by_type(Page).explorable_instances(user)
    return pages.filter(Q(live=True) | Q(pk__in=explorable.order_by().values("pk")), depth__gt=1)


def _check_states(kwargs: dict[str, Any]) -> None:
    """Wagtail takes a state of a review by its number alone, whichever page the address is about."""
    if "page_id" not in kwargs:
        return
    for argument, states, page_of in (
        ("task_state_id", TaskState.objects, "workflow_state__object_id"),
        ("workflow_state_id", WorkflowState.objects, "object_id"),
    ):
        of_this_page = {"pk": kwargs.get(argument), page_of: str(kwargs["page_id"])}
        if argument in kwargs and not states.filter(**of_this_page).exists():
            raise Http404


class OfOwnCollections:
    """Wagtail's own API lists the pictures and documents of all collections, whoever asks."""

    model: type[Model]
    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        policy = policy_registry.get_by_type(self.model)
        return policy.instances_user_has_any_permission_for(self.request.user, ["choose", "add", "change"])


class OwnImages(OfOwnCollections, ImagesAdminAPIViewSet):
    pass


class OwnDocuments(OfOwnCollections, DocumentsAdminAPIViewSet):
    pass
