"""Our services, item by item, for the town's people: in Wagtail's reports, with its export; one item; one look at all.

`checklist_mirror.py` decides the states, `checklist_cures.py` has the words, `checklist_history.py` the days before.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, Table
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from agencies.membership import DEMAND
from agencies.review_views import StaffRequest, StaffView
from agencies.sheet_files import defused

from . import checklist_cures, checklist_history, languages
from .checklist import State
from .checklist_mirror import Dimension, Line, Mirror, Offer, mirror
from .models import ChecklistItem, Demand, StateName

TITLE = gettext_lazy("Checklist: our services, item by item")
LOOKS: dict[str, str | Promise] = {
    "district": gettext_lazy("By part of town"),
    "age": gettext_lazy("By age"),
    "language": gettext_lazy("By language"),
}


def label(state: State | None) -> str:
    return str(StateName(state.name).label) if state else _("not for them")


def names_of(dimension: Dimension) -> list[str]:
    return [name if isinstance(name, str) else checklist_cures.ages(name) for name in dimension.names]


def parts_of(line: Line, dimension: Dimension) -> list[tuple[str, State | None]]:
    return list(zip(names_of(dimension), line.by[dimension.code], strict=True))


def _lacking_in(line: Line, dimension: Dimension) -> str:
    """The parts where it is worse than for the town as a whole."""
    worse = [
        f"{name}: {label(state)}"
        for name, state in parts_of(line, dimension)
        if state and state.name in ("gap", "stale") and state.name != line.state.name
    ]
    return "; ".join(worse)


class Row:
    """One item as a table and a spreadsheet say it."""

    def __init__(self, line: Line, found: Mirror) -> None:
        self.line = line
        self.code = line.row.code
        self.item = line.row.statement
        self.group = line.row.group.name
        self.state = label(line.state)
        self.state_name = line.state.name
        self.lacks = checklist_cures.lacks(line)
        self.cures = checklist_cures.cures(line)
        self.services = [offer.page.title for offer in line.offers]
        self.four_p = line.row.four_p.name
        self.urgency = line.row.urgency.name
        self.tier = line.row.get_tier_display()
        self.districts, self.ages, self.languages = (
            _lacking_in(line, found.dimensions[code]) for code in LOOKS
        )


class Cell(Column):
    """A cell with a small template of its own."""

    def __init__(self, name: str, label: str | Promise, width: str) -> None:
        super().__init__(name, label=label, width=width)
        self.cell_template_name = f"portal/admin/checklist_cell_{name}.html"


class ChecklistReport(ReportView):
    """The whole list on one page; what lacks something stands first."""

    model = ChecklistItem
    page_title = TITLE
    header_icon = "list-ul"
    index_url_name = "checklist_report"
    index_results_url_name = "checklist_report_results"
    template_name = "portal/admin/checklist.html"
    no_results_message = gettext_lazy("The checklist has no items yet.")
    permission_policy = ModelPermissionPolicy(Demand)
    permission_required = "view"
    paginate_by = 1000
    columns = [
        Cell("item", gettext_lazy("What a family should know"), "38%"),
        Cell("state", gettext_lazy("State"), "15%"),
        Cell("cures", gettext_lazy("What is missing, and what would close it"), "47%"),
    ]
    list_export = [
        *("code", "group", "item", "state", "lacks", "cures", "districts", "ages", "languages"),
        *("services", "four_p", "urgency", "tier"),
    ]
    export_headings = {
        "code": gettext_lazy("Id"),
        "group": gettext_lazy("Group"),
        "item": gettext_lazy("What a family should know"),
        "state": gettext_lazy("State"),
        "lacks": gettext_lazy("What is missing"),
        "cures": gettext_lazy("What would close it"),
        "districts": LOOKS["district"],
        "ages": LOOKS["age"],
        "languages": LOOKS["language"],
        "services": gettext_lazy("Services behind it"),
        "four_p": gettext_lazy("Which of the four Ps"),
        "urgency": gettext_lazy("How quickly it is needed"),
        "tier": gettext_lazy("Importance"),
    }
    export_filename = "our-services-item-by-item"

    @cached_property
    def found(self) -> Mirror:
        return mirror()

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(line, self.found) for line in self.found.lacking_first()]

    def get_base_queryset(self) -> QuerySet[ChecklistItem]:
        return ChecklistItem.objects.shown()

    def get_table(self, object_list: Iterable[ChecklistItem]) -> Table:
        return super().get_table(self.rows)

    def decorate_paginated_queryset(self, object_list: Iterable[ChecklistItem]) -> list[Row]:
        return self.rows

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """A program that opens the file must not calculate what an agency wrote."""
        if isinstance(value, list):
            between = "; " if field == "services" else " "  # titles may have commas; the others are sentences
            return defused(between.join(value))
        said = super().preprocess_field_value(field, value, export_format)
        return defused(said) if isinstance(said, str) else said

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(*args, **kwargs) | {
            "counts": _counts(self.rows),
            "looks": [(title, reverse("checklist_look", args=[code])) for code, title in LOOKS.items()],
            "chart": chart(self.found),
        }


def _counts(rows: list[Row]) -> list[tuple[str, str, int]]:
    """(name, in words, how many), without those that are none."""
    names = [row.state_name for row in rows]
    return [
        (state.value, str(state.label), names.count(state))
        for state in checklist_history.COUNTED
        if state in names
    ]


def chart(found: Mirror) -> dict[str, Any] | None:
    """How many items were there on the last days of note. Nothing before there are two days to compare."""
    totals = checklist_history.totals(checklist_history.points(found.on))
    if len(totals) < 2:
        return None
    states = checklist_history.COUNTED
    most = max(total.items for total in totals) or 1
    return {
        "title": _("How many items were there"),
        "bars": [
            {
                "label": languages.full_day(total.day),
                "value": total.numbers[StateName.MET],
                "width": round(100 * total.numbers[StateName.MET] / most),
            }
            for total in totals
        ],
        "table": {
            "caption": _("All items, by day"),
            "columns": [_("Day"), *(str(state.label) for state in states)],
            "rows": [
                {
                    "head": languages.full_day(total.day),
                    "cells": [{"label": str(state.label), "text": total.numbers[state]} for state in states],
                }
                for total in totals
            ],
        },
    }


def _check_of(offer: Offer) -> str:
    if offer.due_on is None:
        return _("never checked")
    day = {"day": languages.full_day(offer.due_on)}
    return (_("its check holds until %(day)s") if offer.service.is_current else _("due since %(day)s")) % day


class OfTheTown(StaffView):
    """A page below the report."""

    permission = DEMAND
    header_icon = "list-ul"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("checklist_report"), "label": TITLE},
            {"url": "", "label": self.get_page_title()},
        ]


class ItemView(OfTheTown):
    """One item: who stands behind it, and for whom it is not there."""

    template_name = "portal/admin/checklist_item.html"

    def get_page_title(self) -> str:
        return self.line.row.statement

    def get(self, request: StaffRequest, item: str) -> HttpResponse:
        found = mirror()
        line = found.of(item)
        if line is None:
            raise Http404
        self.line = line
        looks = [
            (title, [(name, state, label(state)) for name, state in parts_of(line, found.dimensions[code])])
            for code, title in LOOKS.items()
        ]
        offers = [(offer, _check_of(offer)) for offer in line.offers]
        return self.render_to_response(
            self.get_context_data(row=Row(line, found), offers=offers, looks=looks)
        )


class LookView(OfTheTown):
    """All items, each for every part of town, every age or every language; those that differ from part to part first."""

    template_name = "portal/admin/checklist_look.html"

    def get_page_title(self) -> str:
        return str(LOOKS[self.kwargs["look"]])

    def get(self, request: StaffRequest, look: str) -> HttpResponse:
        if look not in LOOKS:
            raise Http404
        found = mirror()
        dimension = found.dimensions[look]
        lines = sorted(found.lacking_first(), key=lambda line: line.is_same_everywhere(look))
        rows = [
            (
                line.row,
                line.is_same_everywhere(look) and (line.state, label(line.state)),
                [(state, label(state)) for state in line.by[look]],
            )
            for line in lines
        ]
        return self.render_to_response(self.get_context_data(names=names_of(dimension), rows=rows))


class ChecklistReportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(DEMAND)


@hooks.register("register_admin_urls")
def checklist_urls() -> list[URLPattern]:
    report = ChecklistReport
    return [
        path("reports/checklist/", report.as_view(), name="checklist_report"),
        path(
            "reports/checklist/results/", report.as_view(results_only=True), name="checklist_report_results"
        ),
        path("reports/checklist/by/<slug:look>/", LookView.as_view(), name="checklist_look"),
        path("reports/checklist/item/<slug:item>/", ItemView.as_view(), name="checklist_item"),
    ]


@hooks.register("register_reports_menu_item")
def checklist_item() -> MenuItem:
    return ChecklistReportItem(
        TITLE, reverse("checklist_report"), name="checklist", icon_name="list-ul", order=90
    )
