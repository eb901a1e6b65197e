"""“Something wrong here?”: a visitor says what is wrong on an entry's page, and later reads the answer.

What was typed enters no page that is posted and no readable address (SAFETY.md 6): the POST answers 303, and what
the next page must know, a refused text included, travels sealed for fifteen minutes.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from agencies import corrections
from agencies.models import Correction, Entry, Policy, Said
from agencies.models.correction import LONGEST_TEXT

from . import danger, public_forms, sealed
from .frame import Frame, context_of, help_numbers, in_town_language, show
from .views import to_language

PURPOSE = "wrong"
TRAP = "homepage"  # a field that people do not see and machines fill in
FASTEST = 3  # seconds in which nobody reads a page and ticks
SURE_TO_FIT = 700  # signs of any script: hardly a text of a thousand is too much for an address


class Why(StrEnum):
    """Why a form was not taken, besides the reasons of every public form."""

    NOTHING = "nothing"
    FAST = "fast"
    TRAPPED = "trapped"
    MANY = "many"


class NotTaken(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.reason = why


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as it came. Words without a tick are about something else."""

    what: list[str]
    text: str
    was_cut: bool = False


def read_form(data: QueryDict) -> Filled:
    typed = data.get("text", "").replace("\r\n", "\n").replace("\0", "")
    what = [value for value in Correction.What.values if value in data.getlist("what")]
    if typed.strip() and not what:
        what = [Correction.What.OTHER.value]
    return Filled(what, typed[:LONGEST_TEXT], len(typed) > LONGEST_TEXT)


@csrf_exempt  # Django's token would need a cookie: public_forms.py has another
@require_http_methods(["GET", "HEAD", "POST"])
@in_town_language
def wrong(request: HttpRequest, frame: Frame, code: str) -> HttpResponse:
    entry = _entry_at(code, frame)
    if entry is None:
        return _see_other(reverse("page", args=[code]))  # which says what is true of it
    if request.method == "POST":
        return _see_other(reverse("sealed_wrong", args=[code, _posted(request, frame, entry)]))
    return _show(request, frame, entry, {})


@require_safe
@in_town_language
def sealed_wrong(request: HttpRequest, frame: Frame, code: str, seal: str) -> HttpResponse:
    """What became of the form: taken, or shown again with the reason and all that was typed."""
    entry = _entry_at(code, frame)
    if entry is None:
        return _see_other(reverse("page", args=[code]))
    try:
        state = sealed.unseal(seal).query
    except sealed.Unsealable as why:
        return _show(request, frame, entry, {"is_over": True}, status=why.status)
    if state.get(PURPOSE) != code:
        return _show(request, frame, entry, {"is_over": True}, status=sealed.Broken.status)
    return _show(request, frame, entry, state, seal)


def _entry_at(code: str, frame: Frame) -> Entry | None:
    entries = (
        Entry.objects.public().select_related("address").prefetch_related(Entry.words_in(frame.language))
    )
    return entries.filter(address__code=code).first()


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303  # the browser then forgets the body that was posted
    return response


# Taking the form


def _posted(request: HttpRequest, frame: Frame, entry: Entry) -> str:
    """The seal of what the next page shows."""
    filled = read_form(request.POST)
    state: dict[str, Any] = {PURPOSE: entry.code}
    if language := danger.danger_in(filled.text, frame):
        state["danger"] = language
    chain = sealed.inherit(request.POST.get("from", ""))
    try:
        receipt = _take(request, entry, filled)
    except (public_forms.Refused, NotTaken) as refused:
        again = {"why": refused.reason.value, "what": filled.what, "was_cut": filled.was_cut}
        return _sealed_again(state | again, filled.text, chain)
    taken = {"reference": receipt.reference, "is_new": receipt.is_new, "was_cut": filled.was_cut}
    return sealed.seal(state | taken, chain=chain)


