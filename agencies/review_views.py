"""The reviewer's queue in the admin: what waits, what changed side by side, approving and sending back."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.views.home import WorkflowObjectsToModeratePanel
from wagtail.log_actions import log
from wagtail.models import TaskState

from . import emergency, review_queue
from .membership import FEWEST_APPROVERS, LATER_REVIEW, REVIEW, approvers
from .models import Entry, LaterReview, User
from .models import review as rule
from .models.review import ReasonForm

ROWS_A_PAGE = 25
LOOKED_AT = "agencies.look_at"


class StaffRequest(HttpRequest):
    """What Wagtail lets through: somebody of the staff, signed in."""

    user: User


class StaffView(WagtailAdminTemplateMixin, View):
    """A page of the admin for whoever holds `permission`; others get Wagtail's refusal."""

    request: StaffRequest
    permission: str = REVIEW
    breadcrumbs_items: list[dict[str, Any]] = []
    header_icon = "check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class QueueView(StaffView):
    page_title = gettext_lazy("Waiting for review")
    template_name = "agencies/admin/review_queue.html"

    def get(self, request: StaffRequest) -> HttpResponse:
        states = rule.waiting_for(request.user).select_related("workflow_state").order_by("started_at", "pk")
        page = Paginator(states, ROWS_A_PAGE).get_page(request.GET.get("p"))
        may_look = request.user.has_perm(LATER_REVIEW)
        later = LaterReview.waiting_for(request.user) if may_look else LaterReview.objects.none()
        rows = later.select_related("entry", "by")[:ROWS_A_PAGE]
        context = self.get_context_data(rows=review_queue.queue(page), page=page, later=rows)
        return self.render_to_response(context)


class AnswerView(StaffView):
    """One waiting entry: all that changed, and the two answers. What has changed since it was read is not answered."""

    template_name = "agencies/admin/review.html"

    @cached_property
    def state(self) -> TaskState:
        states = rule.waiting_for(self.request.user).select_related("workflow_state")
        return get_object_or_404(states, pk=self.kwargs["state_id"])

    @cached_property
    def page(self) -> Any:
        return self.state.workflow_state.content_object.specific

    def get_page_title(self) -> str:
        return _("Review: %(title)s") % {"title": self.page.get_latest_revision_as_object().title}

    def get(self, request: StaffRequest, state_id: int) -> HttpResponse:
        return self._show(ReasonForm(prefix="reject"))

    def _show(self, form: ReasonForm) -> HttpResponse:
        is_entry = isinstance(self.page, Entry)
        context = self.get_context_data(
            state=self.state,
            entry=self.page,
            row=review_queue.queue([self.state])[0],
            revision=self.page.get_latest_revision(),
            differences=review_queue.compared(self.page) if is_entry else None,
            form=form,
        )
        return self.render_to_response(context)

    def post(self, request: StaffRequest, state_id: int) -> HttpResponse:
        if request.POST.get("revision") != str(self.page.latest_revision_id):
            messages.warning(request, _("This has changed since you opened it. Please read it again."))
            return redirect("review", state_id)
        if "approve" in request.POST:
            return self._answer("approve", "", _("“%(title)s” is approved."))
        form = ReasonForm(request.POST, prefix="reject")
        if not form.is_valid():
            return self._show(form)
        return self._answer("reject", form.cleaned_data["comment"], _("“%(title)s” went back to its author."))

    def _answer(self, verb: str, comment: str, said: str) -> HttpResponse:
        task = self.state.task.specific
        task.on_action(self.state, self.request.user, verb, comment=comment)
        messages.success(self.request, said % {"title": self.page.title})
        return redirect("review_queue")


class LookView(StaffView):
    """ "I have looked at it": never by whoever did it."""

    permission = LATER_REVIEW
    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(LaterReview.waiting_for(request.user), pk=pk)
        row.seen_by, row.seen_at = request.user, timezone.now()
        row.save(update_fields=["seen_by", "seen_at"])
        log(instance=row.entry.specific, action=LOOKED_AT, user=request.user, data={"kind": row.kind})
        messages.success(request, _("Noted: you have looked at it."))
        return redirect("review_queue")


class EmergencyForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it cannot wait for review"),
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        help_text=gettext_lazy("It stands in the log, and a reviewer sees it and looks at the entry."),
    )


class EmergencyView(WagtailAdminTemplateMixin, View):
    request: StaffRequest
    page_title = gettext_lazy("Publish without review")
    header_icon = "warning"
    breadcrumbs_items: list[dict[str, Any]] = []
    template_name = "agencies/admin/emergency.html"

    def dispatch(self, request: HttpRequest, entry_id: int) -> HttpResponseBase:
        self.entry = get_object_or_404(Entry, pk=entry_id).specific
        if not emergency.may_publish(self.entry, self.request.user):
            raise PermissionDenied
        return super().dispatch(request, entry_id)

    def get(self, request: StaffRequest, entry_id: int) -> HttpResponse:
        return self._show(EmergencyForm())

    def _show(self, form: EmergencyForm) -> HttpResponse:
        draft = self.entry.get_latest_revision_as_object()
        return self.render_to_response(self.get_context_data(form=form, entry=draft))

    def post(self, request: StaffRequest, entry_id: int) -> HttpResponse:
        form = EmergencyForm(request.POST)
        if not form.is_valid():
            return self._show(form)
        emergency.publish(self.entry, request.user, form.cleaned_data["reason"])
        messages.success(request, _("Published without review. A reviewer will look at it."))
        return redirect("wagtailadmin_pages:edit", entry_id)


class QueuePanel(Component):
    """In place of Wagtail's own panel, which asks each agency's task in turn: as many queries as agencies."""

    name = "review_queue"
    template_name = "agencies/admin/review_panel.html"
    order = 220

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        looks = LaterReview.waiting_for(user).count() if user.has_perm(LATER_REVIEW) else 0
        return {
            "waiting": rule.waiting_for(user).count(),
            "later": looks,
            "is_short": user.has_perm(LATER_REVIEW) and approvers().count() < FEWEST_APPROVERS,
        }


class QueueItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(REVIEW)


@hooks.register("register_admin_urls")
def review_urls() -> list[URLPattern]:
    return [
        path("review/", QueueView.as_view(), name="review_queue"),
        path("review/<int:state_id>/", AnswerView.as_view(), name="review"),
        path("review/later/<int:pk>/", LookView.as_view(), name="look_at"),
        path("review/without/<int:entry_id>/", EmergencyView.as_view(), name="publish_without_review"),
    ]


@hooks.register("register_admin_menu_item")
def review_item() -> MenuItem:
    return QueueItem(
        gettext_lazy("Review"), reverse("review_queue"), name="review", icon_name="check", order=90
    )


class SendToReview(SubmitForModerationMenuItem):
    """Wagtail says the workflow's name, which has the agency's machine name in it."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        return super().get_context_data(parent_context) | {"label": _("Send to review")}


@hooks.register("construct_page_action_menu")
def send_to_review(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    items[:] = [
        SendToReview(order=item.order) if type(item) is SubmitForModerationMenuItem else item
        for item in items
    ]


@hooks.register("construct_homepage_panels")
def review_panel(request: StaffRequest, panels: list[Component]) -> None:
    panels[:] = [panel for panel in panels if not isinstance(panel, WorkflowObjectsToModeratePanel)]
    if request.user.has_perm(REVIEW):
        panels.append(QueuePanel())
