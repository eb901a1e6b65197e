"""Finding: a form, a sealed address, and what the page's script asks for. What a visitor typed enters no address."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from agencies.models import Policy

from . import directory, languages, sealed
from .frame import Frame, context_of, in_town_language, show


@csrf_exempt  # it changes nothing, and a token would need a cookie
@require_http_methods(["GET", "HEAD", "POST"])
@in_town_language
def find(request: HttpRequest, frame: Frame) -> HttpResponse:
    if request.method != "POST":
        return show_results(request, frame, directory.Asked())
    if request.headers.get("X-Requested-With") == "fetch":
        return answer_fetch(request, frame, request.POST)
    _asked, token = _sealed(request.POST)
    response = HttpResponseRedirect(reverse("sealed", args=[token]))
    response.status_code = 303  # the browser then forgets the body that was posted
    return response


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
    titles = directory.value_titles(frame.language)
    asked = asked.only_known(titles)
    results, asked = directory.ask(asked, frame.language)
    route, args = ("sealed", (seal,)) if seal else ("find", ())
    answer = directory.answer_of(results, asked, frame, Policy.current(), seal, _notice(asked, opened))
    context = context_of(request, frame, sensitive=True, route=route, args=args) | {
        "results": answer,
        "facets": directory.facets_shown(results, asked, titles),
        "facets_count": sum(len(values) for values in asked.facets.values()),
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
        "results": directory.Answer(is_over=True)
    }
    return show(request, _template(fragment), context, status=why.status)


def _template(fragment: bool) -> str:
    return "portal/results.html" if fragment else "portal/find.html"
