"""The public pages. Each view gathers what its template names, and decides nothing that has a place elsewhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

import search
from agencies.models import Address, AgencyPage, Policy, Scheme, ServicePage, Term
from search.types import Query

from . import cards, colours, directory, sealed, showing
from . import gallery as gallery_samples
from .doors import doors_of, need_rows, open_now
from .frame import Frame, context_of, frame_of, help_numbers, title_of
from .models import ContentPage, HomePage, Town, TownNumber

View = Callable[..., HttpResponse]
MONTH = 30 * 24 * 3600


def in_town_language(view: View) -> View:
    """A language the town does not offer has no pages."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        frame = frame_of()
        if frame.language not in dict(frame.town.shown_languages()):
            raise Http404("The town's site is not offered in this language.")
        return view(request, frame, *args, **kwargs)

    return inner


# The way in


def reader_language(request: HttpRequest) -> str:
    """The first language of the browser that the town offers; else the town's first. No cookie is asked."""
    offered = dict(Town.load().shown_languages())
    for wanted, _quality in translation.trans_real.parse_accept_lang_header(
        request.headers.get("Accept-Language", "")
    ):
        found = next((code for code in (wanted, wanted.split("-")[0]) if code in offered), None)
        if found:
            return found
    return next(iter(offered))


def to_language(request: HttpRequest, route: str, *args: str) -> HttpResponse:
    with translation.override(reader_language(request)):
        response = HttpResponseRedirect(reverse(route, args=args))
    response["Vary"] = "Accept-Language"
    return response


@require_safe
def root(request: HttpRequest) -> HttpResponse:
    return to_language(request, "home")


@require_safe
def short(request: HttpRequest, code: str) -> HttpResponse:
    """The code alone, as printed and in QR codes: finds the reader's language."""
    return to_language(request, "page", code)


@require_safe
@in_town_language
def home(request: HttpRequest, frame: Frame) -> HttpResponse:
    page = (
        HomePage.objects.live().filter(locale__language_code=frame.language).first()
        or HomePage.objects.live().first()
    )
    if page is None:
        raise Http404("The town is not set up yet: run setup_town.")
    return show_home(request, page, frame)


def show_home(request: HttpRequest, page: HomePage, frame: Frame) -> HttpResponse:
    needs = need_rows(frame.language, parents=True)
    context = context_of(request, frame, title="", route="home") | {
        "hero": {"title": page.headline, "text": page.intro},
        "doors": doors_of(frame),
        "needs": needs,
        "popular": [],
        "counts": {
            "agencies": AgencyPage.objects.public().count(),
            "services": ServicePage.objects.public().count(),
        },
    }
    return render(request, "portal/home.html", context)


# Pages with a code


@require_safe
@in_town_language
def page(request: HttpRequest, frame: Frame, code: str) -> HttpResponse:
    address = Address.objects.select_related("replaced_by").filter(code=code).first()
    if address is None:
        raise Http404("There is no page with this code.")
    if address.retired_at is not None:
        return gone(request, frame, address)
    return _SHOWERS[Address.Kind(address.kind)](request, frame, address)


