"""Finding: a form, a sealed address, and what the page's script asks for. What a visitor typed enters no address."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

import search
from agencies.models import Policy

from . import answers, demand, directory, languages, narrowing, sealed
from .frame import Frame, context_of, in_town_language, show


@csrf_exempt  # it changes nothing but totals (demand.py), and a token would need a cookie
@require_http_methods(["GET", "HEAD", "POST"])
@in_town_language
def find(request: HttpRequest, frame: Frame) -> HttpResponse:
    if request.method != "POST":
        return show_results(request, frame, directory.Asked())
    if request.headers.get("X-Requested-With") == "fetch":
        is_typing = "suggest" in request.POST
        return suggest(request, frame) if is_typing else answer_fetch(request, frame, request.POST)
    asked, token = _sealed(request.POST)
    demand.note_posted(asked, frame.language, request.POST.get("from", ""))
    response = HttpResponseRedirect(reverse("sealed", args=[token]))
    response.status_code = 303  # the browser then forgets the body that was posted
    return response


def suggest(request: HttpRequest, frame: Frame) -> HttpResponse:
    """How what is being typed may go on. It travels in a body as every word does, and nobody counts or keeps it."""
    typed = request.POST.get("words", "")[: directory.MOST_CHARACTERS]
    found = [{"words": each.words, "count": each.count} for each in search.suggest(typed, frame.language)]
    return JsonResponse(found, safe=False, headers={"Cache-Control": "no-store"})


def _sealed(data: QueryDict) -> tuple[directory.Asked, str]:
    """What was asked, and its seal. What is too much for an address keeps its words and loses its ticks."""
    asked = directory.read_form(data)
    chain = sealed.inherit(data.get("from", ""))
    try:
        return asked, sealed.seal(asked.sealable(), chain=chain)
    except sealed.TooLong:
        asked = directory.Asked(words=asked.words)
        return asked, sealed.seal(asked.sealable(), chain=chain)


def answer_fetch(request: HttpRequest, frame: Frame, data: QueryDict) -> HttpResponse:
    """The script's three questions: a new search, an old one again, a link to it."""
    token = data.get("seal", "")
    if not token:
        asked, new = _sealed(data)
        return show_results(request, frame, asked, new, fragment=True)
    try:
        opened = sealed.unseal(token)
    except sealed.Unsealable as why:
        return search_again(request, frame, why, fragment=True)
    if data.get("share"):
        return _shared_link(opened.query)
    return show_results(request, frame, directory.Asked.from_seal(opened.query), token, opened, fragment=True)


def _shared_link(query: dict[str, Any]) -> HttpResponse:
    link = urljoin(settings.SITE_URL, reverse("sealed", args=[sealed.seal(query, shared=True)]))
    return HttpResponse(link, content_type="text/plain; charset=utf-8")


@require_safe
@in_town_language
def sealed_results(request: HttpRequest, frame: Frame, seal: str) -> HttpResponse:
    try:
        opened = sealed.unseal(seal)
    except sealed.Unsealable as why:
        return search_again(request, frame, why)
    return show_results(request, frame, directory.Asked.from_seal(opened.query), seal, opened)


def show_results(
    request: HttpRequest,
    frame: Frame,
    asked: directory.Asked,
    seal: str = "",
    opened: sealed.Sealed | None = None,
    *,
    fragment: bool = False,
) -> HttpResponse:
    policy = Policy.current()
    offer = narrowing.offer_of(frame.language, policy)
    asked = asked.only_known(offer)
    results, asked = directory.ask(asked, offer)
    if seal and opened is None:  # new, not opened again
        demand.note(asked, offer, results, request.POST.get("from", ""))
    route, args = ("sealed", (seal,)) if seal else ("find", ())
    answer = answers.answer_of(results, asked, offer, frame, policy, seal, _notice(asked, opened))
    context = context_of(request, frame, sensitive=True, route=route, args=args) | {
        "results": answer,
        "facets": narrowing.facets_shown(results, asked, offer),
        "facets_count": len(asked.filters) + bool(asked.near),
        "facets_open": False,
    }
    response = show(request, _template(fragment), context)
    if fragment and seal:
        response["X-Seal"] = seal
    return response


def _notice(asked: directory.Asked, opened: sealed.Sealed | None) -> str:
    notices = []
    if asked.was_cut:
        notices.append(_("Your text was long, so we looked for its first 200 characters."))
    if opened is not None and opened.shared:
        until = languages.full_day(opened.expires.date())
        notices.append(_("Somebody copied a link to this search. It works until %(day)s.") % {"day": until})
    return " ".join(notices)


def search_again(
    request: HttpRequest, frame: Frame, why: sealed.Unsealable, *, fragment: bool = False
) -> HttpResponse:
    """A search whose time is over, that was wiped, or that never was ours."""
    context = context_of(request, frame, sensitive=True, route="find") | {
        "results": answers.Answer(is_over=True)
    }
    return show(request, _template(fragment), context, status=why.status)


def _template(fragment: bool) -> str:
    return "portal/results.html" if fragment else "portal/find.html"
