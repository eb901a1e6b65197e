"""What people reported, in the admin: who sees which report, where it is answered, and the dashboard's panel."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import EditView, IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import policy_registry, register_permission_policy

from . import corrections
from .membership import TEXTS
from .models import Correction, Entry, SafeguardingText, User
from .models.correction import CorrectionQuerySet

ON_DASHBOARD = 10


def reads_texts(user: User) -> bool:
    """By role alone: the form promises visitors that nobody else reads their words, superusers included."""
    app, codename = TEXTS.split(".")
    held = user.groups.filter(permissions__codename=codename, permissions__content_type__app_label=app)
    return user.is_active and held.exists()


def _own_pages(user: User) -> QuerySet[Page]:
    """Whoever may change a page answers what people say of it."""
    pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    return pages.order_by().values("pk")


class CorrectionPolicy(BasePermissionPolicy):
    """Reports follow the tree. No permission on their model stands behind that: Wagtail's site history would show
    its holders the reports of every agency.

    The safeguarding reviewer sees, besides, each report that came with words.
    """

    def instances_user_has_any_permission_for(self, user: User, actions: Iterable[str]) -> CorrectionQuerySet:
        if not {"change", "view"} & set(actions):
            return Correction.objects.none()
        seen = Q(entry__in=_own_pages(user))
        if reads_texts(user):
            seen |= Exists(SafeguardingText.objects.filter(correction=OuterRef("pk"))) | ~Q(summary="")
        return Correction.objects.filter(seen)

    def user_has_permission(self, user: User, action: str) -> bool:
        if action not in ("change", "view"):
            return False
        return reads_texts(user) or Entry.objects.filter(pk__in=_own_pages(user)).exists()

    def user_has_permission_for_instance(self, user: User, action: str, instance: Correction) -> bool:
        return self.instances_user_has_any_permission_for(user, [action]).filter(pk=instance.pk).exists()

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[User]:
        raise NotImplementedError("Reports follow the tree: ask for one person at a time.")


POLICY = CorrectionPolicy(Correction)
register_permission_policy(Correction, POLICY)


def visible_to(user: User) -> CorrectionQuerySet:
    return POLICY.instances_user_has_any_permission_for(user, ["change"]).select_related("entry")


class AnswerForm(WagtailAdminModelForm):
    """Two doors into one report: the agency's answer, and what the safeguarding reviewer passes on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.for_user
        self.may_answer = Entry.objects.filter(pk=self.instance.entry_id, pk__in=_own_pages(user)).exists()
        if not self.may_answer:
            del self.fields["outcome"], self.fields["answer"]
        if not reads_texts(user):
            del self.fields["summary"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("answer") and not cleaned.get("outcome"):
            raise ValidationError({"outcome": _("Choose an answer first.")})
        return cleaned

    def save(self, commit: bool = True) -> Correction:
        correction = super().save(commit=False)
        if "summary" in self.changed_data:
            corrections.pass_on(correction, self.for_user)
        if {"outcome", "answer"} & set(self.changed_data):
            corrections.settle(correction, self.for_user)
        return correction


class ReportPanel(Panel):
    """The report itself; a visitor's words are fetched for the safeguarding reviewer and nobody else."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "agencies/admin/correction_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            context = super().get_context_data(parent_context)
            user = self.request.user
            context["report"] = self.instance
            context["may_edit"] = self.form.may_answer
            context["is_reviewer"] = reads_texts(user)
            context["texts"] = list(self.instance.texts.all()) if reads_texts(user) else []
            return context


class CorrectionsView(IndexView):
    def get_base_queryset(self) -> QuerySet[Correction]:
        return visible_to(self.request.user)


class CorrectionView(EditView):
    def get_queryset(self) -> QuerySet[Correction]:
        """Anybody else's report is not there: 404."""
        return visible_to(self.request.user)

    def save_instance(self) -> Correction:
        """The trail is kept in the history of the entry (corrections.py), where its agency may read it."""
        return self.form.save()

    def get_last_updated_info(self) -> None:
        return None


class CorrectionViewSet(ModelViewSet):
    """Visitors make reports and time deletes them: here they are only read and answered."""

    model = Correction
    name = "correction"
    url_prefix = "reported"
    icon = "comment"
    menu_label = _("Reported")
    menu_order = 250
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = CorrectionsView
    edit_view_class = CorrectionView
    ordering = ["answered_on", "due_on", "pk"]
    list_display = [
        TitleColumn("entry", label=_("Page"), url_name="correction:edit", accessor="entry.title"),
        Column("what", label=_("What is wrong"), accessor=lambda row: ", ".join(row.what_labels)),
        Column("times", label=_("Times")),
        Column("received_on", label=_("Received")),
        Column("due_on", label=_("Answer due")),
        Column("state", label=_("State"), accessor=lambda row: row.state.label),
    ]
    edit_handler = ObjectList(
        [
            ReportPanel(heading=_("The report")),
            MultiFieldPanel([FieldPanel("outcome"), FieldPanel("answer")], heading=_("Your answer")),
            FieldPanel("summary"),
        ],
        base_form_class=AnswerForm,
    )

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        shut = dict.fromkeys(("add_url_name", "delete_url_name", "history_url_name", "usage_url_name"))
        return super().get_common_view_kwargs(**{**shut, **kwargs})

    def get_urlpatterns(self) -> list[URLPattern]:
        conv = self.pk_path_converter
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"edit/<{conv}:pk>/", self.edit_view, name="edit"),
        ]

    def register_permissions(self) -> None:
        """None: see CorrectionPolicy."""


class ReportedPanel(Component):
    """On the dashboard: what waits for an answer of mine, the next deadline first."""

    name = "reported"
    template_name = "agencies/admin/reported_panel.html"
    order = 120

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        waiting = visible_to(parent_context["request"].user).unanswered().order_by("due_on", "pk")
        rows = list(waiting[: ON_DASHBOARD + 1])
        return {"rows": rows[:ON_DASHBOARD], "has_more": len(rows) > ON_DASHBOARD}


@hooks.register("register_admin_viewset")
def correction_views() -> CorrectionViewSet:
    return CorrectionViewSet()


@hooks.register("construct_homepage_panels")
def reported_panel(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(ReportedPanel())


@hooks.register("register_log_actions")
def correction_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "agencies.correction.answered", _("Answer a report"), _("Answered what a visitor reported")
    )
    actions.register_action(
        "agencies.correction.passed_on",
        _("Pass on a report"),
        _("Passed on to the agency what a visitor wrote"),
    )
