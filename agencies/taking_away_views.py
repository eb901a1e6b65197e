"""One page of the admin to take things off the site at once; the log's words for it; why an entry came back."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageLogEntry, WorkflowState

from . import emergency, taking_away
from .models import Entry, LaterReview, User
from .models.review import SMALL_CORRECTION
from .review_views import LOOKED_AT, StaffRequest


class TakeAwayView(WagtailAdminTemplateMixin, View):
    page_title = gettext_lazy("Take off the site")
    header_icon = "view"
    breadcrumbs_items: list[dict[str, Any]] = []
    template_name = "agencies/admin/take_away.html"

    def dispatch(self, request: HttpRequest, entry_id: int) -> HttpResponseBase:
        self.entry = get_object_or_404(Entry, pk=entry_id).specific
        if not self.entry.permissions_for_user(request.user).can_take_away():
            raise PermissionDenied
        return super().dispatch(request, entry_id)

    def get(self, request: StaffRequest, entry_id: int) -> HttpResponse:
        numbers = self.entry.phones.filter(withheld=False)
        return self.render_to_response(self.get_context_data(entry=self.entry, numbers=numbers))

    def post(self, request: StaffRequest, entry_id: int) -> HttpResponse:
        if number := request.POST.get("number"):
            done = taking_away.withhold(self.entry, [number], request.user)
        else:
            done = "today" in request.POST and taking_away.close_today(self.entry, request.user)
        if done:
            messages.success(request, _("Done: the site shows it now. A reviewer looks at it later."))
        else:
            messages.warning(request, _("Nothing to do: the site says so already."))
        return redirect("take_away", entry_id)


@hooks.register("register_admin_urls")
def take_away_urls() -> list[URLPattern]:
    return [path("entries/<int:entry_id>/take-away/", TakeAwayView.as_view(), name="take_away")]


@hooks.register("register_page_header_buttons")
def entry_buttons(
    page: Page, user: User, next_url: str | None = None, view_name: str = ""
) -> Iterator[Button]:
    model = page.specific_class
    if model is None or not issubclass(model, Entry):
        return
    if page.live and page.permissions_for_user(user).can_take_away():
        address = reverse("take_away", args=[page.pk])
        yield Button(_("Take off the site"), address, icon_name="view", priority=5)
    if (page.has_unpublished_changes or not page.live) and emergency.may_publish(
        page.specific_deferred, user
    ):
        address = reverse("publish_without_review", args=[page.pk])
        yield Button(_("Publish without review"), address, icon_name="warning", priority=95)


@hooks.register("before_edit_page")
def say_why_it_came_back(request: HttpRequest, page: Page) -> None:
    """Above the entry, each time it is opened, until it is sent in again."""
    state = page.current_workflow_state
    if request.method != "GET" or state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return
    reason = state.current_task_state.comment if state.current_task_state else ""
    if reason:
        messages.warning(request, _("A reviewer sent this back: %(reason)s") % {"reason": reason})


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        SMALL_CORRECTION,
        gettext_lazy("Publish a small correction"),
        gettext_lazy("Published by the review rule: a small correction of a trusted agency"),
    )

    class OfKind(LogFormatter):
        """Says which of the things it was."""

        def format_comment(self, log_entry: PageLogEntry) -> str:
            return log_entry.data.get("detail", "")

        def said(self, log_entry: PageLogEntry) -> str:
            return str(dict(LaterReview.Kind.choices).get(log_entry.data.get("kind"), ""))

    @actions.register_action(taking_away.TAKEN_AWAY)
    class TakenAway(OfKind):
        label = gettext_lazy("Take off the site at once")

        def format_message(self, log_entry: PageLogEntry) -> str:
            return self.said(log_entry)

    @actions.register_action(LOOKED_AT)
    class LookedAt(OfKind):
        label = gettext_lazy("Look at it afterwards")

        def format_message(self, log_entry: PageLogEntry) -> str:
            return _("Looked at afterwards: %(what)s") % {"what": self.said(log_entry)}

    @actions.register_action(emergency.PUBLISHED)
    class PublishedWithoutReview(LogFormatter):
        label = gettext_lazy("Publish without review")

        def format_message(self, log_entry: PageLogEntry) -> str:
            return _("Published without review: %(reason)s") % {"reason": log_entry.data.get("reason", "")}
