"""What families looked for, for the town's team: in sentences, newest week first, nothing under ten (SAFETY.md 15).

The week that is running is shown in tens: whoever reloaded the page could otherwise see each search come in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, Table
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from agencies import freshness
from agencies.membership import DEMAND
from agencies.models import District, Policy, Scheme, Term

from . import languages, tally
from .models.demand import Demand


@dataclass(frozen=True, slots=True)
class Line:
    """One total as the report says it."""

    week: date
    what: str
    where: str
    language: str
    times: int
    sentence: str


class Lines:
    """Totals in words: the names of needs and districts are read once for all of them."""

    def __init__(self, rows: Iterable[Demand]) -> None:
        self.rows = list(rows)
        self.this_week = tally.monday(freshness.today(Policy.current()))
        needs = Term.objects.of(Scheme.NEED).filter(code__in={row.need for row in self.rows})
        districts = District.objects.filter(code__in={row.district for row in self.rows})
        self.needs = dict(needs.values_list("code", "name"))
        self.districts = dict(districts.values_list("code", "name"))

    def all(self) -> list[Line]:
        return [self._line(row) for row in self.rows]

    def _line(self, row: Demand) -> Line:
        runs = row.week >= self.this_week
        times = row.count - row.count % Demand.FEWEST if runs else row.count
        what = row.word.words if row.word else self.needs.get(row.need, row.need)
        where = self.districts.get(row.district, row.district)
        said = _("%(sentence)s: %(times)s") % {
            "sentence": _sentence(row, what, where),
            "times": _so_far(times) if runs else _times(times),
        }
        return Line(row.week, what, where, languages.name_of(row.language), times, said)


def _sentence(row: Demand, what: str, where: str) -> str:
    names = {"week": languages.full_day(row.week), "what": what, "where": where}
    if row.word:
        return _("In the week of %(week)s, families looked for “%(what)s”") % names
    if what and where:
        return (
            _("In the week of %(week)s, families looked for “%(what)s” in %(where)s and found nothing")
            % names
        )
    if what:
        return _("In the week of %(week)s, families looked for “%(what)s” and found nothing") % names
    if where:
        return (
            _("In the week of %(week)s, families looked for something else in %(where)s and found nothing")
            % names
        )
    return _("In the week of %(week)s, families looked for something else and found nothing") % names


def _times(times: int) -> str:
    return ngettext("%(n)s time", "%(n)s times", times) % {"n": times}


def _so_far(times: int) -> str:
    return ngettext("so far at least %(n)s time", "so far at least %(n)s times", times) % {"n": times}


class DemandFilters(WagtailFilterSet):
    class Meta:
        model = Demand
        fields = ["language"]


class DemandReport(ReportView):
    """Wagtail's own report, with its export as CSV and XLSX."""

    model = Demand
    page_title = gettext_lazy("What families looked for")
    header_icon = "search"
    index_url_name = "demand_report"
    index_results_url_name = "demand_report_results"
    template_name = "portal/admin/demand.html"
    no_results_message = gettext_lazy("Nothing was looked for ten times in a week.")
    filterset_class = DemandFilters
    permission_policy = ModelPermissionPolicy(Demand)
    permission_required = "view"
    columns = [
        Column("sentence", label=gettext_lazy("What families looked for")),
        Column("language", label=gettext_lazy("Language")),
    ]
    list_export = ["week", "what", "where", "language", "times", "sentence"]
    export_headings = {
        "week": gettext_lazy("Week of"),
        "what": gettext_lazy("What"),
        "where": gettext_lazy("Part of town"),
        "language": gettext_lazy("Language"),
        "times": gettext_lazy("Times"),
        "sentence": gettext_lazy("In a sentence"),
    }
    export_filename = "what-families-looked-for"

    def get_base_queryset(self) -> QuerySet[Demand]:
        return Demand.objects.filter(count__gte=Demand.FEWEST).select_related("word")

    def get_table(self, object_list: Iterable[Demand]) -> Table:
        """Wagtail makes the table before it decorates the rows."""
        return super().get_table(Lines(object_list).all())

    def decorate_paginated_queryset(self, object_list: Iterable[Demand]) -> list[Line]:
        return Lines(object_list).all()


class DemandItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(DEMAND)


@hooks.register("register_admin_urls")
def demand_urls() -> list[URLPattern]:
    return [
        path("reports/demand/", DemandReport.as_view(), name="demand_report"),
        path(
            "reports/demand/results/", DemandReport.as_view(results_only=True), name="demand_report_results"
        ),
    ]


@hooks.register("register_reports_menu_item")
def demand_item() -> MenuItem:
    return DemandItem(
        gettext_lazy("What families looked for"),
        reverse("demand_report"),
        name="demand",
        icon_name="search",
        order=100,
    )
