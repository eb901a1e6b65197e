"""Broken ways to reach entries, for the people who may change those entries and nobody else."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from .models import LinkCheck


def broken_for(user) -> QuerySet[LinkCheck]:
    """What this person may mend, the longest broken first."""
    own = PagePermissionPolicy().instances_user_has_permission_for(user, "change")
    told = LinkCheck.objects.filter(failures__gte=LinkCheck.TOLD_AFTER, entry__in=own.order_by().values("pk"))
    return told.select_related("entry").order_by("-failures", "entry__title", "pk")


class LinkReport(ReportView):
    model = LinkCheck
    page_title = _("What does not answer")
    header_icon = "link"
    index_url_name = "link_report"
    index_results_url_name = "link_report_results"
    no_results_message = _("All websites answer, and all numbers and e-mails can be right.")
    permission_policy = PagePermissionPolicy()
    permission_required = "change"
    columns = [
        TitleColumn(
            "entry",
            label=_("Entry"),
            get_url=lambda row: reverse("wagtailadmin_pages:edit", args=[row.entry_id]),
        ),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        Column("value", label=_("What")),
        Column("problem", label=_("What is wrong"), accessor="get_problem_display"),
        DateColumn("checked_at", label=_("Looked at")),
    ]
    list_export = ["entry", "kind", "value", "problem", "checked_at"]
    export_filename = "what-does-not-answer"

    def get_base_queryset(self) -> QuerySet[LinkCheck]:
        return broken_for(self.request.user)


class LinkItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return PagePermissionPolicy(Page).user_has_permission(request.user, "change")


@hooks.register("register_admin_urls")
def link_urls() -> list[URLPattern]:
    return [
        path("reports/links/", LinkReport.as_view(), name="link_report"),
        path("reports/links/results/", LinkReport.as_view(results_only=True), name="link_report_results"),
    ]


@hooks.register("register_reports_menu_item")
def link_item() -> MenuItem:
    return LinkItem(
        _("What does not answer"), reverse("link_report"), name="links", icon_name="link", order=110
    )
