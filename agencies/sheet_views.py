"""An agency's spreadsheet in the admin: downloading it, sending it back, what it would change, and the confirmation.

Between the preview and the confirmation the rows travel in the page, signed for this person and this agency: the server
keeps no file that somebody would have to delete, and what is confirmed is what was shown.
"""

from dataclasses import asdict
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import Button
from wagtail.models import Page

from . import sheet_changes, sheet_files, sheets
from .models import AgencyPage, User
from .review_views import StaffRequest
from .sheet_changes import Plan, Row
from .sheet_files import UnreadableFile

HOLDS_FOR = 60 * 60  # seconds from the preview to the confirmation
# Below what Django takes in a form (DATA_UPLOAD_MAX_MEMORY_SIZE).
LARGEST_FORM = 2_000_000
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def may_use(agency: Page, user: Any) -> bool:
    """Whoever edits the agency's branch; not who only reviews it."""
    return agency.permissions_for_user(user).can_take_away()


class AgencySheet(WagtailAdminTemplateMixin, View):
    """Of one agency."""

    request: StaffRequest
    page_title = gettext_lazy("Spreadsheet")
    header_icon = "table"
    template_name = "agencies/admin/sheet.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_use(self.agency, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def agency(self) -> AgencyPage:
        return get_object_or_404(AgencyPage, pk=self.kwargs["page_id"])

    def get_page_subtitle(self) -> str:
        return self.agency.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("wagtailadmin_explore", args=[self.agency.pk]), "label": self.agency.title},
            {"url": "", "label": _("Spreadsheet")},
        ]

    @property
    def salt(self) -> str:
        return f"agencies.sheet:{self.request.user.pk}:{self.agency.pk}"

    def back(self, message: str) -> HttpResponse:
        messages.error(self.request, message)
        return redirect("sheet", self.agency.pk)


class DownloadView(AgencySheet):
    def get(self, request: StaffRequest, page_id: int, kind: str) -> HttpResponse:
        rows = _rows(self.agency)
        data = sheet_files.as_csv(rows) if kind == "csv" else _workbook(rows)
        name = f'attachment; filename="{self.agency.key}.{kind}"'
        return HttpResponse(data, content_type=TYPES[kind], headers={"Content-Disposition": name})


def _rows(agency: AgencyPage) -> list[list[str]]:
    entries = sheet_changes.services_of(agency)
    written_in = {entry.source_language for entry in entries} or {agency.source_language}
    keys = sheets.columns(written_in)
    rows = [[sheets.heading(key) for key in keys]]
    for entry in entries:
        cells = sheets.cells(sheet_changes.version_of(entry))
        row = {**cells, sheets.CODE: entry.code, sheets.MADE_FROM: sheets.mark(cells)}
        rows.append([sheets.shown(key, row.get(key, "")) for key in keys])
    return rows


def _workbook(rows: list[list[str]]) -> bytes:
    return sheet_files.as_xlsx(_("Services"), rows, _("How to"), _notes(rows[0]))


def _notes(headings: list[str]) -> list[list[str]]:
    known = sheets.known_headings()
    general = [
        _("One row is one service. Change texts, add rows below, and send the file back: first you see what"),
        _("would change. An emptied cell empties the text. A deleted row or column changes nothing."),
        _("An apostrophe before = + - @ keeps programs from calculating. It is no part of the text."),
    ]
    explained = [[heading, sheets.note(known[heading.casefold()])] for heading in headings]
    return [[_("Column"), _("What it is")], *explained, *([["", text] for text in general])]


class SheetForm(forms.Form):
    sheet = forms.FileField(
        label=gettext_lazy("The changed file"),
        help_text=gettext_lazy(
            "As .xlsx or CSV, 2 MB at most. Nothing changes before you have seen what would."
        ),
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
    )

    def clean_sheet(self) -> list[Row]:
        sent = self.cleaned_data["sheet"]
        try:
            return sheet_changes.rows_of(sheet_files.read(sent.read(sheet_files.MOST_BYTES + 1)))
        except UnreadableFile as error:
            raise forms.ValidationError(str(error)) from error


class SheetView(AgencySheet):
    """The way out and the way in; after sending, what would change."""

    def get(self, request: StaffRequest, page_id: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data(agency=self.agency, form=SheetForm()))

    def post(self, request: StaffRequest, page_id: int) -> HttpResponse:
        form = SheetForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(agency=self.agency, form=form))
        planned = sheet_changes.plan(self.agency, form.cleaned_data["sheet"])
        sealed = signing.dumps([asdict(change.row) for change in planned.now], salt=self.salt, compress=True)
        if len(sealed) > LARGEST_FORM:
            return self.back(_("That is too much at once. Send the sheet in two parts."))
        self.template_name = "agencies/admin/sheet_preview.html"
        return self.render_to_response(self.get_context_data(agency=self.agency, plan=planned, sealed=sealed))


class ConfirmView(AgencySheet):
    http_method_names = ["post"]

    def post(self, request: StaffRequest, page_id: int) -> HttpResponse:
        try:
            sent = signing.loads(request.POST.get("rows", ""), salt=self.salt, max_age=HOLDS_FOR)
        except signing.BadSignature:
            return self.back(
                _("This preview is too old, or not yours. Nothing was changed: send the file again.")
            )
        done = sheet_changes.carry_out(self.agency, [Row(**row) for row in sent], request.user)
        self._say(done)
        return redirect("sheet", self.agency.pk)

    def _say(self, done: Plan) -> None:
        counts = {"changed": len(done.changed), "new": len(done.new)}
        messages.success(
            self.request, _("Changed and sent to review: %(changed)d. New drafts: %(new)d.") % counts
        )
        for left in (*done.refused, *done.waiting):
            messages.warning(self.request, f"{left.title}: {' '.join(left.reasons)}")


@hooks.register("register_admin_urls")
def sheet_urls() -> list[URLPattern]:
    files = [
        path(
            f"entries/<int:page_id>/sheet.{kind}",
            DownloadView.as_view(),
            {"kind": kind},
            name=f"sheet_{kind}",
        )
        for kind in TYPES
    ]
    return [
        *files,
        path("entries/<int:page_id>/sheet/", SheetView.as_view(), name="sheet"),
        path("entries/<int:page_id>/sheet/confirm/", ConfirmView.as_view(), name="sheet_confirm"),
    ]


@hooks.register("register_page_header_buttons")
def sheet_button(page: Page, user: User, next_url: str | None = None, view_name: str = "") -> list[Button]:
    if page.specific_class is not AgencyPage or not may_use(page.specific_deferred, user):
        return []
    address = reverse("sheet", args=[page.pk])
    return [Button(_("Spreadsheet"), address, icon_name="table", priority=7)]