def _take(request: HttpRequest, entry: Entry, filled: Filled) -> corrections.Receipt:
    """Raises public_forms.Refused or NotTaken; then nothing is kept."""
    form = public_forms.check(request, PURPOSE)
    if form["entry"] != entry.code:
        raise public_forms.Refused(public_forms.Reason.FORGED)
    if request.POST.get(TRAP):
        raise NotTaken(Why.TRAPPED)
    if timezone.now().timestamp() - form["at"] < FASTEST:
        raise NotTaken(Why.FAST)
    if not filled.what:
        raise NotTaken(Why.NOTHING)
    try:
        return corrections.receive(entry, filled.what, filled.text, form["key"])
    except corrections.TooMany:
        raise NotTaken(Why.MANY) from None


def _sealed_again(state: dict[str, Any], text: str, chain: str | None) -> str:
    """All that was typed, to be shown again; of what no address can hold, the beginning."""
    try:
        return sealed.seal(state | {"text": text}, chain=chain)
    except sealed.TooLong:
        kept = {"text": text[:SURE_TO_FIT], "was_cut": True}
        return sealed.seal(state | kept, chain=chain)


def _token(request: HttpRequest, entry: Entry) -> str:
    now = int(timezone.now().timestamp())
    form = {"entry": entry.code, "at": now, "key": corrections.new_key()}
    return public_forms.sign(PURPOSE, form, request)


# Showing


def _show(
    request: HttpRequest,
    frame: Frame,
    entry: Entry,
    state: dict[str, Any],
    seal: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    route, args = ("sealed_wrong", (entry.code, seal)) if seal else ("wrong", (entry.code,))
    title = entry.said("title", frame.language)
    context = context_of(request, frame, sensitive=True, route=route, args=args) | {
        "crumbs": [{"title": title, "url": reverse("page", args=[entry.code])}],
        "urgent": danger.people(state["danger"], frame) if "danger" in state else None,
        "numbers": help_numbers(frame),
        "answer_days": Policy.current().answer_days,
        "state": state,
    }
    if "reference" in state:
        return show(request, "portal/wrong_taken.html", context | _address_of(state["reference"]))
    form = {
        "said": title,
        "action": reverse("wrong", args=[entry.code]),
        "rows": _rows(state.get("what", [])),
        "token": _token(request, entry),
        "trap": TRAP,
        "seal": seal,
        "longest": LONGEST_TEXT,
        "refusal": _refusal(state.get("why", "")),
    }
    return show(request, "portal/wrong.html", context | {"form": form}, status=status)


def _rows(ticked: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "id": f"what-{each.value}",
            "name": "what",
            "value": each.value,
            "title": capfirst(str(each.label)),
            "checked": each.value in ticked,
        }
        for each in Correction.What
    ]


def _refusal(why: str) -> str:
    """The reason in words; empty where the form was not refused."""
    said = {
        Why.NOTHING: _("Nothing was ticked. Tick what is wrong, then send it again."),
        Why.FAST: _("That was very quick. Wait a moment, then send it again."),
        Why.TRAPPED: _("A field that stays empty was filled in, perhaps by your browser. Send it again."),
        Why.MANY: _("Many people wrote about this page today, and we take no more. Try again tomorrow."),
    }
    if why in list(public_forms.Reason):
        return str(public_forms.Refused(public_forms.Reason(why)))
    return said[Why(why)] if why else ""


# The answer


@require_safe
def short_answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The reference alone, as it was written down: finds the reader's language."""
    return to_language(request, "answer", reference)


@require_safe
@in_town_language
def answer(request: HttpRequest, frame: Frame, reference: str) -> HttpResponse:
    """Received or answered, and the answer: neither what was written nor about whom."""
    correction = corrections.by_reference(reference)
    context = context_of(request, frame, sensitive=True, route="answer", args=(reference,))
    if correction is None:
        return show(request, "portal/answer.html", context, status=404)
    language = correction.entry.source_language
    answer = {
        "state": correction.state.value,
        "outcome": correction.get_outcome_display(),
        "said": Said(correction.answer, language, is_foreign=language != frame.language),
        "due_on": correction.due_on,
    }
    return show(request, "portal/answer.html", context | {"answer": answer})


def _address_of(reference: str) -> dict[str, str]:
    return {
        "reference": reference,
        "reference_url": reverse("answer", args=[reference]),
        "reference_short": urljoin(settings.SITE_URL, reverse("short_answer", args=[reference])),
    }