def gone(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    """A code that led somewhere once: the help bar, and what replaces it."""
    context = context_of(request, frame, route="page", args=(address.code,)) | {
        "replacement": replacement_card(address.replaced_by, frame)
    }
    return render(request, "portal/gone.html", context, status=410)


def replacement_card(address: Address | None, frame: Frame) -> cards.Card | None:
    policy = Policy.current()
    if address is None or address.retired_at is not None:
        return None
    service = ServicePage.objects.public().for_visitor(frame.language).filter(address=address).first()
    if service is not None:
        return cards.of_service(service, policy, frame.language)
    agency = (
        AgencyPage.objects.public()
        .for_visitor(frame.language)
        .select_related("kind")
        .filter(address=address)
        .first()
    )
    return cards.of_agency(agency, policy, frame.language) if agency else None


def page_of_service(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    service = ServicePage.objects.public().for_page(frame.language).filter(address=address).first()
    if service is None:
        return _no_longer(request, frame, ServicePage, address)
    return show_service(request, service, frame)


def page_of_agency(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    agencies = (
        AgencyPage.objects.public()
        .for_page(frame.language)
        .select_related("kind")
        .prefetch_related("kind__words")
    )
    agency = agencies.filter(address=address).first()
    if agency is None:
        return _no_longer(request, frame, AgencyPage, address)
    return show_agency(request, agency, frame)


def _no_longer(request: HttpRequest, frame: Frame, model: type, address: Address) -> HttpResponse:
    """Published once and now withdrawn: gone, with the agency in its place. Never published: nobody may know of it."""
    entry = model.objects.filter(address=address, first_published_at__isnull=False).first()
    if entry is None:
        raise Http404("There is no page with this code.")
    agency = getattr(entry, "agency", None)
    context = context_of(request, frame, route="page", args=(address.code,)) | {
        "replacement": replacement_card(agency.address if agency else None, frame)
    }
    return render(request, "portal/gone.html", context, status=410)


def show_service(request: HttpRequest, service: ServicePage, frame: Frame) -> HttpResponse:
    policy = Policy.current()
    shown = showing.of_service(service, policy, frame.language, short_url(request, service.code))
    context = context_of(
        request,
        frame,
        title=str(shown["title"]),
        sensitive=showing.sensitive_service(service),
        code=service.code,
        route="page",
        args=(service.code,),
        machine_words=shown["title"].is_machine,
    )
    crumbs = [{"title": shown["who"], "url": shown["who_url"]}] if shown["who_url"] else []
    return render(
        request,
        service.template,
        context | {"service": shown | {"also": _also(service, frame, policy)}, "crumbs": crumbs},
    )


def _also(service: ServicePage, frame: Frame, policy: Policy) -> list[cards.Card]:
    needs = [need.pk for need in service.needs.all()]
    others = (
        ServicePage.objects.public()
        .for_visitor(frame.language)
        .filter(needs__in=needs[:1])
        .exclude(pk=service.pk)
    )
    return (
        cards.of_services(others.distinct().order_by("-assured_date", "pk")[:3], policy, frame.language)
        if needs
        else []
    )


def show_agency(request: HttpRequest, agency: AgencyPage, frame: Frame) -> HttpResponse:
    policy = Policy.current()
    shown = showing.of_agency(agency, policy, frame.language, short_url(request, agency.code))
    services = ServicePage.objects.public().for_visitor(frame.language).filter(agency=agency).order_by("path")
    context = context_of(
        request,
        frame,
        title=str(shown["title"]),
        code=agency.code,
        route="page",
        args=(agency.code,),
        machine_words=shown["title"].is_machine,
    )
    return render(
        request,
        agency.template,
        context | {"agency": shown, "cards": cards.of_services(services, policy, frame.language)},
    )


def short_url(request: HttpRequest, code: str) -> str:
    """The address to print: the code alone. Built from the settings, never from a header that a visitor can invent."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('short', args=[code])}" if code else ""


def page_of_need(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    terms = Term.objects.of(Scheme.NEED).shown().select_related("address", "parent").prefetch_related("words")
    need = terms.filter(address=address).first()
    if need is None:
        raise Http404("There is no page with this code.")
    policy = Policy.current()
    results = search.find(
        Query(language=frame.language, facets={"need": (need.code,)}, kinds=("service",), size=50)
    )
    context = context_of(
        request,
        frame,
        title=str(need.said("name", frame.language)),
        sensitive=need.sensitive,
        code=need.address.code,
        route="page",
        args=(need.address.code,),
    )
    return render(
        request,
        "portal/need.html",
        context
        | {
            "need": {
                "title": need.said("name", frame.language),
                "text": need.said("description", frame.language),
                "child_label": need.said("child_label", frame.language) or None,
                "urgent": need.sensitive,
            },
            "numbers": help_numbers(frame) if need.sensitive else [],
            "children": need_rows(frame.language, parent=need),
            "related": need_rows(frame.language, parent=need.parent, but=need) if need.parent else [],
            "cards": cards.of_hits(results.hits, policy, frame.language),
        },
    )


def page_of_content(request: HttpRequest, frame: Frame, address: Address) -> HttpResponse:
    pages = (
        ContentPage.objects.live()
        .filter(address=address)
        .select_related("address", "locale")
        .order_by("locale_id")
    )
    found = next((p for p in pages if p.locale.language_code == frame.language), None) or pages.first()
    if found is None:
        raise Http404("There is no page with this code.")
    return show_content(request, found, frame)


def show_content(request: HttpRequest, content: ContentPage, frame: Frame) -> HttpResponse:
    children = (
        ContentPage.objects.child_of(content).live().select_related("address", "locale") if content.pk else []
    )
    context = context_of(
        request,
        frame,
        title=content.title,
        sensitive=content.sensitive,
        code=content.code,
        route="page",
        args=(content.code,) if content.code else (),
        machine_words=content.machine_written,
    )
    further = [
        {"url": cards.page_url(child.code), "title": title_of(child, frame.language), "text": child.intro}
        for child in children
    ]
    return render(
        request,
        content.template,
        context
        | {
            "page": content,
            "frame": frame,
            "cards": further,
            "is_foreign": content.locale.language_code != frame.language,
        },
    )


_SHOWERS = {
    Address.Kind.SERVICE: page_of_service,
    Address.Kind.AGENCY: page_of_agency,
    Address.Kind.NEED: page_of_need,
    Address.Kind.PAGE: page_of_content,
}


def preview(request: HttpRequest, page: Any) -> HttpResponse:
    """The editor's preview: the page as it would be shown, in the language it is written in."""
    language = getattr(page, "source_language", "") or page.locale.language_code
    with translation.override(language):
        frame = frame_of(language)
        shower = {
            HomePage: show_home,
            ContentPage: show_content,
            ServicePage: show_service,
            AgencyPage: show_agency,
        }[type(page)]
        return shower(request, page, frame)


# Finding


@csrf_exempt  # it changes nothing, and a token would need a cookie
@require_http_methods(["GET", "HEAD", "POST"])
@in_town_language
def find(request: HttpRequest, frame: Frame) -> HttpResponse:
    if request.method != "POST":
        return show_results(request, frame, directory.Asked())
    if request.headers.get("X-Requested-With") == "fetch":
        return answer_fetch(request, frame, request.POST)
    asked = directory.read_form(request.POST)
    try:
        token = sealed.seal(asked.sealable(), chain=sealed.inherit(request.POST.get("from", "")))
    except sealed.TooLong:
        token = sealed.seal(directory.Asked(words=asked.words).sealable())
    response = HttpResponseRedirect(reverse("sealed", args=[token]))
    response.status_code = 303
    return response


def answer_fetch(request: HttpRequest, frame: Frame, data: QueryDict) -> HttpResponse:
    """The script's three questions: a new search, an old one again, a link to it."""
    token = data.get("seal", "")
    try:
        if token and data.get("share"):
            return _shared_link(token)
        if token:
            return show_results(
                request, frame, directory.Asked.from_seal(sealed.unseal(token).query), token, fragment=True
            )
        asked = directory.read_form(data)
        new = sealed.seal(asked.sealable(), chain=sealed.inherit(data.get("from", "")))
    except sealed.Unsealable as why:
        return search_again(request, frame, why, fragment=True)
    except sealed.TooLong:
        asked = directory.Asked(words=directory.read_form(data).words)
        new = sealed.seal(asked.sealable())
    return show_results(request, frame, asked, new, fragment=True)


def _shared_link(token: str) -> HttpResponse:
    link = reverse("sealed", args=[sealed.seal(sealed.unseal(token).query, shared=True)])
    return HttpResponse(f"{settings.SITE_URL.rstrip('/')}{link}", content_type="text/plain; charset=utf-8")


@require_safe
@in_town_language
def sealed_results(request: HttpRequest, frame: Frame, seal: str) -> HttpResponse:
    try:
        opened = sealed.unseal(seal)
    except sealed.Unsealable as why:
        return search_again(request, frame, why)
    return show_results(request, frame, directory.Asked.from_seal(opened.query), seal)


def show_results(
    request: HttpRequest, frame: Frame, asked: directory.Asked, seal: str = "", *, fragment: bool = False
) -> HttpResponse:
    policy = Policy.current()
    try:
        results = search.find(asked.query(frame.language))
    except search.Refused:
        asked = directory.Asked(words=asked.words)
        results = search.find(asked.query(frame.language))
    route, args = ("sealed", (seal,)) if seal else ("find", ())
    context = context_of(request, frame, sensitive=True, route=route, args=args) | {
        "results": directory.answer_of(results, asked, frame, policy, seal),
        "facets": directory.facets_shown(results, asked, frame.language),
        "facets_count": sum(len(values) for values in asked.facets.values()),
        "facets_open": False,
    }
    response = render(request, "portal/results.html" if fragment else "portal/find.html", context)
    if fragment and seal:
        response["X-Seal"] = seal
    return response


def search_again(
    request: HttpRequest, frame: Frame, why: sealed.Unsealable, *, fragment: bool = False
) -> HttpResponse:
    """A search whose time is over, that was wiped, or that never was ours."""
    notice = _("This search is over. Search again: your words were not kept.")
    context = context_of(request, frame, sensitive=True, route="find") | {
        "results": directory.Answer(notice=notice),
        "facets": [],
    }
    template = "portal/results.html" if fragment else "portal/find.html"
    return render(request, template, context, status=why.status)


# People, safety, and whoever works on the look


@require_safe
@in_town_language
def now(request: HttpRequest, frame: Frame) -> HttpResponse:
    groups = [
        (_("In danger"), (TownNumber.Kind.EMERGENCY, TownNumber.Kind.POLICE)),
        (_("Someone who listens"), (TownNumber.Kind.CHILD_HELPLINE, TownNumber.Kind.PARENT_HELPLINE)),
        (
            _("Someone who must act"),
            (
                TownNumber.Kind.CHILD_PROTECTION,
                TownNumber.Kind.MISSING_CHILDREN,
                TownNumber.Kind.IN_PERSON,
                TownNumber.Kind.OTHER,
            ),
        ),
    ]
    shown = [
        {"title": title, "numbers": found}
        for title, kinds in groups
        if (found := help_numbers(frame, *kinds))
    ]
    context = context_of(request, frame, sensitive=True, route="now")
    return render(request, "portal/now.html", context | {"groups": shown, "open_now": open_now(frame)})


@require_safe
@in_town_language
def safe(request: HttpRequest, frame: Frame) -> HttpResponse:
    return render(request, "portal/safe.html", context_of(request, frame, sensitive=True, route="safe"))


@require_safe
@in_town_language
def gallery(request: HttpRequest, frame: Frame) -> HttpResponse:
    context = context_of(request, frame, title="Components", route="gallery")
    return render(request, "portal/gallery.html", context | gallery_samples.samples(frame.language))


# For machines


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The town's colours as a stylesheet: the public policy allows no style inside a page."""
    town = Town.load()
    css = (
        f":root{{--brand:{town.brand};--button:{town.brand};--accent:{town.accent}}}"
        f"@media (prefers-color-scheme:dark){{:root{{--brand:{colours.night_twin(town.brand)}}}}}"
    )
    return HttpResponse(
        css,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": f"public, max-age={MONTH}, immutable"},
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /admin/\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(staticfiles_storage.url("portal/favicon.svg"))


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the database and the search answer; 503 when one does not."""
    state = {
        "database": _answers(lambda: Town.objects.exists()),
        "search": _answers(lambda: search.find(Query(size=1))),
    }
    well = all(value == "ok" for value in state.values())
    return JsonResponse(state, status=200 if well else 503)


def _answers(ask: Callable[[], Any]) -> str:
    try:
        ask()
    except (DatabaseError, search.Refused, OSError) as error:
        return type(error).__name__
    return "ok"


# When something is wrong


def _error_page(request: HttpRequest, template: str, status: int, **extra: Any) -> HttpResponse:
    """An error still carries the help bar; where even the database is down, the page says so without it."""
    try:
        frame = frame_of()
        context = context_of(request, frame, sensitive=True, route="home")
    except (DatabaseError, SuspiciousOperation):
        context = {}
    return render(request, template, context | extra, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error_page(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _error_page(request, "500.html", 500)
