"""The page behind the link of a digest: what gets old, and one answer for each entry. Nobody signs in here.

A GET changes nothing, for mail scanners follow links. A POST comes from this page (`public_forms.check_origin`), and
the link in its address is the signed token. No cookie, a neutral title, and search engines are kept out.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from agencies import answering, digest
from agencies.answering import Answer, TooLate
from agencies.changing import ChangeForm
from agencies.models import RemindedEntry, Reminder

from . import cards, languages, public_forms, views
from .frame import Frame, context_of, in_town_language, show

METHODS = ["GET", "HEAD", "POST"]
AT_ONCE: dict[str, Callable[[RemindedEntry], None]] = {
    Answer.CORRECT: answering.still_correct,
    Answer.CLOSED: answering.closed,
}

View = Callable[[HttpRequest, Frame, str, Reminder], HttpResponse]


@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The address in the mail finds the reader's language."""
    return views.to_language(request, "confirm", token)


@csrf_exempt
@require_http_methods(METHODS)
@in_town_language
def confirm(request: HttpRequest, frame: Frame, token: str) -> HttpResponse:
    return _with_link(request, frame, token, _answer if request.method == "POST" else _list)


@csrf_exempt
@require_http_methods(METHODS)
@in_town_language
def change(request: HttpRequest, frame: Frame, token: str, row: int) -> HttpResponse:
    def with_row(request: HttpRequest, frame: Frame, token: str, reminder: Reminder) -> HttpResponse:
        return _change(request, frame, token, reminder, row)

    return _with_link(request, frame, token, with_row)


def _with_link(request: HttpRequest, frame: Frame, token: str, view: View) -> HttpResponse:
    """Opens the link and looks where a form came from, before anything else."""
    try:
        reminder = digest.open_link(token)
    except digest.Unusable as why:
        return _show(
            request, frame, token, {"unusable": True, "is_old": why.is_old}, 410 if why.is_old else 404
        )
    if request.method != "POST":
        return view(request, frame, token, reminder)
    try:
        public_forms.check_origin(request)
    except public_forms.Refused as refused:
        return _list(request, frame, token, reminder, str(refused), 403)
    return view(request, frame, token, reminder)


def _answer(request: HttpRequest, frame: Frame, token: str, reminder: Reminder) -> HttpResponse:
    row = _row(reminder, request.POST.get("entry", ""))
    act = AT_ONCE.get(request.POST.get("answer", ""))
    if row is None or act is None:
        return _list(request, frame, token, reminder, _not_here(), 404)
    try:
        act(row)
    except TooLate as why:
        return _list(request, frame, token, reminder, str(why), 409)
    return _back(token)


def _change(request: HttpRequest, frame: Frame, token: str, reminder: Reminder, key: int) -> HttpResponse:
    row = _row(reminder, str(key))
    if row is None:
        return _list(request, frame, token, reminder, _not_here(), 404)
    if reason := answering.why_not(row, Answer.CHANGE):
        return _list(request, frame, token, reminder, reason, 409)
    form = ChangeForm(row.entry.specific, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answering.change(row, form.cleaned_data)
        except TooLate as why:
            return _list(request, frame, token, reminder, str(why), 409)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return _back(token)
    context = {
        "change": True,
        "title": row.entry.said("title", frame.language),
        "fields": [_field(field) for field in form],
        "errors": form.non_field_errors(),
        "back": reverse("confirm", args=[token]),
    }
    return _show(request, frame, token, context, 422 if form.errors else 200)


def _row(reminder: Reminder, key: str) -> RemindedEntry | None:
    """An entry of this digest: one of another agency is in none of its links."""
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        return None
    return next((row for row in answering.rows_of(reminder) if row.pk == int(key)), None)


def _not_here() -> str:
    return _("This entry is not among those we asked about. Nothing has changed.")


def _back(token: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse("confirm", args=[token]))
    response.status_code = 303
    return response


def _list(
    request: HttpRequest, frame: Frame, token: str, reminder: Reminder, notice: str = "", status: int = 200
) -> HttpResponse:
    rows = [_shown(row, frame.language, token) for row in answering.rows_of(reminder)]
    context = {"agency": str(reminder.agency), "rows": rows, "notice": notice}
    return _show(request, frame, token, context, status)


def _shown(row: RemindedEntry, language: str, token: str) -> dict[str, Any]:
    entry = row.entry
    return {
        "pk": row.pk,
        "title": entry.said("title", language),
        "summary": entry.said("summary", language),
        "url": cards.page_url(entry.code),
        "numbers": [phone.number for phone in entry.phones.all() if not phone.withheld],
        "checked_on": languages.full_day(entry.assured_date) if entry.assured_date else "",
        "done": _done(row),
        "may_change": not answering.why_not(row, Answer.CHANGE),
        "may_close": not answering.why_not(row, Answer.CLOSED),
        "change_url": reverse("confirm_change", args=[token, row.pk]),
    }


def _done(row: RemindedEntry) -> str:
    """What was answered, or why nothing can be; "" while the question is open."""
    if row.answer == Answer.CORRECT:
        return _("Thank you. You said that it is still correct.")
    if row.answer:
        return _("Thank you. The town looks at your change. Until then the page stays as it is.")
    return answering.why_not(row, Answer.CORRECT)


def _field(field: BoundField) -> dict[str, Any]:
    """As components/form_row.html wants it."""
    name = str(field.id_for_label)
    described = {"aria-describedby": f"{name}-error"} if field.errors else {}
    return {
        "id": name,
        "label": field.label,
        "error": " ".join(map(str, field.errors)),
        "widget": field.as_widget(attrs={"autocomplete": "off", **described}),
    }


def _show(
    request: HttpRequest, frame: Frame, token: str, context: dict[str, Any], status: int
) -> HttpResponse:
    around = context_of(request, frame, sensitive=True, route="confirm", args=(token,))
    response = show(request, "portal/confirm.html", around | context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
